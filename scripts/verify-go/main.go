// Command verify-go verifies a published log of the ledger without trusting any of the ledger's own
// code: hashing, proofs and signed notes are Go's (golang.org/x/mod/sumdb), the rest is written anew.
// It reads every byte it vouches for, recomputes every hash and every published figure. Memory: a few
// hundred bytes an entry.
//
//	verify-go -policy trust.policy [-json] FOLDER
//	verify-go -policy trust.policy -stdin     one folder a line in, one JSON verdict a line out
//
// FOLDER holds checkpoint and tile/..., and may hold checkpoints/ (signed checkpoints kept from
// earlier), receipts/*.tlog-proof and figures.txt; or it is the evidence of one fund. Exit status: 0 pass, 3 fail, 2 usage.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
)

func main() {
	policyPath := flag.String("policy", "", "the trust policy `file` (c2sp.org/tlog-policy)")
	asJSON := flag.Bool("json", false, "print the verdict as JSON")
	stdin := flag.Bool("stdin", false, "read folders from standard input, a line each")
	flag.Parse()
	if *policyPath == "" || (flag.NArg() != 1) != *stdin {
		flag.Usage()
		os.Exit(2)
	}
	text, err := os.ReadFile(*policyPath)
	if err != nil {
		usage(err)
	}
	policy, err := parsePolicy(text)
	if err != nil {
		usage(err)
	}
	if *stdin {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			printJSON(verifyFolder(lines.Text(), policy))
		}
		return
	}
	verdict := verifyFolder(flag.Arg(0), policy)
	if *asJSON {
		printJSON(verdict)
	} else {
		printText(verdict)
	}
	if !verdict.Pass {
		os.Exit(3)
	}
}

func usage(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}

func printJSON(verdict Verdict) {
	line, err := json.Marshal(verdict)
	if err != nil {
		panic(err) // strings, numbers and booleans always marshal
	}
	fmt.Println(string(line))
}

func printText(verdict Verdict) {
	if verdict.Pass {
		fmt.Println("通过 / pass")
	} else {
		fmt.Printf("不通过 / fail\n%s: %s\n", verdict.Path, verdict.Lie)
	}
	fmt.Printf("entries %d\nroot    %s\nfiles   %d read\nkept    %d checkpoints, %d receipts\n",
		verdict.Size, verdict.Root, verdict.Files, verdict.Earlier, verdict.Receipts)
	for _, figure := range verdict.Figures {
		fmt.Println("figure ", figure)
	}
}
