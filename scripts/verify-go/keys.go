package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"
)

// Changes of the log's keys. A new key is announced by an entry; a reader who knows only the old one
// follows by a checkpoint that the old key signed and that covers the entry.

type announcement struct {
	entry          int64
	vkey, replaces string
}

// trusting is the policy with one more key of the log.
func (p *Policy) trusting(vkey string) (*Policy, error) {
	key, _, err := parseKey(vkey, 1)
	more := *p
	more.logs = append(append([]note.Verifier(nil), p.logs...), key)
	more.vkeys = append(append([]string(nil), p.vkeys...), vkey)
	return &more, err
}

// only is the policy of a reader who trusts one key of the log and asks for no witness.
func only(vkey string) (*Policy, error) {
	return (&Policy{quorum: "none"}).trusting(vkey)
}

func (p *Policy) trusts(vkey string) bool {
	for _, known := range p.vkeys {
		if known == vkey {
			return true
		}
	}
	return false
}

// followKeys opens a checkpoint that no key of the reader's signed, by the keys that followed those. It
// runs once the tree was rebuilt to the root that the checkpoint states.
func (v *verifier) followKeys() (string, error) {
	if v.unopened == nil {
		return "", nil
	}
	for _, a := range v.books.announced {
		if !v.policy.trusts(a.replaces) || v.policy.trusts(a.vkey) {
			continue
		}
		voucher := v.voucherOf(a)
		if voucher == "" {
			continue
		}
		v.vouchers = append(v.vouchers, voucher)
		more, err := v.policy.trusting(a.vkey)
		if err != nil {
			return "checkpoint", fmt.Errorf("entry %d: %v", a.entry, err)
		}
		v.policy = more
	}
	return v.openHead(v.unopened)
}

// voucherOf finds a checkpoint that the older key signed while it was in use, of a tree that has the
// announcement; that the log continues it is checked with the checkpoints kept from earlier.
func (v *verifier) voucherOf(a announcement) (path string) {
	paths, _ := v.list("checkpoints") // what cannot be listed is told when they are read
	last, retired := v.books.lastSizes[a.replaces]
	if retired {
		paths = append(paths, fmt.Sprintf("handovers/%d", last))
	} else {
		last = v.head.tree.N
	}
	old, err := only(a.replaces)
	if err != nil {
		return ""
	}
	for _, path := range paths {
		msg, err := os.ReadFile(filepath.Join(v.folder, filepath.FromSlash(path)))
		if err != nil {
			continue
		}
		kept, err := old.open(msg)
		if err == nil && kept.tree.N >= a.entry && kept.tree.N <= last {
			return path
		}
	}
	return ""
}

// checkRetired demands that a key signed the tree which had not been retired before.
func (v *verifier) checkRetired() error {
	for _, vkey := range v.head.signedBy {
		if last, retired := v.books.lastSizes[vkey]; !retired || v.head.tree.N <= last {
			return nil
		}
	}
	return errors.New("only a key that the log had retired before signed this tree")
}
