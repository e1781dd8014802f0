package statement

import (
	"errors"
	"fmt"

	"fundtrace/gateway/evidence/proof"
)

// Reason is the stable name of why a statement is refused: one of those below, or of package proof for what is wrong with
// the configurations or the envelope.
type Reason = proof.Reason

// The reasons for which statements are refused.
const (
	NoStatement Reason = "NO_STATEMENT"     // the file cannot be read, or is of another kind
	WrongChain  Reason = "GENESIS_CLAIMED"  // the file calls another hash that of block 0
	Unsigned    Reason = "SIGNERS"          // a peer of an organisation has not signed, or a signature counts for nothing
	Expired     Reason = "CERTIFICATE_TIME" // a certificate was not valid when it was used
	NotAsked    Reason = "ANSWER"           // the answer is not one to the question, or not in its form
	WrongRoot   Reason = "ROOT"             // leaf, path and root of a disclosure do not belong together
)

// Failure says why a statement is refused.
type Failure struct {
	Reason  Reason
	Message string
	Err     error // may be nil
}

func (f *Failure) Error() string {
	if f.Err != nil {
		return fmt.Sprintf("%s: %s: %v", f.Reason, f.Message, f.Err)
	}
	return fmt.Sprintf("%s: %s", f.Reason, f.Message)
}

func (f *Failure) Unwrap() error { return f.Err }

func refuse(reason Reason, err error, format string, args ...any) *Failure {
	return &Failure{Reason: reason, Message: fmt.Sprintf(format, args...), Err: err}
}

// ReasonOf answers why a statement was refused, or "" when err is no refusal.
func ReasonOf(err error) Reason {
	var f *Failure
	var p *proof.Failure
	switch {
	case errors.As(err, &f):
		return f.Reason
	case errors.As(err, &p):
		return p.Reason
	}
	return ""
}
