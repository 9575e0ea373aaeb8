package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// The figures, worked out anew from the entries: what each kind of entry moves, and which moves each
// figure adds up. Written from the definitions in docs/events.md and definitions.txt, not from the
// ledger's code.

// move is one line of what an entry does: an amount of a measure for a fund, bucket and community.
type move struct {
	entry                            int64
	day                              string
	measure, fund, bucket, community string
	amount                           *big.Int
}

type amountOf struct {
	Bucket string `json:"bucket"`
	Amount string `json:"amount"`
}

type undoneMove struct {
	Measure   string `json:"measure"`
	Fund      string `json:"fund"`
	Bucket    string `json:"bucket"`
	Community string `json:"community"`
	Amount    string `json:"amount"`
}

// fields are those that figures depend on, of all kinds of entries together.
type fields struct {
	Fund          string     `json:"fund"`
	From          string     `json:"from"`
	To            string     `json:"to"`
	Amount        string     `json:"amount"`
	Currency      string     `json:"currency"`
	Bucket        string     `json:"bucket"`
	Into          string     `json:"into"`
	Community     string     `json:"community"`
	FromCommunity string     `json:"fromCommunity"`
	ToCommunity   string     `json:"toCommunity"`
	Level         string     `json:"level"`
	Parent        string     `json:"parent"`
	Result        string     `json:"result"`
	WasOpen       bool       `json:"wasOpen"`
	Source        string     `json:"source"`
	Nature        string     `json:"nature"`
	Draws         []amountOf `json:"draws"`
	Vkey          string     `json:"vkey"`
	LastSize      int64      `json:"lastSize"`
	Restriction   struct {
		Kind      string `json:"kind"`
		Project   string `json:"project"`
		Purpose   string `json:"purpose"`
		NotBefore string `json:"notBefore"`
	} `json:"restriction"`
	Undoes json.RawMessage `json:"undoes"` // moves of a red entry, closings of a reopening
	Lines  []struct {
		Account string `json:"account"`
		Fund    string `json:"fund"`
		Bucket  string `json:"bucket"`
		Amount  string `json:"amount"`
	} `json:"lines"`
	Communities []struct {
		Fund      string `json:"fund"`
		Community string `json:"community"`
	} `json:"communities"`
}

type event struct {
	Type     string          `json:"type"`
	Version  int             `json:"version"`
	ID       string          `json:"id"`
	Stream   string          `json:"stream"`
	Revision int64           `json:"revision"`
	Data     json.RawMessage `json:"data"`
}

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

// dayField is where each kind of entry keeps its business date. A kind that is not here is unknown to
// this program, and a log that has one is not vouched for.
var dayField = map[string]string{
	"LedgerOpened": "openedOn", "HostRegistered": "registeredOn", "CommunityRegistered": "validFrom",
	"PayeeRegistered": "registeredOn", "ProjectRegistered": "registeredOn", "ProjectClosed": "closedOn",
	"FundOpened": "openedOn", "FundSuspended": "suspendedOn", "FundResumed": "resumedOn",
	"FundClosed": "closedOn", "TransferMade": "transferredOn", "FeeCharged": "chargedOn",
	"InterestReceived": "receivedOn", "DonationReceived": "receivedOn", "DonationRefunded": "refundedOn",
	"GoodsReceived": "receivedOn", "GoodsIssued": "issuedOn", "PledgeRecorded": "pledgedOn",
	"ReceiptRecorded": "issuedOn", "AllocationMade": "allocatedOn", "AllocationReleased": "releasedOn",
	"CostRecorded": "incurredOn", "DisbursementMade": "paidOn", "DisbursementReturned": "returnedOn", "EntryReversed": "reversedOn",
	"FigurePublished": "publishedOn", "OpeningBalanceRecorded": "openedOn",
	"RestrictionReleased": "releasedOn", "PeriodClosed": "closedOn", "PeriodReopened": "reopenedOn",
	"LogKeyAnnounced": "announcedOn", "LogKeyRetired": "retiredOn",
}

type fund struct {
	currency, level string
	entry           int64
}

type community struct{ level, parent string }

// books are what the entries say so far.
type books struct {
	moves       []move
	figures     []figure
	funds       map[string]fund
	communities map[string]community
	published   []byte           // the lines of figures.txt
	lastSizes   map[string]int64 // of keys that were retired, by vkey
}

func newBooks() *books {
	return &books{funds: map[string]fund{}, communities: map[string]community{}, lastSizes: map[string]int64{}}
}

// add takes in an entry.
func (b *books) add(n int64, raw []byte) (event, error) {
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return e, err
	}
	field, known := dayField[e.Type]
	if !known || e.Version != 1 {
		return e, fmt.Errorf("%q version %d is unknown to this program", e.Type, e.Version)
	}
	if e.Type == "FigurePublished" {
		f := figure{entry: n}
		decoder := json.NewDecoder(bytes.NewReader(e.Data))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&f); err != nil {
			return e, err
		}
		b.figures = append(b.figures, f)
		b.published = append(b.published, fmt.Sprintf("%d\t%s\n", n, raw)...)
		return e, nil
	}
	var f fields
	if err := json.Unmarshal(e.Data, &f); err != nil {
		return e, err
	}
	var days map[string]json.RawMessage
	var day string
	if err := json.Unmarshal(e.Data, &days); err != nil {
		return e, err
	}
	if err := json.Unmarshal(days[field], &day); err != nil {
		return e, err
	}
	return e, b.fold(n, day, e, f)
}

func (b *books) fold(n int64, day string, e event, f fields) (err error) {
	put := func(measure, fund, bucket, community, amount string) {
		minor, wrong := minorUnits(amount, f.Currency)
		if wrong != nil && err == nil {
			err = wrong
		}
		b.moves = append(b.moves, move{n, day, measure, fund, bucket, community, minor})
	}
	count := func(measure, fund, community string, by int64) {
		b.moves = append(b.moves, move{n, day, measure, fund, "", community, big.NewInt(by)})
	}
	draws := func(measure string) {
		for _, d := range f.Draws {
			put(measure, f.Fund, d.Bucket, f.Community, d.Amount)
		}
	}
	switch e.Type {
	case "CommunityRegistered":
		b.communities[f.Community] = community{f.Level, f.Parent}
	case "FundOpened":
		b.funds[e.ID] = fund{f.Currency, f.Level, n}
		count("funds-open", e.ID, f.Community, 1)
	case "FundSuspended":
		count("funds-open", f.Fund, f.Community, -1)
	case "FundResumed":
		count("funds-open", f.Fund, f.Community, 1)
	case "FundClosed":
		if f.WasOpen {
			count("funds-open", f.Fund, f.Community, -1)
		}
	case "ProjectRegistered":
		count("projects-registered", f.Fund, f.Community, 1)
	case "ProjectClosed":
		count("projects-"+f.Result, f.Fund, f.Community, 1)
	case "DonationReceived":
		put("received", f.Fund, f.giftBucket(), f.Community, f.Amount)
	case "DonationRefunded":
		put("refunded", f.Fund, f.Bucket, f.Community, f.Amount)
	case "TransferMade":
		put("transferred-out", f.From, f.Bucket, f.FromCommunity, f.Amount)
		put("transferred-in", f.To, f.Bucket, f.ToCommunity, f.Amount)
	case "FeeCharged":
		put("fee", f.Fund, f.Bucket, f.Community, f.Amount)
	case "InterestReceived":
		put("interest", f.Fund, f.Bucket, f.Community, f.Amount)
	case "RestrictionReleased":
		put("reclassified-out", f.Fund, f.Bucket, f.Community, f.Amount)
		put("reclassified-in", f.Fund, f.Into, f.Community, f.Amount)
	case "GoodsReceived":
		put("goods-received", f.Fund, f.giftBucket(), f.Community, f.Amount)
	case "GoodsIssued":
		put("goods-issued", f.Fund, f.Bucket, f.Community, f.Amount)
	case "AllocationMade":
		draws("allocated")
	case "AllocationReleased":
		draws("released")
	case "DisbursementMade":
		draws("disbursed")
	case "DisbursementReturned":
		draws("returned")
	case "OpeningBalanceRecorded":
		for _, line := range f.Lines {
			if line.Fund == "" || !strings.HasPrefix(line.Account, "100") {
				continue // only money, accounts 1001 to 1009, comes to a fund
			}
			where := ""
			for _, c := range f.Communities {
				if c.Fund == line.Fund {
					where = c.Community
				}
			}
			put("opening", line.Fund, line.Bucket, where, line.Amount)
		}
	case "LogKeyRetired":
		b.lastSizes[f.Vkey] = f.LastSize
	case "EntryReversed":
		var undone []undoneMove
		if err := json.Unmarshal(f.Undoes, &undone); err != nil {
			return err
		}
		for _, u := range undone {
			put(u.Measure, u.Fund, u.Bucket, u.Community, u.Amount)
			if last := b.moves[len(b.moves)-1]; last.amount != nil {
				last.amount.Neg(last.amount)
			}
		}
	}
	return err
}

func (f fields) giftBucket() string {
	key := f.Restriction.Kind
	switch key {
	case "project":
		key += ":" + f.Restriction.Project
	case "purpose":
		key += ":" + f.Restriction.Purpose
	case "time":
		key += ":" + f.Restriction.NotBefore
	}
	if f.Nature == "agency" {
		key = "agency/" + key
	}
	if f.Source == "fiscal" {
		key = "fiscal/" + key
	}
	return key
}

// decimals of the currencies that have another number of them than two.
var decimals = map[string]int{"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3}

func decimalsOf(currency string) int {
	if n, other := decimals[currency]; other {
		return n
	}
	return 2
}

var plain = regexp.MustCompile(`^(0|[1-9][0-9]{0,17})(\.[0-9]{1,3})?$`)

func minorUnits(text, currency string) (*big.Int, error) {
	whole, part, _ := strings.Cut(text, ".")
	if !plain.MatchString(text) || len(part) > decimalsOf(currency) || len(currency) != 3 {
		return nil, fmt.Errorf("%q is no amount of %q", text, currency)
	}
	minor, _ := new(big.Int).SetString(whole+part+strings.Repeat("0", decimalsOf(currency)-len(part)), 10)
	return minor, nil
}

func formatMinor(minor *big.Int, currency string) string {
	n := decimalsOf(currency)
	digits := new(big.Int).Abs(minor).String()
	if len(digits) <= n {
		digits = strings.Repeat("0", n+1-len(digits)) + digits
	}
	if n > 0 {
		digits = digits[:len(digits)-n] + "." + digits[len(digits)-n:]
	}
	if minor.Sign() < 0 {
		digits = "-" + digits
	}
	return digits
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
