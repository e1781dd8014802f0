package index

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"fundtrace/chaincode/ledger"
)

// Prepared is the indicators of a panel made comparable, one row of numbers for each indicator.
type Prepared struct {
	engine  *Engine
	z       [][]float64 // indicator × row: normalised
	gaps    bool        // something is missing
	Imputed []Imputed
	Treated []Treatment

	scoresOnce sync.Once
	scores     [][]float64 // indicator × row: empirical distribution, made when asked for
}

// preparation is what of a method makes the comparable indicators; the rest of it works on them.
type preparation struct {
	scale, missing, normalise, scope, ties string
	low, high                              float64
	outliers                               Outliers
}

func (m *Method) preparation() preparation {
	k := preparation{scale: m.Scale, missing: m.Missing, normalise: m.Normalise, scope: m.Scope, ties: m.Ties}
	k.low, k.high = m.span()
	if m.Outliers != nil {
		k.outliers = *m.Outliers
	}
	return k
}

func (e *Engine) prepare(m Method) (*Prepared, error) {
	p := &Prepared{engine: e}
	for _, n := range e.tree.leafNodes() {
		x, err := e.scaled(n, m.Scale)
		if err != nil {
			return nil, err
		}
		imputed, err := e.impute(n, x, m.Missing)
		if err != nil {
			return nil, err
		}
		p.Imputed = append(p.Imputed, imputed...)
		if err := e.checkBase(n, x); err != nil {
			return nil, err
		}
		if m.Outliers != nil {
			var t Treatment
			x, t = treat(n.Code, x, e.baseRows, *m.Outliers)
			p.Treated = append(p.Treated, t)
		}
		z, err := e.normalise(n, x, &m)
		if err != nil {
			return nil, err
		}
		p.gaps = p.gaps || slices.ContainsFunc(z, math.IsNaN)
		p.z = append(p.z, z)
	}
	return p, nil
}

// takes refuses indicators that are left as they are, are negative, and are to be multiplied or divided by.
func (p *Prepared) takes(m *Method) error {
	how := ""
	for _, a := range m.Aggregate {
		if a == "geometric" || a == "harmonic" {
			how = a
		}
	}
	if m.Normalise != "none" || how == "" {
		return nil
	}
	for j, n := range p.engine.tree.leafNodes() {
		for r, v := range p.z[j] {
			if v < 0 {
				return p.engine.rows.bad(n.column(), r, fmt.Sprintf("it is %g here, which a %s mean cannot take: normalise first", v, how))
			}
		}
	}
	return nil
}

// scaled answers a copy of an indicator's values, divided by what the scale says.
func (e *Engine) scaled(n *Node, scale string) ([]float64, error) {
	x := append([]float64(nil), e.rows.values[n.column()]...)
	denominator := scale
	switch scale {
	case "total":
		return x, nil
	case "declared":
		if denominator = n.Denominator; denominator == "" {
			return x, nil
		}
	}
	by, ok := e.rows.values[denominator]
	if !ok {
		return nil, ledger.Refuse(ledger.FieldMissing, fmt.Sprintf("%s is to be divided by %.40q, which the table or the base panel does not have as a column that was read", n.Code, denominator), "column", denominator)
	}
	for i := range x {
		if by[i] <= 0 {
			return nil, e.rows.bad(denominator, i, fmt.Sprintf("%g cannot be divided by: a denominator is above 0", by[i]))
		}
		x[i] /= by[i]
	}
	return x, nil
}

// checkBase refuses an indicator with which nobody can be compared.
func (e *Engine) checkBase(n *Node, x []float64) error {
	first, differ := math.NaN(), false
	for _, r := range e.baseRows {
		if v := x[r]; !math.IsNaN(v) {
			if math.IsNaN(first) {
				first = v
			}
			differ = differ || v != first
		}
	}
	switch {
	case math.IsNaN(first):
		return ledger.Refuse(ledger.FieldMissing, fmt.Sprintf("column %s has no value in the base panel %s", n.column(), e.base.Name), "column", n.column())
	case !differ:
		return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("column %s is %g throughout the base panel %s: it distinguishes nobody, leave it out", n.column(), first, e.base.Name), "column", n.column())
	}
	return nil
}

// leafScores answers the empirical distribution of each indicator, which is the same in every run.
func (p *Prepared) leafScores(ties string) [][]float64 {
	p.scoresOnce.Do(func() {
		var o order
		for _, z := range p.z {
			s := make([]float64, len(z))
			o.sort(z)
			o.scores(s, z, p.engine.inBase, ties)
			p.scores = append(p.scores, s)
		}
	})
	return p.scores
}
