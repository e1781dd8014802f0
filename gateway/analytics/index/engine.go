// Package index makes composite indices: a hierarchy of indicators, dimensions and a composite is data (Profile), every
// choice of computation is an option (Method), and scores are compared with a frozen panel (Base). The same table, profile,
// method and base give the same numbers, whatever the order of rows and the number of processors.
package index

import (
	"fmt"
	"slices"
	"sync"

	"fundtrace/chaincode/ledger"
)

// Version names the computation. It changes when the same table and options could give other numbers.
const Version = "index/1"

// maxUnits bounds the units of one year: ranks are kept in 16 bits.
const maxUnits = 65_535

// Engine computes indices of one panel under one profile, compared with one base. It is safe for concurrent use.
type Engine struct {
	tree   *tree
	target *Panel
	base   BaseInfo
	// rows holds the panel's rows and, behind them, the rows of a base that came from elsewhere.
	rows     *Panel
	shown    int      // rows of the panel
	baseRows []int    // rows of the base
	inBase   []bool   // by row
	spans    [][2]int // rows of one year, of the panel or of the base from elsewhere: from, to
	spanOf   []uint32 // by row
	prepared *cache
}

// New makes an engine whose base is the panel itself. Errors: TOO_LARGE, FIELD_MISSING.
func New(p *Profile, panel *Panel) (*Engine, error) {
	years := panel.Years()
	if len(years) == 0 {
		return nil, ledger.Refuse(ledger.FieldMissing, "the panel has no rows")
	}
	e := &Engine{tree: newTree(p), target: panel}
	return e.WithBaseYears(years[0], years[len(years)-1])
}

// WithBaseYears answers an engine of the same panel whose base is the panel's rows between two years, both included.
// Errors: FIELD_INVALID (no such rows).
func (e *Engine) WithBaseYears(from, to int) (*Engine, error) {
	base, err := Freeze(e.target, "", from, to)
	if err != nil {
		return nil, err
	}
	out := &Engine{tree: e.tree, target: e.target, base: base.info(), rows: e.target, shown: e.target.Rows()}
	for i, y := range e.target.years {
		if from <= y && y <= to {
			out.baseRows = append(out.baseRows, i)
		}
	}
	return out, out.layOut()
}

// WithBase answers an engine of the same panel that compares with a frozen base. Errors: FIELD_MISSING (a column of the
// profile that the base does not have).
func (e *Engine) WithBase(b *Base) (*Engine, error) {
	frozen := b.panel()
	for _, n := range e.tree.leafNodes() {
		if _, ok := frozen.values[n.column()]; !ok {
			return nil, ledger.Refuse(ledger.FieldMissing, fmt.Sprintf("the base panel %s has no column %.40q: it was frozen for another profile", b.ID, n.column()), "column", n.column())
		}
	}
	out := &Engine{tree: e.tree, target: e.target, base: b.info(), rows: e.target.join(frozen), shown: e.target.Rows()}
	out.base.Frozen = true
	for i := range frozen.Rows() {
		out.baseRows = append(out.baseRows, out.shown+i)
	}
	return out, out.layOut()
}

// join answers a panel of both, column by column; a column that one lacks is missing there.
func (p *Panel) join(q *Panel) *Panel {
	out := &Panel{timed: p.timed, units: slices.Concat(p.units, q.units), years: slices.Concat(p.years, q.years), rows: slices.Concat(p.rows, q.rows), values: map[string][]float64{}}
	if p.groups != nil && q.groups != nil {
		out.groups = slices.Concat(p.groups, q.groups)
	}
	for column, values := range p.values {
		if more, ok := q.values[column]; ok {
			out.values[column] = slices.Concat(values, more)
		}
	}
	return out
}

// layOut finds the rows of each year.
func (e *Engine) layOut() error {
	from := 0
	for i := 1; i <= len(e.rows.years); i++ {
		if i < len(e.rows.years) && i != e.shown && e.rows.years[i] == e.rows.years[from] {
			continue
		}
		if i-from > maxUnits {
			return ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the year %d has %d units, at most %d are ranked", e.rows.years[from], i-from, maxUnits))
		}
		for range i - from {
			e.spanOf = append(e.spanOf, uint32(len(e.spans)))
		}
		e.spans = append(e.spans, [2]int{from, i})
		from = i
	}
	e.inBase = make([]bool, len(e.rows.years))
	for _, r := range e.baseRows {
		e.inBase[r] = true
	}
	e.prepared = &cache{entries: map[preparation]*entry{}}
	return nil
}

// Profile answers the profile that the engine computes.
func (e *Engine) Profile() *Profile { return e.tree.profile }

// Base says what scores are compared with.
func (e *Engine) Base() BaseInfo { return e.base }

// Panel answers the panel that is scored.
func (e *Engine) Panel() *Panel { return e.target }

// Row names a row of the panel.
func (e *Engine) Row(i int) (unit string, year int) { return e.target.units[i], e.target.years[i] }

// Top is the number of the composite among the nodes.
func (e *Engine) Top() int { return e.tree.top() }

// Node answers the number of a node. Errors: FIELD_INVALID.
func (e *Engine) Node(code string) (int, error) {
	i, ok := e.tree.byCode[code]
	if !ok {
		return 0, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("profile %s has no indicator or dimension %.40q", e.tree.profile.ID, code), "code", code)
	}
	return i, nil
}

// Code answers the code of a node.
func (e *Engine) Code(node int) string { return e.tree.nodes[node].Code }

// Indicators is the number of indicators: they are the first nodes.
func (e *Engine) Indicators() int { return e.tree.leaves }

// Siblings is how many children the node's parent has, itself included; 0 for the composite.
func (e *Engine) Siblings(node int) int {
	parent := e.tree.nodes[node].parent
	if parent < 0 {
		return 0
	}
	return len(e.tree.nodes[parent].children)
}

// Empty reports whether shares leave nothing of the composite.
func (e *Engine) Empty(shares []float64) bool {
	for _, c := range e.tree.nodes[e.tree.top()].children {
		if shares[c] > 0 {
			return false
		}
	}
	return true
}

// Global answers each node's share of the composite, given shares of the parents.
func (e *Engine) Global(shares []float64) []float64 { return e.tree.global(shares) }

// Written lists the nodes whose weights the profile writes: those that noise can change.
func (e *Engine) Written() []int {
	var out []int
	for i := range e.tree.nodes {
		if e.tree.written(i) {
			out = append(out, i)
		}
	}
	return out
}

// Weights answers each node's share of its parent when factor multiplies the weights that the profile writes (nil: none);
// a node with the factor 0 is left out, and what is below it.
func (e *Engine) Weights(factor []float64) []float64 { return e.tree.weights(factor) }

// cache keeps what was prepared, so that ten thousand runs under the same options prepare once.
type cache struct {
	sync.Mutex
	entries map[preparation]*entry
}

type entry struct {
	once     sync.Once
	prepared *Prepared
	err      error
}

// Prepare computes the comparable indicators that a method aggregates: denominators, gaps, outliers, normalisation.
// Errors: FIELD_MISSING, FIELD_INVALID with row and column.
func (e *Engine) Prepare(m Method) (*Prepared, error) {
	m = m.withDefaults()
	if err := m.Check(); err != nil {
		return nil, err
	}
	key := m.preparation()
	e.prepared.Lock()
	at, ok := e.prepared.entries[key]
	if !ok {
		at = &entry{}
		e.prepared.entries[key] = at
	}
	e.prepared.Unlock()
	at.once.Do(func() { at.prepared, at.err = e.prepare(m) })
	if at.err != nil {
		return nil, at.err
	}
	return at.prepared, at.prepared.takes(&m) // aggregation is no part of what was prepared
}
