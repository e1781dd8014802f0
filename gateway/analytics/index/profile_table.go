package index

import (
	"fmt"
	"math"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/table"
)

// ProfileFromTable reads a profile from a table of indicators in the layout of COINr's iMeta: Level, iCode, Direction, Weight,
// Parent, Type and, where given, iName, Denominator, Unit. Weights are relative within each group. Rows of type Group and
// Denominator describe other columns and are passed over. The method is the handbook's chain. Errors: FIELD_MISSING, FIELD_INVALID with row
// and column.
func ProfileFromTable(t *table.Table, id string) (*Profile, error) {
	m := &metaTable{t: t, at: map[string]int{}}
	if err := m.read(); err != nil {
		return nil, err
	}
	top := -1
	for i, code := range m.codes {
		if m.skip(i) {
			continue
		}
		if parent := m.parents[i]; parent == "" {
			if top >= 0 {
				return nil, table.Bad("Parent", i, fmt.Sprintf("%.40q has no parent, nor has %.40q in row %d: an index has one top", code, m.codes[top], top+2))
			}
			top = i
		} else if at, ok := m.at[parent]; !ok || m.skip(at) {
			return nil, table.Bad("Parent", i, fmt.Sprintf("there is no aggregate %.40q", parent))
		} else {
			m.children[at] = append(m.children[at], i)
		}
	}
	if top < 0 {
		return nil, ledger.Refuse(ledger.FieldInvalid, "no row of the profile is without a parent: one is the index", "column", "Parent")
	}
	root, err := m.node(top)
	if err != nil {
		return nil, err
	}
	for i, code := range m.codes {
		if !m.skip(i) && !m.reached[i] {
			return nil, table.Bad("Parent", i, fmt.Sprintf("the parents of %.40q go in a circle", code))
		}
	}
	handbook, _ := Preset("handbook")
	p := &Profile{ID: id, Version: "1", Title: root.Name, Weights: Relative, Method: &handbook, Index: root}
	return p, p.Check()
}

// metaTable holds the columns of a table of indicators.
type metaTable struct {
	t                            *table.Table
	codes, names, parents, types []string
	denominators, units          []string
	directions, weights          []float64
	at                           map[string]int // row of a code
	reached                      map[int]bool
	children                     map[int][]int
}

func (m *metaTable) read() (err error) {
	text := func(name string, needed bool) []string {
		if err != nil || (!needed && !m.t.Has(name)) {
			return make([]string, m.t.Rows())
		}
		var values []string
		values, err = m.t.Text(name)
		return slices.Clone(values)
	}
	number := func(name string) (values []float64) {
		if err == nil {
			values, err = m.t.Numbers(name)
		}
		return values
	}
	m.codes, m.parents, m.types = text("iCode", true), text("Parent", true), text("Type", true)
	m.names, m.denominators, m.units = text("iName", false), text("Denominator", false), text("Unit", false)
	m.directions, m.weights = number("Direction"), number("Weight")
	m.children, m.reached = map[int][]int{}, map[int]bool{}
	if err != nil {
		return err
	}
	if err := m.t.Unique("iCode"); err != nil {
		return err
	}
	for i, code := range m.codes {
		m.at[code] = i
		for _, column := range [][]string{m.parents, m.denominators} {
			if column[i] == "NA" {
				column[i] = ""
			}
		}
	}
	return nil
}

// skip reports whether a row describes a column that is no part of the index.
func (m *metaTable) skip(i int) bool { return m.types[i] != "Indicator" && m.types[i] != "Aggregate" }

// node builds the node of a row and what is below it. It ends: below the top, every row has one parent.
func (m *metaTable) node(i int) (Node, error) {
	m.reached[i] = true
	direction := m.directions[i]
	if math.IsNaN(direction) {
		direction = 1
	}
	if direction != 1 && direction != -1 {
		return Node{}, table.Bad("Direction", i, fmt.Sprintf("%g is no direction: use 1 or -1", direction))
	}
	if math.IsNaN(m.weights[i]) {
		return Node{}, table.Bad("Weight", i, "the weight is missing")
	}
	n := Node{Code: m.codes[i], Name: m.names[i], Unit: m.units[i], Weight: m.weights[i], Direction: int(direction), Denominator: m.denominators[i]}
	if (m.types[i] == "Indicator") != (len(m.children[i]) == 0) {
		return Node{}, table.Bad("Type", i, fmt.Sprintf("%.40q is of type %s but has %d children", n.Code, m.types[i], len(m.children[i])))
	}
	for _, c := range m.children[i] {
		child, err := m.node(c)
		if err != nil {
			return Node{}, err
		}
		n.Children = append(n.Children, child)
	}
	return n, nil
}
