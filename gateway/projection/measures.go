package projection

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"fundtrace/chaincode/ledger"
)

// Measure is a named figure of the ledger over a window of value dates, by which one sees whether a tool works. It is as known
// now: what was reversed or came to nothing since is not in it.
type Measure struct {
	Measure string `json:"measure"`
	Unit    string `json:"unit"`
	// Value is in Unit: days, percent, or a number; nil where there was nothing to measure.
	Value       *float64 `json:"value"`
	Numerator   int64    `json:"numerator,string"`   // minor units, or a number; of medians the amount that they weigh
	Denominator int64    `json:"denominator,string"` // minor units; 0 where Value is no share
	Cases       int64    `json:"cases"`              // movements, lots or registrations behind it
	From        string   `json:"from"`               // first day, YYYY-MM-DD
	To          string   `json:"to"`                 // last day
}

// MeasureWindow is the days over which measures are read, both included, and the currency of amounts.
type MeasureWindow struct {
	From     string // YYYY-MM-DD
	To       string // YYYY-MM-DD
	Currency string // ISO 4217
}

// measured are the measures in the order in which they are answered.
var measured = []struct {
	name, unit string
	read       func(*measurer) (Measure, error)
}{
	{"days-to-enterprise", "days", (*measurer).daysToEnterprise},
	{"attested-share", "percent", (*measurer).attestedShare},
	{"idle-share", "percent", (*measurer).idleShare},
	{"evidenced-use-share", "percent", (*measurer).evidencedUse},
	{"lower-tier-suppliers", "suppliers", (*measurer).lowerTiers},
	{"days-waited", "days", (*measurer).daysWaited},
	{"financing-rate", "percent", (*measurer).financingRate},
	{"duplicates-caught", "registrations", (*measurer).duplicates},
}

// Measures answers every measure over each window, all from one snapshot, and the last block of it. They add up what
// everybody did, so only who sees everything may ask. Errors: NOT_PERMITTED, DATE_INVALID, FIELD_INVALID (a window that
// ends before it begins, no currency).
func (db *DB) Measures(ctx context.Context, s Scope, windows ...MeasureWindow) ([][]Measure, uint64, error) {
	if s.kind != seesEverything {
		return nil, 0, ledger.Refuse(ledger.NotPermitted, "measures add up what everybody did: ask the finance bureau or the audit office, who see all of it")
	}
	for _, w := range windows {
		if err := w.check(); err != nil {
			return nil, 0, err
		}
	}
	tx, err := db.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, 0, fmt.Errorf("open a snapshot of the read model: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	var out [][]Measure
	var next uint64
	if err := tx.QueryRowContext(ctx, "SELECT next FROM checkpoint").Scan(&next); err != nil {
		return nil, 0, fmt.Errorf("read the checkpoint: %w", err)
	}
	for _, w := range windows {
		r := &measurer{ctx: ctx, tx: tx, MeasureWindow: w}
		var readings []Measure
		for _, m := range measured {
			got, err := m.read(r)
			if err != nil {
				return nil, 0, fmt.Errorf("measure %s: %w", m.name, err)
			}
			got.Measure, got.Unit, got.From, got.To = m.name, m.unit, w.From, w.To
			readings = append(readings, got)
		}
		out = append(out, readings)
	}
	return out, max(next, 1) - 1, nil
}

func (w MeasureWindow) check() error {
	for _, day := range []string{w.From, w.To} {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return ledger.Refuse(ledger.DateInvalid, fmt.Sprintf("%.20q is no day: write YYYY-MM-DD", day), "date", day)
		}
	}
	if w.From > w.To {
		return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the window ends on %s, before it begins on %s", w.To, w.From), "field", "from")
	}
	if w.Currency == "" {
		return ledger.Refuse(ledger.FieldInvalid, "name the currency of the measures, such as CNY", "field", "currency")
	}
	return nil
}

// measurer reads the measures of one window from one snapshot.
type measurer struct {
	ctx context.Context
	tx  *sql.Tx
	MeasureWindow
}

// share is a part of a whole in percent; there is none of nothing.
func share(part, whole, cases int64) Measure {
	m := Measure{Numerator: part, Denominator: whole, Cases: cases}
	if whole > 0 {
		v := 100 * float64(part) / float64(whole)
		m.Value = &v
	}
	return m
}

func count(n, cases int64) Measure {
	v := float64(n)
	return Measure{Value: &v, Numerator: n, Cases: cases}
}

// wait is an amount that took some days.
type wait struct {
	days   int64
	amount int64
}

// medianWait is the least number of days within which half of the amount had come.
func medianWait(waits []wait) Measure {
	slices.SortFunc(waits, func(a, b wait) int { return cmp.Compare(a.days, b.days) })
	m := Measure{Cases: int64(len(waits))}
	for _, w := range waits {
		m.Numerator += w.amount
	}
	reached := int64(0)
	for _, w := range waits {
		if reached += w.amount; reached >= m.Numerator-reached {
			v := float64(w.days)
			m.Value = &v
			break
		}
	}
	return m
}

// daysBetween counts the days from one day to another; both are value dates of the ledger.
func daysBetween(from, to string) (int64, error) {
	a, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return 0, fmt.Errorf("a value date of the ledger: %w", err)
	}
	b, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return 0, fmt.Errorf("a value date of the ledger: %w", err)
	}
	return int64(b.Sub(a).Hours() / 24), nil
}
