// Package remedy closes the loop from problem to tool to effect: a catalogue, which is data, says what tool is meant against what
// was diagnosed and by which measures of the ledger one would see it work. Before and after of a measure are figures, no proof
// of a cause: that is what the estimators are for.
package remedy

import (
	_ "embed"
	"fmt"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/bilingual"
)

// Catalogue links problems to tools and tools to measures.
type Catalogue struct {
	ID       string    `json:"id"`
	Version  string    `json:"version"`
	Source   string    `json:"source,omitempty"`
	Tools    []Tool    `json:"tools"`
	Links    []Link    `json:"links"`
	Measures []Measure `json:"measures"`
}

// Tool is something to try.
type Tool struct {
	ID       string         `json:"id"`
	Name     string         `json:"name"`
	NameZH   string         `json:"name_zh,omitempty"`
	Place    string         `json:"place,omitempty"` // in the source
	OnLedger bool           `json:"on_ledger"`       // the ledger carries it, so that its effects are measured there
	Does     bilingual.Text `json:"does"`
}

// Link says why a tool is tried against a problem, and how one would see it work.
type Link struct {
	Problem string         `json:"problem"` // challenge of a diagnosis
	Tool    string         `json:"tool"`
	Because bilingual.Text `json:"because"`
	Effects []Effect       `json:"effects"`
	Watch   Watch          `json:"watch"`
}

// Directions in which a measure is expected to go.
const (
	Up       = "up"
	Down     = "down"
	Watching = "watch" // either may be good: it is shown
)

// Effect is a measure and where it is expected to go.
type Effect struct {
	Measure string `json:"measure"`
	Expect  string `json:"expect"`
}

// Watch is what to look at in the indicators, later.
type Watch struct {
	Dimension string         `json:"dimension"`
	How       bilingual.Text `json:"how"`
}

// Measure is a figure that the ledger can be asked for.
type Measure struct {
	ID    string         `json:"id"`
	Unit  string         `json:"unit"`
	About bilingual.Text `json:"about"`
}

//go:embed catalogue.json
var builtin []byte

// Builtin answers the catalogue that is shipped.
func Builtin() *Catalogue {
	c, err := Parse(builtin)
	if err != nil {
		panic("the built-in catalogue: " + err.Error()) // a mistake of the program, and tested
	}
	return c
}

// Parse reads a catalogue. Errors: MALFORMED, FIELD_MISSING, FIELD_INVALID.
func Parse(text []byte) (*Catalogue, error) {
	var c Catalogue
	if err := ledger.DecodeStrict(text, &c); err != nil {
		return nil, err
	}
	return &c, c.Check()
}

// Check refuses a catalogue whose links lead nowhere. Errors: FIELD_MISSING, FIELD_INVALID.
func (c *Catalogue) Check() error {
	if c.ID == "" || len(c.Links) == 0 {
		return ledger.Refuse(ledger.FieldMissing, "a catalogue needs an id and at least one link", "field", "links")
	}
	for _, l := range c.Links {
		if _, ok := c.Tool(l.Tool); !ok {
			return invalid("tool", "the link from %.40q names the tool %.40q, which is not in the catalogue", l.Problem, l.Tool)
		}
		for _, e := range l.Effects {
			if _, ok := c.Measure(e.Measure); !ok {
				return invalid("measure", "the link from %.40q names the measure %.40q, which is not in the catalogue", l.Problem, e.Measure)
			}
			if e.Expect != Up && e.Expect != Down && e.Expect != Watching {
				return invalid("expect", "the measure %.40q is expected to go %.40q: use up, down or watch", e.Measure, e.Expect)
			}
		}
	}
	return nil
}

// Tool answers a tool.
func (c *Catalogue) Tool(id string) (Tool, bool) {
	for _, t := range c.Tools {
		if t.ID == id {
			return t, true
		}
	}
	return Tool{}, false
}

// Measure answers a measure.
func (c *Catalogue) Measure(id string) (Measure, bool) {
	for _, m := range c.Measures {
		if m.ID == id {
			return m, true
		}
	}
	return Measure{}, false
}

func invalid(field, format string, args ...any) error {
	return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf(format, args...), "field", field)
}
