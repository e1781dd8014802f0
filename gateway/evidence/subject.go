package evidence

import (
	"fmt"
	"time"

	"fundtrace/chaincode/ledger"
)

// Kind is what a pack is about.
type Kind string

// The kinds of subjects.
const (
	OfMovement Kind = "movement" // one movement
	OfTrace    Kind = "trace"    // where the money of a lot went, or came from
	OfRange    Kind = "range"    // the movements whose value date lies in a range of days
	OfFigure   Kind = "figure"   // what a report says of a fund: where everything is that was paid in, as of a date
)

// The directions of a trace.
const (
	Forward  = "forward"
	Backward = "backward"
)

// Subject is the question that a pack answers.
type Subject struct {
	Kind      Kind   `json:"kind" enum:"movement,trace,range,figure"`
	Movement  string `json:"movement,omitempty"`
	Lot       string `json:"lot,omitempty"`
	Direction string `json:"direction,omitempty"` // of a trace
	Since     string `json:"since,omitempty"`     // first day YYYY-MM-DD of a range
	Until     string `json:"until,omitempty"`     // its last day
	Fund      string `json:"fund,omitempty"`      // of a figure
	AsOf      string `json:"as_of,omitempty"`     // its value date YYYY-MM-DD; empty: every date that the blocks tell of
}

// Check refuses a question that cannot be answered. Errors: FIELD_INVALID, DATE_INVALID.
func (s *Subject) Check() error {
	wrong := func(field, want string) error {
		return ledger.Refuse(ledger.FieldInvalid, field+" of the pack's subject: use "+want, "field", field)
	}
	var want Subject
	switch s.Kind {
	case OfMovement:
		if _, _, err := ledger.SplitMovementID(s.Movement); err != nil {
			return err
		}
		want = Subject{Kind: s.Kind, Movement: s.Movement}
	case OfTrace:
		if _, _, err := ledger.SplitLotID(s.Lot); err != nil {
			return err
		}
		if s.Direction != Forward && s.Direction != Backward {
			return wrong("direction", "forward or backward")
		}
		want = Subject{Kind: s.Kind, Lot: s.Lot, Direction: s.Direction}
	case OfRange:
		for _, day := range []string{s.Since, s.Until} {
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				return ledger.Refuse(ledger.DateInvalid, "give the range's first and last day as YYYY-MM-DD", "field", "since, until")
			}
		}
		if s.Since > s.Until {
			return wrong("until", "a day that is not before since")
		}
		want = Subject{Kind: s.Kind, Since: s.Since, Until: s.Until}
	case OfFigure:
		if s.Fund == "" {
			return wrong("fund", "the identifier of a fund")
		}
		if _, err := time.Parse(time.DateOnly, s.AsOf); s.AsOf != "" && err != nil {
			return ledger.Refuse(ledger.DateInvalid, "give the value date of the figure as YYYY-MM-DD, or none", "field", "as_of")
		}
		want = Subject{Kind: s.Kind, Fund: s.Fund, AsOf: s.AsOf}
	default:
		return wrong("kind", "movement, trace, range or figure")
	}
	if *s != want {
		return wrong("kind", "only the fields that a "+string(s.Kind)+" takes")
	}
	return nil
}

// String says in words what a pack is about.
func (s *Subject) String() string {
	switch s.Kind {
	case OfMovement:
		return "movement " + s.Movement
	case OfTrace:
		if s.Direction == Backward {
			return "where the money of lot " + s.Lot + " came from"
		}
		return "where the money of lot " + s.Lot + " went"
	case OfFigure:
		if s.AsOf == "" {
			return "the money of fund " + s.Fund
		}
		return "the money of fund " + s.Fund + " as of " + s.AsOf
	}
	return fmt.Sprintf("the movements with a value date from %s to %s", s.Since, s.Until)
}
