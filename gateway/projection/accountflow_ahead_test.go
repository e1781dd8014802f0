package projection_test

import (
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
	"fundtrace/gateway/trace/attribution"
	rounds "fundtrace/gateway/trace/ways"
)

// A snapshot may be older than what the memory of the read model knows: accounts that came later are none of its business.
func TestConventionsOfAnEarlierSnapshot(t *testing.T) {
	w := newWorld(t)
	w.populate()
	w.story()
	w.sync()
	old, err := w.db.At(t.Context(), projection.Everything(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	w.account(custodian1, "acct:new", e3, ledger.Operating)
	w.settle(ledger.OwnFunds, "", "acct:new", 5, "2024-06-01", origin(ledger.OwnMoney, "", ""))
	w.sync()
	now, err := w.db.At(t.Context(), projection.Everything(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer now.Close()
	if _, err := attribution.Everything(t.Context(), now.Statements(), attribution.Options{Currency: "CNY"}); err != nil {
		t.Errorf("now: %v", err)
	}
	if _, err := attribution.Everything(t.Context(), old.Statements(), attribution.Options{Currency: "CNY"}); err != nil {
		t.Errorf("old: %v", err)
	}
	if _, err := rounds.Returned(t.Context(), old.Statements(), nil, rounds.Options{}); err != nil {
		t.Errorf("old circles: %v", err)
	}
}
