package iati

import "fundtrace/chaincode/ledger"

// flow is what a type of transaction does to the money of the activity that reports it.
type flow int

const (
	unknownFlow  flow = iota
	incoming          // enters the activity
	disbursement      // leaves it for another organisation
	expenditure       // leaves it for goods, services and capital
	repayment         // interest or principal: enters or leaves, as its two organisations tell
	commitment        // promised by the activity: recorded, but no money moves
	promise           // no money moves and nobody can be held to it here: pledge, guarantee, another's commitment
)

// flows maps the codes of codelist TransactionType: letters of 1.x, numbers of 2.x.
var flows = map[string]flow{
	"1": incoming, "IF": incoming, // Incoming Funds
	"2": commitment, "C": commitment, // Outgoing Commitment
	"3": disbursement, "D": disbursement,
	"4": expenditure, "E": expenditure,
	"5": repayment, "IR": repayment, // Interest Payment
	"6": repayment, "LR": repayment, // Loan Repayment
	"7": disbursement, "R": disbursement, // Reimbursement: "a type of disbursement"
	"8": expenditure, "QP": expenditure, // Purchase of Equity
	"9": incoming, "QS": incoming, // Sale of Equity
	"10": promise, "CG": promise, // Credit Guarantee
	"11": promise, // Incoming Commitment
	"12": promise, // Outgoing Pledge
	"13": promise, // Incoming Pledge
}

// receipt reports whether a type is incoming funds proper, on which traceability is judged.
func receipt(code string) bool { return code == "1" || code == "IF" }

// direction settles a repayment by its organisations: what the reporter pays leaves, what it is paid enters.
func direction(a *Activity, x *Transaction) flow {
	f := flows[x.Type]
	if f != repayment {
		return f
	}
	reporter := func(o *Org) bool { return o != nil && o.Ref != "" && o.Ref == a.Reporting.Ref }
	switch pays, paid := reporter(x.Provider), reporter(x.Receiver); {
	case pays && !paid:
		return expenditure
	case paid && !pays:
		return incoming
	}
	return unknownFlow
}

// purpose is the ledger's purpose code of money that leaves for a payee without an account.
func purpose(code string) ledger.Purpose {
	switch flows[code] {
	case disbursement:
		return ledger.PurposeTransfer
	case repayment:
		return ledger.PurposeDebt
	}
	return ledger.PurposeOther
}
