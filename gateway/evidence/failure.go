package evidence

import (
	"errors"
	"fmt"

	"fundtrace/gateway/evidence/proof"
)

// Reason is the stable name of why a pack is refused: one of those below, or of package proof for what is wrong with a
// block.
type Reason = proof.Reason

// The reasons for which packs are refused.
const (
	NoPack        Reason = "NO_PACK"       // it is no zip, or its zip says or hides more than files
	PathInvalid   Reason = "PATH_INVALID"  // a file's name is none that packs have
	TooLarge      Reason = "TOO_LARGE"     // more files or bytes than a pack may have
	BadManifest   Reason = "MANIFEST"      // the manifest cannot be read or says what does not follow from the pack
	FileChanged   Reason = "FILE_CHANGED"  // a file is not the one that the manifest lists
	FileMissing   Reason = "FILE_MISSING"  // a file is left out
	FileUnlisted  Reason = "FILE_UNLISTED" // a file is put in
	Contradiction Reason = "CONTRADICTION" // what valid transactions wrote contradicts itself
	WriterForged  Reason = "WRITER_FORGED" // a record names another writer than who signed it
	Unproven      Reason = "UNPROVEN"      // the blocks do not hold what the answer needs
	Movements     Reason = "MOVEMENTS"     // events/ is not what the blocks say
	Transactions  Reason = "TRANSACTIONS"  // tx/ is not what the blocks hold
	Memberships   Reason = "MEMBERSHIPS"   // msp/ is not what the configuration holds
	TraceFigure   Reason = "TRACE"         // trace/ is not what follows from the movements
	Document      Reason = "DOCUMENT"      // a document is not the one that the ledger names
	Instructions  Reason = "INSTRUCTIONS"  // VERIFY.md is not what belongs to the pack
	Unreasonable  Reason = "SUBJECT"       // the pack's subject is no question
)

// Failure says why a pack is refused.
type Failure struct {
	Reason  Reason
	File    string // empty: the pack as a whole
	Message string
	Err     error // may be nil
}

func (f *Failure) Error() string {
	where := ""
	if f.File != "" {
		where = f.File + ": "
	}
	if f.Err != nil {
		return fmt.Sprintf("%s: %s%s: %v", f.Reason, where, f.Message, f.Err)
	}
	return fmt.Sprintf("%s: %s%s", f.Reason, where, f.Message)
}

func (f *Failure) Unwrap() error { return f.Err }

func refuse(reason Reason, file string, err error, format string, args ...any) *Failure {
	return &Failure{Reason: reason, File: file, Message: fmt.Sprintf(format, args...), Err: err}
}

// ReasonOf answers why a pack was refused, or "" when err is no refusal.
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
