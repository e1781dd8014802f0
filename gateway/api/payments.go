package api

import (
	"fundtrace/chaincode/ledger"
)

// Payment is a movement of money as a caller writes it: everything that the address does not say already.
//
// Without draws the gateway chooses the lots of the payer's account by its policy, oldest first. A custodian's payment
// is settled (it is on the bank's statement), anybody else's is instructed and waits for the banks.
type Payment struct {
	From       string         `json:"from,omitempty"`  // account; leave out where money enters from outside
	To         string         `json:"to,omitempty"`    // account; leave out where the payee keeps none here
	Payee      string         `json:"payee,omitempty"` // party, where to is left out
	Amount     int64          `json:"amount,string"`   // minor units (fen)
	Currency   string         `json:"currency"`        // ISO 4217
	Draws      []ledger.Draw  `json:"draws,omitempty"` // lots to draw on; chosen when left out
	Origin     *ledger.Origin `json:"origin,omitempty"`
	Commitment string         `json:"commitment,omitempty"` // the commitment that is called
	Purpose    ledger.Purpose `json:"purpose,omitempty"`
	Date       string         `json:"date"`              // value date, or the date of the instruction
	Expires    string         `json:"expires,omitempty"` // last day on which the bank may debit
	BankRef    string         `json:"bank_ref,omitempty"`
	Document   string         `json:"document,omitempty"` // SHA-256
	Memo       string         `json:"memo,omitempty"`
}

// movement is the payment as the ledger takes it.
func (p *Payment) movement(kind ledger.Kind) *ledger.Movement {
	return &ledger.Movement{Kind: kind, From: p.From, To: p.To, Payee: p.Payee, Amount: p.Amount, Currency: p.Currency, Draws: p.Draws,
		Origin: p.Origin, Commitment: p.Commitment, Purpose: p.Purpose, Date: p.Date, Expires: p.Expires, BankRef: p.BankRef,
		Document: p.Document, Memo: p.Memo}
}

// paymentOps are the operations that record a payment, by who writes it.
var paymentOps = []ledger.OpType{ledger.MovementInstruct, ledger.MovementSettle, ledger.MovementDeclare}

// payment is one kind of payment and the path under which it is recorded.
type payment struct {
	path, name, summary string
	kind                ledger.Kind
}

// payments lists the kinds that callers record one by one or in bulk.
var payments = []payment{
	{"/contributions", "contribution", "capital paid into a fund: from outside with its origin, or from a parent fund", ledger.Contribution},
	{"/disbursements", "disbursement", "a fund's investment in an enterprise", ledger.Disbursement},
	{"/uses", "use", "what an enterprise spends, by purpose and payee", ledger.Use},
	{"/returns", "return", "principal or gain that an enterprise pays back to a fund", ledger.Return},
	{"/distributions", "distribution", "what a fund pays upward to its parent, the treasury or another investor", ledger.Distribution},
	{"/fees", "fee", "what a fund pays its manager or custodian", ledger.Fee},
	{"/own-funds", "own-fund", "an enterprise's own money that enters its account", ledger.OwnFunds},
	{"/transfers", "transfer", "a movement between published accounts as its publisher stated it", ledger.Transfer},
}

// pay records one payment of a kind.
func (s *Server) pay(kind ledger.Kind) func(*call, Payment) (reply[Written], error) {
	return func(c *call, p Payment) (reply[Written], error) {
		m := p.movement(kind)
		op, err := c.paymentOp(m)
		if err != nil {
			return reply[Written]{}, err
		}
		return c.record(c.key(), ledger.Op{Type: op, Movement: m})
	}
}

// paymentOp is how the caller records a payment: banks settle, the finance bureau declares between published accounts,
// everybody else instructs.
func (c *call) paymentOp(m *ledger.Movement) (ledger.OpType, error) {
	caller := c.who.Caller()
	if caller.May(ledger.MovementSettle) {
		return ledger.MovementSettle, nil
	}
	if !caller.May(ledger.MovementDeclare) {
		return ledger.MovementInstruct, nil
	}
	for _, id := range []string{m.To, m.From} {
		if published, err := c.published(id); err != nil {
			return "", err
		} else if published {
			return ledger.MovementDeclare, nil
		}
	}
	return ledger.MovementInstruct, nil
}

// published reports whether an account is for published figures. Accounts are looked up once for each request; of what is
// unknown the ledger says so itself.
func (c *call) published(account string) (bool, error) {
	if account == "" {
		return false, nil
	}
	if known, ok := c.purposes[account]; ok {
		return known == ledger.Published, nil
	}
	if c.purposes == nil {
		c.purposes = map[string]ledger.AccountPurpose{}
	}
	a, err := c.server.Store.AccountRecord(c.ctx(), everything, account)
	switch {
	case err == nil:
		c.purposes[account] = a.Purpose
	case ledger.ErrorCode(err) == ledger.AccountUnknown:
		c.purposes[account] = ""
	default:
		return false, err
	}
	return c.purposes[account] == ledger.Published, nil
}
