package fabric

import (
	"errors"
	"fmt"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/endorsement"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// The codes of this package, beside those of the ledger. Errors are *ledger.Error.
const (
	Unavailable          ledger.Code = "LEDGER_UNAVAILABLE"    // the channel cannot be reached; nothing was recorded
	OutcomeUnknown       ledger.Code = "OUTCOME_UNKNOWN"       // submitted, not yet known to be recorded; detail: entry, tx
	Contention           ledger.Code = "CONTENTION"            // other writers came first, again and again; nothing was recorded
	TransactionRejected  ledger.Code = "TRANSACTION_REJECTED"  // orderer or peers refused the transaction itself; detail: tx, reason
	EnrolmentRefused     ledger.Code = "ENROLMENT_REFUSED"     // the Fabric CA does not accept user and password
	OrganisationUnknown  ledger.Code = "ORGANISATION_UNKNOWN"  // the gateway does not serve the organisation
	AuthorityUnavailable ledger.Code = "AUTHORITY_UNAVAILABLE" // the Fabric CA cannot be reached
	IdentityUnknown      ledger.Code = "IDENTITY_UNKNOWN"      // the user has not enrolled here, or the certificate ran out
	WalletTampered       ledger.Code = "WALLET_TAMPERED"       // a sealed identity does not open
)

// errRejected marks a transaction that the orderer refused as such, so that it will never be recorded.
var errRejected = errors.New("the orderer rejected the transaction")

// disagreement says that the endorsing peers answered differently. They stand at different blocks for a moment: the
// same proposal made anew a little later succeeds or is refused by all.
type disagreement struct {
	refusal *ledger.Error // of one of them; nil when none refused, but they endorsed different states
}

func (d *disagreement) Error() string {
	if d.refusal != nil {
		return "the endorsing peers do not agree, one of them refuses: " + d.refusal.Error()
	}
	return "the endorsing peers do not agree"
}

func unavailable(err error) *ledger.Error {
	return ledger.Refuse(Unavailable, "the ledger cannot be reached, nothing was recorded: try again in a moment", "cause", cause(err))
}

// endorseError tells refusals of the chaincode from failures to reach it. It answers a *ledger.Error or a
// *disagreement. endorsers is how many organisations had to endorse.
func endorseError(err error, endorsers int) error {
	switch v := endorsement.Judge(err, endorsers); {
	case v.Denied:
		return ledger.Refuse(ledger.NotPermitted, "the peers do not accept the signer's certificate: sign in again", "cause", cause(err))
	case v.Apart:
		return &disagreement{refusal: v.Refusal}
	case v.Refusal != nil:
		return v.Refusal
	}
	return unavailable(err)
}

// evaluateError is endorseError for a single peer.
func evaluateError(err error) error {
	e := endorsement.Judge(err, 1).Refusal
	if e == nil {
		e = endorsement.Refusal(status.Convert(err).Message())
	}
	if e != nil {
		return e
	}
	return ledger.Refuse(Unavailable, "the ledger cannot be read: try again in a moment", "cause", cause(err))
}

// submitError is errRejected when the orderer refused the content of the transaction. Everything else leaves open
// whether it was taken.
func submitError(err error) error {
	st := status.Convert(err)
	if st.Code() == codes.Aborted && strings.Contains(st.Message(), "unsuccessful response from orderer") {
		return fmt.Errorf("%w: %s", errRejected, st.Message())
	}
	return fmt.Errorf("submit: %w", err)
}

// cause is what a failure says, short enough for an answer.
func cause(err error) string {
	s := []rune(err.Error())
	if len(s) > 300 {
		s = append(s[:300], '…')
	}
	return string(s)
}
