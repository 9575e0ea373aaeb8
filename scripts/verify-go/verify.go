package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Verdict is what is printed: whether all of the evidence holds, and the first lie if not.
type Verdict struct {
	Pass     bool   `json:"pass"`
	Size     int64  `json:"size"`
	Root     string `json:"root"`
	Files    int    `json:"files"`
	Earlier  int    `json:"earlier"`
	Receipts int    `json:"receipts"`
	Path     string `json:"path,omitempty"`
	Lie      string `json:"lie,omitempty"`
	// Figures are the published figures that were recomputed, in words.
	Figures []string `json:"figures,omitempty"`
}

const tileHeight = 8

// hashes are all hashes of the tree, in the storage order of the tlog package.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(h)) {
			return nil, fmt.Errorf("hash %d is not in the tree", index)
		}
		found[i] = h[index]
	}
	return found, nil
}

type verifier struct {
	folder string
	policy *Policy
	head   checkpoint
	// unopened is the checkpoint as long as no key is known that signed it.
	unopened []byte
	// vouchers are the checkpoints by which older keys vouch for newer ones.
	vouchers []string
	tree     hashes
	books    *books
	fund     string
	// unread is the first entry whose content this program does not understand, told once the tree holds.
	unread   error
	unreadIn string
	verdict  Verdict
}

// fundName is the one spelling of fund.txt: an id and a line feed.
var fundName = regexp.MustCompile("^([0-9a-f-]{36})\n$")

// verifyFolder verifies a static export, an evidence bundle or the evidence of one fund.
func verifyFolder(folder string, policy *Policy) Verdict {
	v := &verifier{folder: folder, policy: policy, books: newBooks()}
	steps := []func() (path string, err error){
		v.readHead, v.readEntries, v.followKeys, v.compareFiles, v.readEarlier, v.readReceipts, v.checkFigures,
	}
	if name, err := os.ReadFile(filepath.Join(folder, "fund.txt")); err == nil {
		if match := fundName.FindSubmatch(name); match != nil {
			v.fund = string(match[1])
		}
		steps = []func() (path string, err error){
			v.readHead, v.readHashes, v.readShown, v.followKeys, v.readEarlier, v.readReceipts, v.checkFund,
		}
	}
	for _, step := range steps {
		if path, err := step(); err != nil {
			v.verdict.Path, v.verdict.Lie = path, err.Error()
			return v.verdict
		}
	}
	v.verdict.Pass = true
	return v.verdict
}

func (v *verifier) read(path string) ([]byte, error) {
	v.verdict.Files++
	return os.ReadFile(filepath.Join(v.folder, filepath.FromSlash(path)))
}

func (v *verifier) readHead() (string, error) {
	msg, err := v.read("checkpoint")
	if err != nil {
		return "checkpoint", err
	}
	path, err := v.openHead(msg)
	if err == errNotByLog {
		v.unopened, err = msg, nil
	}
	return path, err
}

func (v *verifier) openHead(msg []byte) (path string, err error) {
	v.head, err = v.policy.open(msg)
	if err == nil && !v.head.hasQuorum {
		err = errors.New("too few witnesses cosigned")
	}
	v.verdict.Size = v.head.tree.N
	return "checkpoint", err
}

// readEntries reads every entry, rebuilds the whole tree from them and compares the root.
func (v *verifier) readEntries() (string, error) {
	size := v.head.tree.N
	for start := int64(0); start < size; start += 1 << tileHeight {
		tile := tlog.Tile{H: tileHeight, L: -1, N: start >> tileHeight, W: width(size, 0, start>>tileHeight)}
		bundle, err := v.read(pathOf(tile))
		if err != nil {
			return pathOf(tile), err
		}
		end, err := eachEntry(bundle, tile.W, func(i int64, raw []byte) error {
			added, err := tlog.StoredHashes(start+i, raw, v.tree)
			v.tree = append(v.tree, added...)
			if err == nil {
				if _, unread := v.books.add(start+i+1, raw); unread != nil && v.unread == nil {
					v.unread = fmt.Errorf("entry %d: %v", start+i+1, unread)
					v.unreadIn = pathOf(tile)
				}
			}
			return err
		})
		if err == nil && end != len(bundle) {
			err = errors.New("bytes follow the last entry")
		}
		if err != nil {
			return pathOf(tile), err
		}
	}
	return v.checkRoot()
}

func (v *verifier) checkRoot() (string, error) {
	root, err := v.rootAt(v.head.tree.N)
	v.verdict.Root = root.String()
	if err == nil && root != v.head.tree.Hash {
		err = errors.New("the root recomputed from the entries is not the signed one")
	}
	return "checkpoint", err
}

// eachEntry calls f with the first count entries of a bundle and returns where they end.
func eachEntry(bundle []byte, count int, f func(i int64, raw []byte) error) (end int, err error) {
	for i := 0; i < count; i++ {
		if len(bundle) < end+2 {
			return end, errors.New("the bundle ends too early")
		}
		next := end + 2 + int(binary.BigEndian.Uint16(bundle[end:]))
		if len(bundle) < next {
			return end, errors.New("the bundle ends too early")
		}
		if err := f(int64(i), bundle[end+2:next]); err != nil {
			return end, err
		}
		end = next
	}
	return end, nil
}

func (v *verifier) rootAt(n int64) (tlog.Hash, error) {
	if n == 0 {
		return sha256.Sum256(nil), nil
	}
	return tlog.TreeHash(n, v.tree)
}

// compareFiles compares every file below tile/ with what the entries give, and demands that no file
// of the tree is missing.
func (v *verifier) compareFiles() (string, error) {
	needed := map[string]bool{}
	for level := 0; v.head.tree.N>>(tileHeight*level) > 0; level++ {
		for n := int64(0); width(v.head.tree.N, level, n) > 0; n++ {
			tile := tlog.Tile{H: tileHeight, L: level, N: n, W: width(v.head.tree.N, level, n)}
			needed[pathOf(tile)] = true
		}
	}
	paths, err := v.list("tile")
	if err != nil {
		return "tile", err
	}
	for _, path := range paths {
		if err := v.compareFile(path); err != nil {
			return path, err
		}
		delete(needed, path)
	}
	for path := range needed {
		return path, errors.New("the file is missing")
	}
	return "", nil
}

func (v *verifier) compareFile(path string) error {
	tile, err := tlog.ParseTilePath(fromPath(path))
	level := tile.L
	if level < 0 {
		level = 0
	}
	due := width(v.head.tree.N, level, tile.N)
	if err != nil || pathOf(tile) != path || tile.W > due {
		return errors.New("the log accounts for no such file")
	}
	if tile.L < 0 && tile.W == due {
		return nil // read and hashed with the tree
	}
	found, err := v.read(path)
	if err != nil {
		return err
	}
	if tile.L < 0 {
		return v.compareOlderBundle(found, tile)
	}
	expected, err := tlog.ReadTileData(tile, v.tree)
	if err == nil && !bytes.Equal(found, expected) {
		err = errors.New("the bytes differ from what the entries give")
	}
	return err
}

// compareOlderBundle checks a partial bundle that a smaller tree left behind.
func (v *verifier) compareOlderBundle(bundle []byte, tile tlog.Tile) error {
	end, err := eachEntry(bundle, tile.W, func(i int64, raw []byte) error {
		if tlog.RecordHash(raw) != v.tree[tlog.StoredHashIndex(0, tile.N<<tileHeight+i)] {
			return fmt.Errorf("entry %d is another one", tile.N<<tileHeight+i+1)
		}
		return nil
	})
	if err == nil && end != len(bundle) {
		err = errors.New("bytes follow the last entry")
	}
	return err
}

// readEarlier checks that each checkpoint kept from earlier is a prefix of the tree, twice over: by
// its root, and by a consistency proof.
func (v *verifier) readEarlier() (string, error) {
	paths, err := v.list("checkpoints")
	if err != nil {
		return "checkpoints", err
	}
	for _, path := range append(paths, v.vouchers...) {
		msg, err := v.read(path)
		if err != nil {
			return path, err
		}
		earlier, err := v.policy.open(msg)
		if err != nil {
			return path, err
		}
		if err := v.checkPrefix(earlier); err != nil {
			return path, err
		}
		v.verdict.Earlier++
	}
	return "", nil
}

func (v *verifier) checkPrefix(earlier checkpoint) error {
	if earlier.origin != v.head.origin {
		return errors.New("it belongs to another log")
	}
	if earlier.tree.N > v.head.tree.N {
		return errors.New("the log was rolled back")
	}
	root, err := v.rootAt(earlier.tree.N)
	if err != nil {
		return err
	}
	if root != earlier.tree.Hash {
		return errors.New("history was rewritten")
	}
	if earlier.tree.N == 0 {
		return nil // a prefix of everything; tlog makes no proof for it
	}
	proof, err := tlog.ProveTree(v.head.tree.N, earlier.tree.N, v.tree)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, v.head.tree.N, v.head.tree.Hash, earlier.tree.N, earlier.tree.Hash)
}

func (v *verifier) readReceipts() (string, error) {
	paths, err := v.list("receipts")
	if err != nil {
		return "receipts", err
	}
	for _, path := range paths {
		file, err := v.read(path)
		if err != nil {
			return path, err
		}
		if err := v.checkReceipt(file); err != nil {
			return path, err
		}
		v.verdict.Receipts++
	}
	return "", nil
}

func (v *verifier) checkReceipt(file []byte) error {
	r, err := parseReceipt(file)
	if err != nil {
		return err
	}
	signed, err := v.policy.open(r.note)
	if err != nil {
		return err
	}
	if !signed.hasQuorum {
		return errors.New("too few witnesses cosigned")
	}
	if err := v.checkPrefix(signed); err != nil {
		return err
	}
	if r.index >= signed.tree.N {
		return errors.New("the entry is not in the tree")
	}
	leaf := v.tree[tlog.StoredHashIndex(0, r.index)]
	if r.hasExtra && tlog.RecordHash(r.extra) != leaf {
		return errors.New("the receipt carries another entry")
	}
	return tlog.CheckRecord(r.proof, signed.tree.N, signed.tree.Hash, r.index, leaf)
}

// checkFigures recomputes every published figure, and compares the list of them that came along.
func (v *verifier) checkFigures() (string, error) {
	if v.unread != nil {
		return v.unreadIn, v.unread
	}
	if err := v.checkRetired(); err != nil {
		return "checkpoint", err
	}
	for _, f := range v.books.figures {
		if path, err := v.checkFigure(f); err != nil {
			return path, err
		}
	}
	list, err := os.ReadFile(filepath.Join(v.folder, "figures.txt"))
	if err == nil && !bytes.Equal(list, v.books.published) {
		return "figures.txt", errors.New("the list is not what the log published")
	}
	return "", nil
}

func (v *verifier) checkFigure(f figure) (string, error) {
	path := pathOf(tlog.Tile{H: tileHeight, L: -1, N: (f.entry - 1) >> tileHeight, W: 1 << tileHeight})
	if f.Size >= f.entry {
		return path, fmt.Errorf("entry %d counts entries that came after it", f.entry)
	}
	root, err := v.rootAt(f.Size)
	if err != nil {
		return path, err
	}
	if root.String() != f.Root {
		return path, fmt.Errorf("the root of entry %d is not the log's at %d entries", f.entry, f.Size)
	}
	words, err := v.books.check(f)
	if err != nil {
		return path, fmt.Errorf("entry %d: %v", f.entry, err)
	}
	v.verdict.Figures = append(v.verdict.Figures, words)
	return "", nil
}

// list gives the slash paths of all files below a subfolder, sorted; none if it is absent.
func (v *verifier) list(sub string) (paths []string, err error) {
	err = filepath.WalkDir(filepath.Join(v.folder, sub), func(file string, item fs.DirEntry, err error) error {
		if err != nil || item.IsDir() {
			return err
		}
		path, err := filepath.Rel(v.folder, file)
		paths = append(paths, filepath.ToSlash(path))
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	sort.Strings(paths)
	return paths, err
}

// width is how many hashes of a tile a tree of size entries has: 0 to 256.
func width(size int64, level int, n int64) int {
	rest := size>>(tileHeight*level) - n<<tileHeight
	if rest < 0 {
		return 0
	}
	if rest > 1<<tileHeight {
		return 1 << tileHeight
	}
	return int(rest)
}

// The tlog package writes tile/8/<level>/..., c2sp.org/tlog-tiles without the height; and data for
// entries.
func pathOf(tile tlog.Tile) string {
	path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

func fromPath(path string) string {
	path = strings.Replace(path, "tile/entries/", "tile/data/", 1)
	return "tile/8/" + strings.TrimPrefix(path, "tile/")
}
