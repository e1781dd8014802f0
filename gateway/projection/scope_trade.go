package projection

import "strings"

// The conditions below are of the same kind as those beside Scope, for invoices, claims and vouchers.

// clients selects the parties that keep an account with a bank.
const clients = "SELECT owner FROM account WHERE bank = ?"

// condition is a condition with its arguments.
type condition struct {
	text string
	args []any
}

// vouchers is the condition under which the voucher "v" is seen: the reader is its issuer or holder, or it was ever
// offered to the reader as next supplier or as funder; or the reader is a bank with which issuer or holder keeps an account.
func (s Scope) vouchers() (string, []any) {
	switch s.kind {
	case seesNothing:
		return "0", nil
	case seesEverything:
		return "1", nil
	}
	var texts []string
	var args []any
	for _, c := range s.voucherWays() {
		texts, args = append(texts, c.text), append(args, c.args...)
	}
	return "(" + strings.Join(texts, " OR ") + ")", args
}

// voucherWays are the conditions of which one has to hold for the voucher "v" to be seen. Each alone is found by an index.
func (s Scope) voucherWays() []condition {
	switch s.kind {
	case seesNothing:
		return []condition{{"0", nil}}
	case seesEverything:
		return []condition{{"1", nil}}
	}
	me := []any{s.party}
	ways := []condition{{"v.issuer = ?", me}, {"v.holder = ?", me}, {"v.ref IN (SELECT voucher FROM voucher_part WHERE party = ?)", me}}
	if s.kind == seesKept {
		ways = append(ways, condition{"v.issuer IN (" + clients + ")", me}, condition{"v.holder IN (" + clients + ")", me})
	}
	return ways
}

// terms is the condition under which the reader of the voucher "v" is told all of it. Who was only offered it once is
// not told what others have agreed on since.
func (s Scope) terms() (string, []any) {
	switch s.kind {
	case seesNothing:
		return "0", nil
	case seesEverything:
		return "1", nil
	}
	cond := "(v.issuer = ? OR v.holder = ? OR v.pledgee = ? OR v.pending_to = ? OR v.funder = ?"
	args := []any{s.party, s.party, s.party, s.party, s.party}
	if s.kind == seesKept {
		cond += " OR v.issuer IN (" + clients + ") OR v.holder IN (" + clients + ")"
		args = append(args, s.party, s.party)
	}
	return cond + ")", args
}

// financed selects the vouchers of which the reader was ever asked to be the funder.
const financed = "SELECT voucher FROM voucher_part WHERE party = ? AND role = 'FUNDER'"

// claims is the condition under which the claim "c" is seen: the reader is its creditor or debtor, or was asked to
// finance a voucher of it and must check its papers; or is a bank with which creditor or debtor keeps an account.
func (s Scope) claims() (string, []any) {
	switch s.kind {
	case seesNothing:
		return "0", nil
	case seesEverything:
		return "1", nil
	}
	cond := "(c.creditor = ? OR c.debtor = ? OR c.ref IN (SELECT claim FROM voucher WHERE ref IN (" + financed + "))"
	args := []any{s.party, s.party, s.party}
	if s.kind == seesKept {
		cond += " OR c.creditor IN (" + clients + ") OR c.debtor IN (" + clients + ")"
		args = append(args, s.party, s.party)
	}
	return cond + ")", args
}

// invoices is the condition under which the invoice "i" is seen: the reader is its seller or buyer, has registered,
// checked or reserved it, or was asked to finance a voucher that stands on it. A bank sees no invoice only because it
// keeps an account: which funder is about to finance one is no other funder's business.
func (s Scope) invoices() (string, []any) {
	switch s.kind {
	case seesNothing:
		return "0", nil
	case seesEverything:
		return "1", nil
	}
	return "(i.seller = ? OR i.buyer = ? OR i.ref IN (SELECT invoice FROM invoice_part WHERE party = ?)" +
			" OR i.ref IN (SELECT invoice FROM claim_invoice WHERE claim IN (SELECT claim FROM voucher WHERE ref IN (" + financed + "))))",
		[]any{s.party, s.party, s.party, s.party}
}
