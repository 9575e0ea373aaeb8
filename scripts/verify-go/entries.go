package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
)

// What the entries say: what each kind moves, which figures were published, how the log's keys changed.
// Written from docs/events.md, not from the ledger's code.

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
	Replaces      string     `json:"replaces"`
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
	"CostRecorded": "incurredOn", "DisbursementMade": "paidOn", "DisbursementReturned": "returnedOn",
	"EntryReversed": "reversedOn", "FigurePublished": "publishedOn", "OpeningBalanceRecorded": "openedOn",
	"RestrictionReleased": "releasedOn", "PeriodClosed": "closedOn", "PeriodReopened": "reopenedOn",
	"EntriesApproved": "approvedOn", "LogKeyAnnounced": "announcedOn", "LogKeyRetired": "retiredOn",
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
	published   []byte // the lines of figures.txt
	announced   []announcement
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
	case "LogKeyAnnounced":
		b.announced = append(b.announced, announcement{n, f.Vkey, f.Replaces})
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
