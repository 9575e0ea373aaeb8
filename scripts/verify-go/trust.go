package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// cosigner checks witness cosignatures, type 4 (c2sp.org/tlog-cosignature); the note package knows
// type 1 only. The signature is a big-endian time and Ed25519 over the dated checkpoint.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	dated := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), text)
	return ed25519.Verify(c.key, []byte(dated), sig[8:])
}

// parseKey reads a vkey of the given type and also gives its key material, to compare keys by.
func parseKey(vkey string, keyType byte) (key note.Verifier, material string, err error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, "", errors.New("a key is not name+id+base64")
	}
	raw, err := decodeBase64(parts[2])
	if err != nil {
		return nil, "", err
	}
	if len(raw) != 1+ed25519.PublicKeySize || raw[0] != keyType {
		return nil, "", errors.New("a key is of another type or length")
	}
	sum := sha256.Sum256([]byte(parts[0] + "\n" + string(raw)))
	if fmt.Sprintf("%x", sum[:4]) != parts[1] {
		return nil, "", errors.New("a key id does not belong to its key")
	}
	if keyType == 1 {
		key, err = note.NewVerifier(vkey)
		return key, parts[2], err
	}
	return &cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), raw[1:]}, parts[2], nil
}

type group struct {
	name      string
	threshold int
	members   []string
}

// Policy is whom the reader trusts (c2sp.org/tlog-policy).
type Policy struct {
	logs      []note.Verifier
	vkeys     []string                 // of logs, in the same order
	witnesses map[string]note.Verifier // by their names in the policy
	groups    []group                  // members before groups
	quorum    string                   // "none", or a witness or group
}

func parsePolicy(text []byte) (*Policy, error) {
	p := &Policy{witnesses: map[string]note.Verifier{}}
	used := map[string]bool{} // keys by role, and names as members: each once
	for i, line := range strings.Split(string(text), "\n") {
		words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := p.addLine(words, used); err != nil {
			return nil, fmt.Errorf("policy line %d: %v", i+1, err)
		}
	}
	if p.quorum == "" {
		return nil, errors.New("policy: no quorum line")
	}
	return p, nil
}

func (p *Policy) addLine(words []string, used map[string]bool) error {
	once := func(use string) bool { was := used[use]; used[use] = true; return !was }
	switch n := len(words); {
	case words[0] == "log" && (n == 2 || n == 3):
		key, material, err := parseKey(words[1], 1)
		if err != nil {
			return err
		}
		if !once("log " + material) {
			return errors.New("the key is there twice")
		}
		p.logs, p.vkeys = append(p.logs, key), append(p.vkeys, words[1])
	case words[0] == "witness" && (n == 3 || n == 4):
		key, material, err := parseKey(words[2], 4)
		if err != nil {
			return err
		}
		if p.isDefined(words[1]) || !once("witness "+material) {
			return errors.New("the name or key is there twice")
		}
		p.witnesses[words[1]] = key
	case words[0] == "group" && n >= 4:
		g := group{words[1], 0, words[3:]}
		switch words[2] {
		case "any":
			g.threshold = 1
		case "all":
			g.threshold = len(g.members)
		default:
			k, err := decimal(words[2])
			if err != nil {
				return err
			}
			g.threshold = int(k)
		}
		for _, member := range g.members {
			if member == "none" || !p.isDefined(member) || !once("member "+member) {
				return errors.New("a member is unknown or there twice")
			}
		}
		if p.isDefined(g.name) || g.threshold < 1 || g.threshold > len(g.members) {
			return errors.New("the name is taken or the threshold impossible")
		}
		p.groups = append(p.groups, g)
	case words[0] == "quorum" && n == 2 && p.quorum == "" && p.isDefined(words[1]):
		p.quorum = words[1]
	default:
		return errors.New("not a line of a policy")
	}
	return nil
}

func (p *Policy) isDefined(name string) bool {
	for _, g := range p.groups {
		if g.name == name {
			return true
		}
	}
	return name == "none" || p.witnesses[name] != nil
}

func (p *Policy) meetsQuorum(witnessed map[string]bool) bool {
	for _, g := range p.groups {
		votes := 0
		for _, member := range g.members {
			if witnessed[member] {
				votes++
			}
		}
		witnessed[g.name] = votes >= g.threshold
	}
	return p.quorum == "none" || witnessed[p.quorum]
}

type checkpoint struct {
	tree      tlog.Tree
	origin    string
	hasQuorum bool
	signedBy  []string // vkeys of the log
}

// errNotByLog comes with the checkpoint as it was read: keys that follow the reader's may have signed it.
var errNotByLog = errors.New("no trusted key of the log signed")

const signatureLine = "\u2014 "

// open reads a signed checkpoint (c2sp.org/tlog-checkpoint) and checks every known signature.
// note.Open skips a key's second signature and spare base64 bits; here both are refused.
func (p *Policy) open(msg []byte) (checkpoint, error) {
	var cp checkpoint
	if len(msg) > 1_000_000 {
		return cp, errors.New("the note is too large")
	}
	known := append([]note.Verifier{}, p.logs...)
	for _, witness := range p.witnesses {
		known = append(known, witness)
	}
	n, err := note.Open(msg, note.VerifierList(known...))
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		n, err = unverified.Note, nil
	}
	if err != nil {
		return cp, err
	}
	seen := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSuffix(string(msg[len(n.Text)+1:]), "\n"), "\n") {
		words := strings.Split(strings.TrimPrefix(line, signatureLine), " ")
		raw, err := decodeBase64(words[len(words)-1])
		if err != nil || len(words) != 2 {
			return cp, errors.New("a signature line has another spelling")
		}
		id := fmt.Sprintf("%s %x", words[0], raw[:4])
		for _, key := range known {
			if id == fmt.Sprintf("%s %08x", key.Name(), key.KeyHash()) && seen[id] {
				return cp, errors.New("a key signed twice")
			}
		}
		seen[id] = true
	}
	if cp.origin, cp.tree, err = parseCheckpoint(n.Text); err != nil {
		return cp, err
	}
	signed := func(v note.Verifier) bool {
		for _, s := range n.Sigs {
			if s.Name == v.Name() && s.Hash == v.KeyHash() {
				return true
			}
		}
		return false
	}
	byLog := false
	for i, log := range p.logs {
		if log.Name() == cp.origin && signed(log) {
			byLog, cp.signedBy = true, append(cp.signedBy, p.vkeys[i])
		}
	}
	if !byLog {
		return cp, errNotByLog
	}
	witnessed := map[string]bool{}
	for name, witness := range p.witnesses {
		witnessed[name] = signed(witness)
	}
	cp.hasQuorum = p.meetsQuorum(witnessed)
	return cp, nil
}

func parseCheckpoint(text string) (origin string, tree tlog.Tree, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" {
		return "", tree, errors.New("not a checkpoint")
	}
	for _, extension := range lines[3 : len(lines)-1] {
		if extension == "" {
			return "", tree, errors.New("an empty extension line")
		}
	}
	if tree.N, err = decimal(lines[1]); err != nil {
		return "", tree, err
	}
	tree.Hash, err = hashOf(lines[2])
	return lines[0], tree, err
}

// receipt is a .tlog-proof file (c2sp.org/tlog-proof).
type receipt struct {
	index    int64
	proof    tlog.RecordProof
	extra    []byte
	hasExtra bool
	note     []byte
}

func parseReceipt(file []byte) (r receipt, err error) {
	end := bytes.Index(file, []byte("\n\n"))
	if end < 0 || len(file) > 2_000_000 {
		return r, errors.New("not a receipt")
	}
	r.note = file[end+2:]
	lines := strings.Split(string(file[:end]), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return r, errors.New("not a tlog-proof")
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		r.hasExtra = true
		if r.extra, err = decodeBase64(lines[0][len("extra "):]); err != nil {
			return r, err
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") || len(lines) > 1+63 {
		return r, errors.New("no index, or too long a proof")
	}
	if r.index, err = decimal(lines[0][len("index "):]); err != nil {
		return r, err
	}
	for _, line := range lines[1:] {
		hash, err := hashOf(line)
		if err != nil {
			return r, err
		}
		r.proof = append(r.proof, hash)
	}
	return r, nil
}

func decodeBase64(text string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || base64.StdEncoding.EncodeToString(raw) != text {
		return nil, errors.New("base64 is not canonical")
	}
	return raw, nil
}

func hashOf(text string) (hash tlog.Hash, err error) {
	raw, err := decodeBase64(text)
	if err != nil || copy(hash[:], raw) != tlog.HashSize || len(raw) != tlog.HashSize {
		return hash, errors.New("not a hash")
	}
	return hash, nil
}

func decimal(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n >= 1<<53 || strconv.FormatInt(n, 10) != text {
		return 0, errors.New("not a canonical decimal number")
	}
	return n, nil
}
