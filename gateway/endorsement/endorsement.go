// Package endorsement judges a proposal that a peer's Gateway service did not get endorsed: is it refused, or do the
// endorsing peers only stand at different blocks for the moment, so that it is worth making again?
package endorsement

import (
	"encoding/json"
	"strings"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc/status"
)

// Verdict is what the endorsing peers said. The zero value says nothing of the proposal: the peers were not reached.
type Verdict struct {
	// Apart says that the peers answered differently. They commit a block a few milliseconds apart, under a bulk load
	// seconds: the same proposal made anew a little later is endorsed or refused by all.
	Apart bool
	// Denied says that a peer does not accept the signer's certificate.
	Denied bool
	// Refusal is the chaincode's, that of the first peer when they differ; nil when it refused nothing. While the peers
	// are apart it is no answer to the caller: the peer that gave it may know less than the others.
	Refusal *ledger.Error
}

// Judge reads the error of a proposal that so many organisations had to endorse.
func Judge(err error, endorsers int) Verdict {
	var v Verdict
	answers, refused := 0, 0
	for _, detail := range status.Convert(err).Details() {
		d, ok := detail.(*gateway.ErrorDetail)
		if !ok {
			continue
		}
		answers++
		switch e := Refusal(d.GetMessage()); {
		case e != nil:
			refused++
			if v.Refusal == nil {
				v.Refusal = e
			}
			v.Apart = v.Apart || v.Refusal.JSON() != e.JSON()
		case strings.Contains(d.GetMessage(), "ProposalResponsePayloads do not match"):
			v.Apart = true
		case strings.Contains(d.GetMessage(), "access denied"):
			v.Denied = true
		}
	}
	v.Apart = v.Apart || refused > 0 && answers < endorsers // the others endorsed it
	return v
}

// Refusal finds the JSON of a ledger.Error in a message, nil if there is none; peers put text of their own in front of it.
func Refusal(message string) *ledger.Error {
	i := strings.IndexByte(message, '{')
	if i < 0 {
		return nil
	}
	var e ledger.Error
	if json.NewDecoder(strings.NewReader(message[i:])).Decode(&e) == nil && e.Code != "" {
		return &e
	}
	return nil // whatever it is, it is no refusal of the ledger's
}
