package remedy

import (
	"context"
	"fmt"

	"fundtrace/chaincode/ledger"
)

// Recorded is measures that were read before, such as a gateway's answer or a file of one.
type Recorded struct {
	Currency string    `json:"currency,omitempty"`
	Block    uint64    `json:"block,omitempty"` // up to which the ledger was read
	Before   []Reading `json:"before"`
	After    []Reading `json:"after"`
}

// Windows answers the two windows that were read. Errors: FIELD_MISSING (nothing was read), FIELD_INVALID (readings of one
// side have different windows, or a measure stands twice).
func (r *Recorded) Windows() (Windows, error) {
	var w Windows
	for _, side := range []struct {
		name     string
		readings []Reading
		into     *Window
	}{{"before", r.Before, &w.Before}, {"after", r.After, &w.After}} {
		if len(side.readings) == 0 {
			return w, ledger.Refuse(ledger.FieldMissing, "the measures have no readings of "+side.name, "field", side.name)
		}
		*side.into = side.readings[0].Window
		seen := map[string]bool{}
		for _, x := range side.readings {
			if x.Window != *side.into || seen[x.Measure] {
				return w, invalid(side.name, "the readings of %s are not one of each measure over one window: see %s", side.name, x.Measure)
			}
			seen[x.Measure] = true
		}
	}
	if w.Before == w.After {
		return w, invalid("after", "before and after are the same window, %s to %s", w.After.From, w.After.To)
	}
	return w, nil
}

// Measure implements Measures.
func (r *Recorded) Measure(_ context.Context, name string, w Window) (*Reading, error) {
	for _, side := range [][]Reading{r.Before, r.After} {
		for i := range side {
			if side[i].Measure == name && side[i].Window == w {
				return &side[i], nil
			}
		}
	}
	return nil, invalid("measure", "%s", fmt.Sprintf("there is no reading of %.40q from %s to %s", name, w.From, w.To))
}

var _ Measures = (*Recorded)(nil)
