package main

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// A fund's evidence: fund.txt names it, entries.txt holds its entries in full, tile/0 the hashes of all
// entries of the log.

// shownEntry is a line of entries.txt.
type shownEntry struct {
	n   int64
	raw []byte
}

func parseShown(list []byte) (shown []shownEntry, err error) {
	last := int64(0)
	for len(list) > 0 {
		tab, end := bytes.IndexByte(list, '\t'), bytes.IndexByte(list, '\n')
		if tab < 0 || end < tab {
			return nil, errors.New("a line is not number, tab, entry")
		}
		n, err := decimal(string(list[:tab]))
		if err != nil {
			return nil, err
		}
		if n <= last {
			return nil, errors.New("the entries do not ascend")
		}
		shown, last = append(shown, shownEntry{n, list[tab+1 : end]}), n
		list = list[end+1:]
	}
	return shown, nil
}

// readHashes rebuilds the tree from the hashes of the entries and compares the root.
func (v *verifier) readHashes() (string, error) {
	size := v.head.tree.N
	for start := int64(0); start < size; start += 1 << tileHeight {
		tile := tlog.Tile{H: tileHeight, L: 0, N: start >> tileHeight, W: width(size, 0, start>>tileHeight)}
		data, err := v.read(pathOf(tile))
		if err == nil && len(data) != tile.W*tlog.HashSize {
			err = errors.New("the tile has another length")
		}
		if err != nil {
			return pathOf(tile), err
		}
		for i := 0; i < tile.W; i++ {
			var leaf tlog.Hash
			copy(leaf[:], data[i*tlog.HashSize:])
			added, err := tlog.StoredHashesForRecordHash(start+int64(i), leaf, v.tree)
			v.tree = append(v.tree, added...)
			if err != nil {
				return pathOf(tile), err
			}
		}
	}
	paths, err := v.list("tile")
	if err != nil {
		return "tile", err
	}
	for _, path := range paths {
		tile, err := tlog.ParseTilePath(fromPath(path))
		if err != nil || pathOf(tile) != path || tile.L != 0 || tile.W != width(size, 0, tile.N) {
			return path, errors.New("the log accounts for no such file")
		}
	}
	return v.checkRoot()
}

// readShown holds each entry shown against its leaf, and takes in what it says.
func (v *verifier) readShown() (string, error) {
	list, err := v.read("entries.txt")
	if err != nil {
		return "entries.txt", err
	}
	shown, err := parseShown(list)
	if err != nil {
		return "entries.txt", err
	}
	next := int64(0)
	for _, s := range shown {
		if s.n > v.head.tree.N || len(s.raw) > 1<<16-1 ||
			tlog.RecordHash(s.raw) != v.tree[tlog.StoredHashIndex(0, s.n-1)] {
			return "entries.txt", fmt.Errorf("entry %d is not the log's", s.n)
		}
		e, err := v.books.add(s.n, s.raw)
		if err != nil {
			return "entries.txt", fmt.Errorf("entry %d: %v", s.n, err)
		}
		if e.Stream != "fund-"+v.fund {
			continue
		}
		if e.Revision != next {
			return "entries.txt", fmt.Errorf("decision %d of the fund is missing (the next is %d)", next, e.Revision)
		}
		next++
	}
	if next == 0 {
		return "entries.txt", errors.New("nothing of the fund is shown")
	}
	return "", nil
}

// checkFund recomputes the fund's published figures. Those that count every entry that moves its money
// must be among them.
func (v *verifier) checkFund() (string, error) {
	if err := v.checkRetired(); err != nil {
		return "checkpoint", err
	}
	found := map[string]bool{}
	for _, f := range v.books.figures {
		if f.Row["fund"] != v.fund {
			continue
		}
		if path, err := v.checkFigure(f); err != nil {
			return path, err
		}
		if f.Row["bucket"] == "*" && f.UpTo == "" {
			found[f.Figure] = true
		}
	}
	for _, name := range []string{"fund-balances.cash", "fund-balances.available"} {
		if !found[name] {
			return "entries.txt", fmt.Errorf("nothing shows that no entry is missing: %s is not published", name)
		}
	}
	return "", nil
}
