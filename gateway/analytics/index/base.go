package index

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"fundtrace/chaincode/ledger"
)

// Base is a base panel: the rows that scores are compared with, frozen. Its id is a digest of what it holds, so that a
// result names exactly what it was compared with, and a base that was altered is noticed.
type Base struct {
	ID      string    `json:"id"` // the first 16 hexadecimal digits of the SHA-256 of columns and rows
	Name    string    `json:"name"`
	Columns []string  `json:"columns"`
	Rows    []BaseRow `json:"rows"` // by year, then unit
}

// BaseRow is one unit-year of a base panel; Values follow Columns.
type BaseRow struct {
	Unit   string   `json:"unit"`
	Year   int      `json:"year"`
	Group  string   `json:"group,omitempty"`
	Values []Number `json:"values"`
}

// BaseInfo says which base a result was compared with.
type BaseInfo struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Rows  int    `json:"rows"` // N of 100·k/N where nothing is missing
	Units int    `json:"units"`
	From  int    `json:"from"`
	To    int    `json:"to"`
	// Frozen is false where the base was cut out of the very table that was scored: more rows would make another base.
	Frozen bool `json:"frozen"`
}

// Freeze makes a base of the rows of a panel between two years, both included. Errors: FIELD_INVALID (no rows).
func Freeze(p *Panel, name string, from, to int) (*Base, error) {
	part := p.only(from, to)
	if part.Rows() == 0 {
		years := p.Years()
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the table has no rows between %d and %d: it has the years %d to %d", from, to, years[0], years[len(years)-1]), "field", "base")
	}
	b := &Base{Name: name, Columns: slices.Sorted(maps.Keys(part.values))}
	for i, unit := range part.units {
		row := BaseRow{Unit: unit, Year: part.years[i], Values: make([]Number, len(b.Columns))}
		if part.groups != nil {
			row.Group = part.groups[i]
		}
		for j, c := range b.Columns {
			row.Values[j] = Number(part.values[c][i])
		}
		b.Rows = append(b.Rows, row)
	}
	b.ID = b.digest()
	if b.Name == "" {
		b.Name = span(part.years)
	}
	return b, nil
}

func span(years []int) string {
	if low, high := slices.Min(years), slices.Max(years); low != high {
		return fmt.Sprintf("%d-%d", low, high)
	} else if low != 0 {
		return fmt.Sprint(low)
	}
	return "the table"
}

// digest is over columns and rows as compact JSON: numbers in the shortest spelling that reads back exactly.
func (b *Base) digest() string {
	text, err := json.Marshal(struct {
		C []string
		R []BaseRow
	}{b.Columns, b.Rows})
	if err != nil { // strings and numbers only: cannot happen
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// maxBaseBytes bounds a base file.
const maxBaseBytes = 64 << 20

// ReadBase reads a frozen base. Errors: MALFORMED, TOO_LARGE, FIELD_INVALID (its id does not fit what it holds).
func ReadBase(in io.Reader) (*Base, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxBaseBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the base panel: %w", err)
	}
	if len(text) > maxBaseBytes {
		return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the base panel has more than %d bytes", maxBaseBytes))
	}
	b := &Base{}
	if err := ledger.DecodeStrict(text, b); err != nil {
		return nil, fmt.Errorf("base panel: %w", err)
	}
	if len(b.Rows) == 0 {
		return nil, ledger.Refuse(ledger.FieldInvalid, "the base panel has no rows")
	}
	for i, r := range b.Rows {
		if len(r.Values) != len(b.Columns) {
			return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("base panel, %.40s %d: %d values for %d columns", r.Unit, r.Year, len(r.Values), len(b.Columns)))
		}
		if i > 0 && (b.Rows[i-1].Year > r.Year || b.Rows[i-1].Year == r.Year && b.Rows[i-1].Unit >= r.Unit) {
			return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("base panel, %.40s %d: rows are not in the order of year and unit, or twice", r.Unit, r.Year))
		}
	}
	if id := b.digest(); id != b.ID {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the base panel says that it is %.20q, but what it holds is %s: it was altered after it was frozen", b.ID, id), "field", "id")
	}
	return b, nil
}

// Write writes the base as JSON, a row a line, so that two bases can be compared by eye.
func (b *Base) Write(out io.Writer) error {
	head, err := json.Marshal(struct {
		ID      string   `json:"id"`
		Name    string   `json:"name"`
		Columns []string `json:"columns"`
	}{b.ID, b.Name, b.Columns})
	if err != nil {
		return err
	}
	text := append(head[:len(head)-1], `,"rows":[`...)
	for i, r := range b.Rows {
		row, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(text, '\n'), row...)
	}
	_, err = out.Write(append(text, "\n]}\n"...))
	return err
}

// panel is the base as rows to compute with.
func (b *Base) panel() *Panel {
	p := &Panel{timed: true, values: map[string][]float64{}}
	grouped := slices.ContainsFunc(b.Rows, func(r BaseRow) bool { return r.Group != "" })
	for _, r := range b.Rows {
		p.units = append(p.units, r.Unit)
		p.years = append(p.years, r.Year)
		p.rows = append(p.rows, -1)
		if grouped {
			p.groups = append(p.groups, r.Group)
		}
		for j, c := range b.Columns {
			p.values[c] = append(p.values[c], float64(r.Values[j]))
		}
	}
	return p
}

func (b *Base) info() BaseInfo {
	info := BaseInfo{ID: b.ID, Name: b.Name, Rows: len(b.Rows), From: b.Rows[0].Year, To: b.Rows[len(b.Rows)-1].Year}
	units := map[string]bool{}
	for _, r := range b.Rows {
		units[r.Unit] = true
	}
	info.Units = len(units)
	return info
}
