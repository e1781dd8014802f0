package ledger_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// A statement says of each lot and movement what the single reads say, in the order asked for, and gives each entry's root
// once.
func TestStatement(t *testing.T) {
	w := newTrade(t)
	voucher := manyVouchers(w, 2, true)[1]
	root := w.paidIn(100 * yuan)
	payment := w.do(parentMgr, instruct(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(root, 40*yuan)}),
		instruct(Movement{Kind: Disbursement, From: parentAcct, To: e2Acct, Draws: draws(root, 10*yuan)}))
	child := lot0(payment, 1)
	registered := w.do(officer, revise(investor, Private, 2))
	lots := []string{child, root, voucher}
	movements := []string{MovementID(payment, 1), MovementID(payment, 0), root[:len(root)-2]}
	view := &countingView{View: w}
	s, err := ReadStatement(view, &StatementRequest{Lots: lots, Movements: movements})
	if err != nil {
		t.Fatal(err)
	}
	if view.trips > 2 {
		t.Errorf("it took %d round trips", view.trips)
	}
	want, err := ReadLots(w, lots)
	if err != nil || !reflect.DeepEqual(s.Lots, want) {
		t.Errorf("lots %+v, want %+v, %v", s.Lots, want, err)
	}
	if l := s.Lots[0]; l.Kind != Disbursement || l.Parent != root || l.Account != e2Acct || l.Remaining != 0 || l.Stage != Instructed {
		t.Errorf("the child is %+v", l)
	}
	if l := s.Lots[1]; l.Kind != Contribution || l.Amount != 100*yuan || l.Remaining != 50*yuan || l.Parent != "" {
		t.Errorf("the root is %+v", l)
	}
	if l := s.Lots[2]; l.Kind != VoucherIssue || l.Remaining != 1000*yuan {
		t.Errorf("the voucher is %+v", l)
	}
	for i, id := range movements {
		m, err := ReadMovement(w, id)
		if err != nil || !reflect.DeepEqual(s.Movements[i], *m) {
			t.Errorf("movement %+v, want %+v, %v", s.Movements[i], m, err)
		}
	}
	var entries []string
	for _, r := range s.Roots {
		entries = append(entries, r.Entry)
		if p := w.head(r.Entry); r.Root != p.Root || r.Ops != p.Ops || r.Root == "" {
			t.Errorf("root %+v, page %+v", r, p)
		}
	}
	if !reflect.DeepEqual(entries, []string{payment, root[:20], voucher[:20]}) {
		t.Errorf("roots of %v", entries)
	}
	if _, err := ReadStatement(w, &StatementRequest{Movements: []string{MovementID(registered, 0)}}); ErrorCode(err) != MovementUnknown {
		t.Errorf("an operation that moves nothing: %v", err)
	}
}

// asks tries a statement in a world with a lot, whose identifier is made into the request.
func asks(request func(lot string) StatementRequest) func(*world) error {
	return func(w *world) error {
		r := request(w.paidIn(yuan))
		_, err := ReadStatement(w, &r)
		return err
	}
}

// shows tries a disclosure.
func shows(movement func(w *world) string) func(*world) error {
	return func(w *world) error { _, err := ReadDisclosure(w, movement(w)); return err }
}

var statementRefusals = []tradeRefusal{
	{FieldMissing, "of nothing", asks(func(string) StatementRequest { return StatementRequest{} })},
	{FieldInvalid, "a lot that is none", asks(func(string) StatementRequest { return StatementRequest{Lots: []string{"x"}} })},
	{FieldInvalid, "a movement that is none", asks(func(lot string) StatementRequest { return StatementRequest{Movements: []string{lot}} })},
	{FieldInvalid, "a lot twice", asks(func(lot string) StatementRequest { return StatementRequest{Lots: []string{lot, lot}} })},
	{FieldInvalid, "a movement twice", asks(func(lot string) StatementRequest {
		return StatementRequest{Movements: []string{lot[:len(lot)-2], lot[:len(lot)-2]}}
	})},
	{LotUnknown, "", asks(func(lot string) StatementRequest {
		return StatementRequest{Lots: []string{lot, lot[:len(lot)-1] + "1"}}
	})},
	{LotUnknown, "of no entry", asks(func(string) StatementRequest {
		return StatementRequest{Lots: []string{strings.Repeat("0", 20) + ".0.0"}}
	})},
	{MovementUnknown, "", asks(func(lot string) StatementRequest {
		return StatementRequest{Movements: []string{MovementID(lot[:20], 9)}}
	})},
	{TooLarge, "", asks(func(lot string) StatementRequest {
		r := StatementRequest{Lots: []string{lot}}
		for n := range MaxStated {
			r.Movements = append(r.Movements, MovementID(lot[:20], n))
		}
		return r
	})},
	{FieldInvalid, "showing what is none", shows(func(*world) string { return "x" })},
	{MovementUnknown, "showing", shows(func(*world) string { return MovementID(strings.Repeat("0", 20), 0) })},
	{MovementUnknown, "showing another operation", shows(func(w *world) string { return MovementID(w.paidIn(yuan)[:20], 1) })},
	{RootMissing, "showing what is older than roots", shows(func(w *world) string { return w.paidInLongAgo()[:22] })},
}

func TestStatementRefusals(t *testing.T) { testRefusals(t, statementRefusals) }

// paidInLongAgo is paidIn as it was recorded before entries had roots.
func (w *world) paidInLongAgo() string {
	w.Helper()
	lot := w.paidIn(yuan)
	old := w.head(lot[:20])
	old.Root = ""
	value, err := json.Marshal(old)
	if err != nil {
		w.Fatal(err)
	}
	tx := w.Begin(officer)
	if err := tx.Put([]Write{{Key: PageKey(lot[:20], 0), Value: value}}); err != nil {
		w.Fatal(err)
	}
	w.Commit(tx)
	return lot
}

// What was recorded before entries had roots is read, stated and drawn on as ever.
func TestOldEntriesStayReadable(t *testing.T) {
	w := newWorld(t)
	lot := w.paidInLongAgo()
	s, err := ReadStatement(w, &StatementRequest{Lots: []string{lot}})
	if err != nil || s.Lots[0].Remaining != yuan || len(s.Roots) != 0 {
		t.Errorf("stated as %+v, %v", s, err)
	}
	w.do(parentMgr, instruct(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot, yuan)}))
	w.audit()
}
