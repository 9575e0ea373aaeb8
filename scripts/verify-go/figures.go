package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// The figures, worked out anew from the moves of the entries. Written from the definitions in
// definitions.txt, not from the ledger's code.

// figure is what an entry published.
type figure struct {
	Figure            string            `json:"figure"`
	Row               map[string]string `json:"row"`
	AsOf              *int64            `json:"asOf"`
	UpTo              string            `json:"upTo"`
	PublishedOn       string            `json:"publishedOn"`
	Definition        string            `json:"definition"`
	DefinitionVersion int               `json:"definitionVersion"`
	Size              int64             `json:"size"`
	Root              string            `json:"root"`
	Value             string            `json:"value"`
	Currency          string            `json:"currency"`
	Entries           int64             `json:"entries"`
	entry             int64
}

// weight is how often a move counts in a figure: 1, -1 or 0.
type weight func(m move) int

var spent = map[string]int{"allocated": 1, "released": -1, "disbursed": 1, "returned": -1}
var inflow = map[string]int{"received": 1, "refunded": -1, "transferred-in": 1, "transferred-out": -1}

var cash = map[string]int{"received": 1, "refunded": -1, "transferred-in": 1, "transferred-out": -1, "fee": -1,
	"interest": 1, "reclassified-in": 1, "reclassified-out": -1, "opening": 1, "disbursed": -1, "returned": 1}
var available = map[string]int{"received": 1, "refunded": -1, "transferred-in": 1, "transferred-out": -1, "fee": -1,
	"interest": 1, "reclassified-in": 1, "reclassified-out": -1, "opening": 1, "allocated": -1, "released": 1}
var committed = map[string]int{"allocated": 1, "released": -1, "disbursed": -1, "returned": 1}
var goods = map[string]int{"goods-received": 1, "goods-issued": -1}

var fundColumns = func() map[string]map[string]int {
	columns := map[string]map[string]int{"cash": cash, "available": available, "committed": committed, "goods": goods}
	for _, name := range []string{"received", "refunded", "transferred-in", "transferred-out", "fee", "interest",
		"reclassified-in", "reclassified-out", "opening", "allocated", "released", "disbursed", "returned",
		"goods-received", "goods-issued"} {
		columns[name] = map[string]int{name: 1}
	}
	return columns
}()

// communityColumns gives for a measure its column, and whether it adds or takes away.
var communityColumns = map[string]struct {
	column string
	sign   int
}{
	"received": {"received", 1}, "refunded": {"received", -1},
	"transferred-in": {"transferred", 1}, "transferred-out": {"transferred", -1},
	"allocated": {"allocated", 1}, "released": {"allocated", -1},
	"disbursed": {"disbursed", 1}, "returned": {"disbursed", -1},
}

func isFiscal(m move) bool { return strings.HasPrefix(m.bucket, "fiscal/") }

// weigh gives the definition of a figure: its name, version, currency and the moves that count.
func (b *books) weigh(f figure) (name string, version int, currency string, w weight, err error) {
	report, column, _ := strings.Cut(f.Figure, ".")
	has := func(keys ...string) bool {
		for _, key := range keys {
			if _, ok := f.Row[key]; !ok {
				return false
			}
		}
		return len(f.Row) == len(keys)
	}
	unknown := errors.New("there is no such figure")
	switch {
	case report == "fund-balances" && has("fund", "bucket") && fundColumns[column] != nil:
		of := b.funds[f.Row["fund"]]
		if of.entry == 0 || of.entry > f.Size {
			return "", 0, "", nil, unknown
		}
		return "fund-balance", 2, of.currency, func(m move) int {
			if m.fund != f.Row["fund"] || f.Row["bucket"] != "*" && m.bucket != f.Row["bucket"] {
				return 0
			}
			return fundColumns[column][m.measure]
		}, nil
	case report == "community-totals" && has("community", "currency"):
		return "community-totals", 1, f.Row["currency"], func(m move) int { return b.inCommunity(m, f.Row, column) }, nil
	case report == "grassroots-total" && has("definition", "currency") && column == "value":
		return "grassroots-total", 1, f.Row["currency"], func(m move) int { return b.inGrassroots(m, f.Row) }, nil
	case report == "gifts" && has("entry") && column == "amount":
		return "fund-balance", 2, b.currencyOf(f.Row["entry"], f.Size), func(m move) int { return inGift(m, f.Row["entry"]) }, nil
	case report == "counts" && has("count") && column == "value":
		return "counts", 1, "", func(m move) int { return b.inCount(m, f.Row["count"]) }, nil
	}
	return "", 0, "", nil, unknown
}

func (b *books) inCommunity(m move, row map[string]string, column string) int {
	c, counts := communityColumns[m.measure]
	if !counts || m.fund == "" || b.funds[m.fund].currency != row["currency"] {
		return 0
	}
	if isFiscal(m) {
		c.column = "fiscal-" + c.column
	}
	if c.column != column {
		return 0
	}
	if m.community == "" {
		if row["community"] == "unassigned" {
			return c.sign
		}
		return 0
	}
	for at := m.community; at != ""; at = b.communities[at].parent {
		if at == row["community"] {
			return c.sign
		}
	}
	return 0
}

func (b *books) inGrassroots(m move, row map[string]string) int {
	of, known := b.funds[m.fund]
	if !known || of.currency != row["currency"] || isFiscal(m) {
		return 0
	}
	low := func(level string) bool { return level == "township" || level == "village" }
	switch definition := row["definition"]; {
	case definition == "received" && low(of.level):
		return inflow[m.measure]
	case definition == "allocated" && (m.measure == "allocated" || m.measure == "released"),
		definition == "disbursed" && (m.measure == "disbursed" || m.measure == "returned"):
		if m.community != "" && low(b.communities[m.community].level) {
			return spent[m.measure]
		}
	}
	return 0
}

// inGift counts the gift of one entry, in money or in kind.
func inGift(m move, entry string) int {
	if fmt.Sprint(m.entry) == entry && (m.measure == "received" || m.measure == "goods-received") {
		return 1
	}
	return 0
}

// currencyOf is that of the fund a gift came into; none for an entry that is no gift.
func (b *books) currencyOf(entry string, size int64) string {
	for _, m := range b.moves {
		if m.entry <= size && inGift(m, entry) != 0 {
			return b.funds[m.fund].currency
		}
	}
	return ""
}

func (b *books) inCount(m move, count string) int {
	if count == m.measure && strings.HasPrefix(count, "projects-") {
		return 1
	}
	if m.measure == "funds-open" && count == "funds-open-"+b.funds[m.fund].level {
		return 1
	}
	return 0
}

// check works a published figure out and compares. It returns the figure in words.
func (b *books) check(f figure) (string, error) {
	name, version, currency, w, err := b.weigh(f)
	if err != nil {
		return "", err
	}
	if f.Definition != name || f.DefinitionVersion != version {
		return "", fmt.Errorf("published under %s version %d; this program knows version %d", f.Definition, f.DefinitionVersion, version)
	}
	sum, entries, last := new(big.Int), int64(0), int64(0)
	for _, m := range b.moves {
		by := 0
		if m.entry <= f.Size && (f.UpTo == "" || m.day <= f.UpTo) {
			by = w(m)
		}
		if by == 0 {
			continue
		}
		sum.Add(sum, new(big.Int).Mul(m.amount, big.NewInt(int64(by))))
		if m.entry != last {
			entries, last = entries+1, m.entry
		}
	}
	value := sum.String()
	if currency != "" {
		value = formatMinor(sum, currency)
	}
	if value != f.Value || currency != f.Currency {
		return "", fmt.Errorf("published %s %s, the entries give %s %s", f.Value, f.Currency, value, currency)
	}
	if entries != f.Entries {
		return "", fmt.Errorf("published from %d entries, %d were found", f.Entries, entries)
	}
	row, _ := json.Marshal(f.Row) // a map of strings always marshals
	return fmt.Sprintf("entry %d: %s %s as of %d %s= %s %s (%d entries)",
		f.entry, f.Figure, row, f.Size, strings.TrimLeft(f.UpTo+" ", " "), value, currency, entries), nil
}
