package statement

import (
	"encoding/json"
	"fmt"
	"strings"

	"fundtrace/chaincode/contract"
	"fundtrace/chaincode/ledger"
)

// Organisations are those whose peers must sign: who keeps the money, who gives it and who audits.
var Organisations = []string{ledger.BankMSP, ledger.FinanceMSP, ledger.AuditMSP}

// The functions of the chaincode that answer.
const (
	stating    = "Statement"
	disclosing = "Disclose"
)

// Request says what a statement is to be about: lots and movements, up to ledger.MaxStated of them, or one movement that is
// shown without the rest of its entry.
type Request struct {
	Lots      []string `json:"lots,omitempty"`
	Movements []string `json:"movements,omitempty"`
	Disclose  string   `json:"disclose,omitempty"` // a movement, and nothing else
}

// Check refuses a request that cannot be answered, before anybody is asked. Errors: FIELD_MISSING, FIELD_INVALID,
// TOO_LARGE.
func (r *Request) Check() error {
	if r.Disclose == "" {
		return (&ledger.StatementRequest{Lots: r.Lots, Movements: r.Movements}).Check()
	}
	if len(r.Lots)+len(r.Movements) > 0 {
		return ledger.Refuse(ledger.FieldInvalid, "disclose shows one movement by itself: ask for lots and movements in another statement", "field", "disclose")
	}
	if _, _, bad := ledger.SplitMovementID(r.Disclose); bad != nil {
		return bad
	}
	return nil
}

// String spells the request for people.
func (r *Request) String() string {
	if r.Disclose != "" {
		return "movement " + r.Disclose + ", shown without the rest of its entry"
	}
	var parts []string
	for _, p := range []struct {
		name string
		ids  []string
	}{{"lot", r.Lots}, {"movement", r.Movements}} {
		switch n := len(p.ids); {
		case n == 1:
			parts = append(parts, p.name+" "+p.ids[0])
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, p.name))
		}
	}
	return strings.Join(parts, " and ")
}

// call is the function and the argument that ask for the answer.
func (r *Request) call() (function, argument string, err error) {
	function, body := stating, any(ledger.StatementRequest{Lots: r.Lots, Movements: r.Movements})
	if r.Disclose != "" {
		function, body = disclosing, contract.DisclosureRequest{Movement: r.Disclose}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return "", "", fmt.Errorf("encode the request: %w", err)
	}
	return function, string(text), nil
}

// requestOf reads the request out of the arguments that were signed.
func requestOf(args [][]byte) (*Request, error) {
	if len(args) != 2 {
		return nil, fmt.Errorf("the chaincode was called with %d arguments", len(args))
	}
	var r Request
	switch string(args[0]) {
	case stating:
		var s ledger.StatementRequest
		if err := ledger.DecodeStrict(args[1], &s); err != nil {
			return nil, err
		}
		r.Lots, r.Movements = s.Lots, s.Movements
	case disclosing:
		var d contract.DisclosureRequest
		if err := ledger.DecodeStrict(args[1], &d); err != nil {
			return nil, err
		}
		if r.Disclose = d.Movement; r.Disclose == "" {
			return nil, fmt.Errorf("no movement was asked for")
		}
	default:
		return nil, fmt.Errorf("the function %.40q was asked, which makes no statements", args[0])
	}
	return &r, r.Check()
}
