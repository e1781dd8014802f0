package ledger_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// stateFormat is the digest of what a fixed scenario leaves in the state. Peers of different builds must write the same
// bytes or they endorse nothing together, so a change of this digest is a change of the chaincode's format: it takes a
// new chaincode version on every peer at once. Being a constant it also holds processes, machines and locales to one
// answer.
const stateFormat = "614fd9c390c842c17b582726d7bb5d988e6470eac4b27aa1f57ce747085acc40"

func TestStateFormatIsStable(t *testing.T) {
	w := newWorld(t)
	paymentAt(w, 'Z') // a payment with debit, credit, document and reversal
	lot := w.owned(100 * yuan)
	w.do(custodian1, settle(Movement{Kind: Use, From: e1Acct, Payee: outsider, Purpose: PurposeRD, Draws: draws(lot, 40*yuan), BankRef: "<&>中文"}),
		settle(Movement{Kind: Contribution, To: parentAcct, Amount: yuan, Origin: budget(bureau), Commitment: govPromise, BankRef: "x"}))
	w.do(officer, revise(e1, Private, 2))
	w.mustDigest(stateFormat)
}

// voucherFormat is the same for the supply chain: a voucher in every state, with all that led there.
const voucherFormat = "635e9218e44ecabc6995ebe4e51c1c57fabe8ec96d7674fc1429bc2eadce770e"

func TestVoucherFormatIsStable(t *testing.T) {
	w := newGallery(t)
	w.do(officer, Op{Type: CalendarPublish, Calendar: &Calendar{Year: 2026, Version: 1, Source: "国务院办公厅", Holidays: []string{"2026-10-01"}, Workdays: []string{"2026-10-10"}}},
		flag(e2, "BILL_OVERDUE", true))
	w.reserves(digest("9"), 60*yuan)
	valid := check("VALID")
	valid.InvoiceStep.Fingerprint = digest("9")
	w.do(lender1, reserve(digest("9"), 40*yuan), valid)
	w.mustDigest(voucherFormat)
}

// mustDigest compares the digest of the whole state.
func (w *world) mustDigest(want string) {
	w.Helper()
	h := sha256.New()
	for _, key := range w.Keys("") {
		values, err := w.Read([]string{key})
		if err != nil {
			w.Fatal(err)
		}
		fmt.Fprintf(h, "%d:%s=%d:%s\n", len(key), key, len(values[0]), values[0])
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		w.Errorf("the state's digest is %s, want %s", got, want)
	}
}
