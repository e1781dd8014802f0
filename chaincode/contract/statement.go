package contract

import (
	"encoding/json"
	"fmt"
	"time"

	"fundtrace/chaincode/ledger"

	"github.com/gowebpki/jcs"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

// The formats of what peers sign for strangers.
const (
	StatementFormat  = "fundtrace-statement-1"
	DisclosureFormat = "fundtrace-disclosure-1"
)

// Heading says of a signed answer what it is and when and where it was given. Peers refuse a proposal whose time is further
// from their clocks than Window, so their signatures also say that the answer is of that time, to a quarter of an hour.
type Heading struct {
	Format  string `json:"format"`
	Version string `json:"version"` // of the contract
	Channel string `json:"channel"`
	At      string `json:"at"` // time of the proposal, RFC 3339 UTC, seconds
}

// SignedStatement is what Statement answers.
type SignedStatement struct {
	Heading
	ledger.Statement
}

// SignedDisclosure is what Disclose answers.
type SignedDisclosure struct {
	Heading
	ledger.Disclosure
}

// DisclosureRequest names the movement that Disclose shows.
type DisclosureRequest struct {
	Movement string `json:"movement"`
}

// Statement answers a SignedStatement about the lots and movements of a ledger.StatementRequest given as JSON. The answer is
// canonical JSON (RFC 8785) and follows from the state and the proposal alone, so that peers of several organisations sign
// the same bytes: endorse it and do not submit. Errors: MALFORMED, FIELD_MISSING, FIELD_INVALID, TOO_LARGE, TIME_WINDOW,
// LOT_UNKNOWN, MOVEMENT_UNKNOWN.
func (c *Contract) Statement(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	var r ledger.StatementRequest
	h, err := c.heading(ctx, StatementFormat, request, &r)
	if err != nil {
		return "", wire(err)
	}
	s, err := ledger.ReadStatement(view{ctx.GetStub()}, &r)
	if err != nil {
		return "", wire(err)
	}
	return canonical(SignedStatement{h, *s})
}

// Disclose answers a SignedDisclosure of the movement of a DisclosureRequest given as JSON, in the manner of Statement.
// Errors: MALFORMED, FIELD_INVALID, TIME_WINDOW, MOVEMENT_UNKNOWN, ROOT_MISSING.
func (c *Contract) Disclose(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	var r DisclosureRequest
	h, err := c.heading(ctx, DisclosureFormat, request, &r)
	if err != nil {
		return "", wire(err)
	}
	d, err := ledger.ReadDisclosure(view{ctx.GetStub()}, r.Movement)
	if err != nil {
		return "", wire(err)
	}
	return canonical(SignedDisclosure{h, *d})
}

// Anchor answers the latest ledger.AnchorRecorded of a stream, by its ledger.StreamID. Errors: ANCHOR_UNKNOWN.
func (c *Contract) Anchor(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	a, err := ledger.ReadAnchor(view{ctx.GetStub()}, id)
	if err != nil {
		return "", wire(err)
	}
	return answer(a)
}

// heading reads the request and says what the answer is. Errors: MALFORMED, TIME_WINDOW.
func (c *Contract) heading(ctx contractapi.TransactionContextInterface, format, request string, into any) (Heading, error) {
	if err := ledger.DecodeStrict([]byte(request), into); err != nil {
		return Heading{}, err
	}
	at, err := c.claimedTime(ctx.GetStub())
	if err != nil {
		return Heading{}, err
	}
	return Heading{format, Version, ctx.GetStub().GetChannelID(), at.UTC().Format(time.RFC3339)}, nil
}

// canonical encodes an answer in its one canonical form.
func canonical(v any) (string, error) {
	b, err := json.Marshal(v)
	if err == nil {
		b, err = jcs.Transform(b)
	}
	if err != nil {
		return "", wire(fmt.Errorf("encode answer: %w", err))
	}
	return string(b), nil
}
