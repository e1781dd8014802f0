package projection

import "fundtrace/chaincode/ledger"

// Scope says what a reader may see. The zero value sees nothing.
type Scope struct {
	kind  scopeKind
	party string
}

type scopeKind int

const (
	seesNothing scopeKind = iota
	seesEverything
	seesKept    // a bank: the accounts that it keeps or owns
	seesManaged // a fund manager: its funds' accounts and everything those have fed; its own accounts
	seesOwn     // an enterprise: its own accounts
)

// Everything is the scope of the finance bureau and the audit office.
func Everything() Scope { return Scope{kind: seesEverything} }

// ScopeOf answers the scope of somebody who acts for a party under an organisation's identity.
func ScopeOf(msp, party string) Scope {
	switch msp {
	case ledger.FinanceMSP, ledger.AuditMSP:
		return Everything()
	}
	if party == "" {
		return Scope{}
	}
	switch msp {
	case ledger.BankMSP:
		return Scope{seesKept, party}
	case ledger.ManagerMSP:
		return Scope{seesManaged, party}
	case ledger.EnterpriseMSP:
		return Scope{seesOwn, party}
	}
	return Scope{}
}

// managedLineages selects the lineages that hold a fund which the party manages.
const managedLineages = "SELECT lineage FROM lineage_fund WHERE fund IN (SELECT id FROM fund WHERE manager = ?)"

// ownAccounts selects the accounts that are the reader's by themselves, whatever lies in them.
func (s Scope) ownAccounts() (string, []any) {
	switch s.kind {
	case seesKept:
		return "SELECT ref FROM account WHERE bank = ? OR owner = ?", []any{s.party, s.party}
	case seesManaged:
		return "SELECT ref FROM account WHERE owner = ? OR fund <> '' AND fund IN (SELECT id FROM fund WHERE manager = ?)", []any{s.party, s.party}
	}
	return "SELECT ref FROM account WHERE owner = ?", []any{s.party}
}

// The conditions below may come out NULL, where money enters from outside: that is not true. To select one as a value,
// or to negate it, write IS TRUE or IS NOT TRUE behind it.

// accounts is the condition under which the account "a" is seen at all. Of the accounts that a manager's funds have
// fed it sees the lots that came from there only.
func (s Scope) accounts() (string, []any) {
	switch s.kind {
	case seesNothing:
		return "0", nil
	case seesEverything:
		return "1", nil
	}
	own, args := s.ownAccounts()
	cond := "a.ref IN (" + own + ")"
	if s.kind == seesManaged {
		cond = "(" + cond + " OR a.ref IN (SELECT account FROM account_lineage WHERE lineage IN (" + managedLineages + ")))"
		args = append(args, s.party)
	}
	return cond, args
}

// lots is the condition under which the lot "l" is seen: it lies in an account of the reader's; or it was paid from
// one and is in transit, spent or came to nothing, so that it lies with nobody else; or a fund of the reader's fed it.
func (s Scope) lots() (string, []any) {
	switch s.kind {
	case seesNothing:
		return "0", nil
	case seesEverything:
		return "1", nil
	}
	own, one := s.ownAccounts()
	cond := "(l.account IN (" + own + ") OR l.state <> 1 AND (SELECT from_account FROM movement WHERE ref = l.ref >> 9) IN (" + own + ")"
	args := append(append([]any{}, one...), one...)
	if s.kind == seesManaged {
		cond += " OR l.lineage IN (" + managedLineages + ")"
		args = append(args, s.party)
	}
	return cond + ")", args
}

// movements is the condition under which the movement "m" is seen, of money as payments says and of claims: it touches
// an account of the reader's, or the voucher that it draws on or issues is seen.
func (s Scope) movements() (string, []any) {
	cond, args := s.payments()
	if s.kind == seesNothing || s.kind == seesEverything {
		return cond, args
	}
	vouchers, more := s.vouchers()
	return "(" + cond + " OR m.claims = 1 AND m.voucher IN (SELECT v.ref FROM voucher v WHERE " + vouchers + "))", append(append([]any{}, args...), more...)
}

// payments is the condition under which the movement "m" is seen when it moves money: it touches an account of the
// reader's, pays the reader, or moves money that a fund of the reader's fed.
func (s Scope) payments() (string, []any) {
	switch s.kind {
	case seesNothing:
		return "0", nil
	case seesEverything:
		return "1", nil
	}
	own, one := s.ownAccounts()
	cond := "(m.from_account IN (" + own + ") OR m.to_account IN (" + own + ") OR m.payee = ?"
	args := append(append(append([]any{}, one...), one...), s.party)
	if s.kind == seesManaged {
		cond += " OR m.lineage IN (" + managedLineages + ")"
		args = append(args, s.party)
	}
	return cond + ")", args
}
