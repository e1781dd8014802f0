package evidence

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/chaincode/memledger"
	"fundtrace/gateway/evidence/proof"
)

// pagesOf records an entry of 120 movements and answers its three pages as they were written.
func pagesOf(t *testing.T, salt string) []proof.Write {
	t.Helper()
	l := memledger.New()
	officer := ledger.Caller{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer, Party: "other:bureau", Name: "officer@finance"}
	submit := func(e ledger.Entry) {
		if _, err := l.Submit(officer, e); err != nil {
			t.Fatal(err)
		}
	}
	submit(ledger.Entry{Key: "founding", Ops: []ledger.Op{
		{Type: ledger.PartyRegister, Party: &ledger.Party{ID: "other:bureau", Kind: ledger.Government}},
		{Type: ledger.AccountOpen, Account: &ledger.Account{ID: "acct:a", Owner: "other:bureau", Purpose: ledger.Published, Currency: "CNY"}}}})
	e := ledger.Entry{Key: "figures", Salt: salt}
	for i := range 120 {
		e.Ops = append(e.Ops, ledger.Op{Type: ledger.MovementDeclare, Movement: &ledger.Movement{Kind: ledger.UnknownOrigin, To: "acct:a", Amount: int64(i) + 1,
			Currency: "CNY", Date: "2026-03-02", Memo: "<公开> & figure", Origin: &ledger.Origin{Source: ledger.UnknownSource}}})
	}
	submit(e)
	id := ledger.EntryID(officer.MSP, officer.Name, e.Key)
	var out []proof.Write
	for n := 0; n < len(e.Ops); n += ledger.PageSize {
		values, err := l.Read([]string{ledger.PageKey(id, n)})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, proof.Write{Namespace: Chaincode, Key: ledger.PageKey(id, n), Value: values[0]})
	}
	return out
}

// Movements that do not fit the root of their entry are not believed, though a valid transaction wrote them. Entries of
// before there were roots are.
func TestMovementsFitTheRoot(t *testing.T) {
	for _, salt := range []string{"", strings.Repeat("5a", 32)} {
		for name, c := range map[string]struct {
			change func([]proof.Write)
			holds  bool
		}{
			"as recorded":                {func([]proof.Write) {}, true},
			"pages in another order":     {func(w []proof.Write) { w[0], w[2] = w[2], w[0] }, true},
			"no root, as before roots":   {func(w []proof.Write) { edit(t, &w[0], func(p map[string]any) { delete(p, "root") }) }, true},
			"another amount on page 2":   {func(w []proof.Write) { replace(t, &w[2], `"amount":"103"`, `"amount":"104"`) }, false},
			"another writer on page 1":   {func(w []proof.Write) { replace(t, &w[1], `officer@finance`, `officer2@finance`) }, false},
			"a member that nobody knows": {func(w []proof.Write) { replace(t, &w[1], `"kind":`, `"colour":"red","kind":`) }, false},
			"a movement left out": {func(w []proof.Write) {
				edit(t, &w[2], func(p map[string]any) { p["movements"] = p["movements"].([]any)[1:] })
			}, false},
			"another root":                 {func(w []proof.Write) { replace(t, &w[0], `"root":"`, `"root":"0`) }, false},
			"another salt":                 {func(w []proof.Write) { edit(t, &w[0], func(p map[string]any) { p["salt"] = strings.Repeat("5b", 32) }) }, false},
			"a root on a later page":       {func(w []proof.Write) { edit(t, &w[1], func(p map[string]any) { p["root"] = "x" }) }, false},
			"a root over nothing":          {func(w []proof.Write) { clearMovements(t, w) }, false},
			"a number that is no number":   {func(w []proof.Write) { replace(t, &w[2], `"n":100`, `"n":"100"`) }, false},
			"a page that cannot be parsed": {func(w []proof.Write) { w[1].Value = w[1].Value[1:] }, false},
		} {
			writes := pagesOf(t, salt)
			c.change(writes)
			if err := newBook().believe(proof.Version{Block: 1}, writes); (err == nil) != c.holds {
				t.Errorf("salt %.2q, %s: %v", salt, name, err)
			}
		}
	}
}

// A later version of the ledger may say more of a movement. Its root is recomputed all the same, over what the page says.
func TestRootOfLaterVersions(t *testing.T) {
	writes := pagesOf(t, strings.Repeat("5a", 32))
	replace(t, &writes[1], `"kind":`, `"colour":"red","kind":`)
	entry := strings.Split(writes[0].Key, "/")[1]
	var pages []pageText
	for i, w := range writes {
		pages = append(pages, pageText{entry, i, w.Value})
	}
	digests, err := spelledOut(entry, strings.Repeat("5a", 32), pages)
	if err != nil {
		t.Fatal(err)
	}
	root, _ := ledger.MerkleRoot(digests)
	edit(t, &writes[0], func(p map[string]any) { p["root"] = hex.EncodeToString(root[:]) })
	if err := newBook().believe(proof.Version{Block: 1}, writes); err != nil {
		t.Error(err)
	}
	replace(t, &writes[1], `"red"`, `"blue"`)
	if err := newBook().believe(proof.Version{Block: 1}, writes); err == nil {
		t.Error("another colour has the same root")
	}
}

func replace(t *testing.T, w *proof.Write, old, now string) {
	t.Helper()
	text := strings.Replace(string(w.Value), old, now, 1)
	if text == string(w.Value) {
		t.Fatalf("%s is not on the page", old)
	}
	w.Value = []byte(text)
}

func edit(t *testing.T, w *proof.Write, change func(map[string]any)) {
	t.Helper()
	var page map[string]any
	if err := json.Unmarshal(w.Value, &page); err != nil {
		t.Fatal(err)
	}
	change(page)
	var err error
	if w.Value, err = json.Marshal(page); err != nil {
		t.Fatal(fmt.Errorf("encode: %w", err))
	}
}

func clearMovements(t *testing.T, writes []proof.Write) {
	t.Helper()
	for i := range writes {
		edit(t, &writes[i], func(p map[string]any) { delete(p, "movements") })
	}
}
