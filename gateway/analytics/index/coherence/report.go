package coherence

import (
	"math"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
)

// Limits of what is flagged; the handbook and COINr use such, none is a law.
const (
	Collinear = 0.92 // so close that the two are one indicator counted twice
	Weak      = 0.3  // with the parent: the indicator hardly shows in it
	Opposed   = -0.4 // siblings that pull against each other
)

// Pair is the correlation of two nodes.
type Pair struct {
	A        string       `json:"a"`
	B        string       `json:"b"`
	Rows     int          `json:"rows"`
	Pearson  index.Number `json:"pearson"`
	Spearman index.Number `json:"spearman"`
	P        index.Number `json:"p"` // of Pearson's, were the rows independent
	Flag     string       `json:"flag,omitempty"`
}

// Group is a node and its children.
type Group struct {
	Code       string       `json:"code"`
	Children   []string     `json:"children"`
	Alpha      index.Number `json:"cronbach_alpha"`
	Siblings   []Pair       `json:"siblings"`
	WithParent []Pair       `json:"with_parent"`
	// Influence is what part of the squared correlations with the parent each child has, to be set beside its weight: weights are
	// not importance (Paruolo, Saisana and Saltelli 2013).
	Influence []Influence `json:"influence"`
	PCA       *Components `json:"pca,omitempty"`
}

// Influence compares a child's weight among its siblings with its part of the squared correlations; both in percent.
type Influence struct {
	Code      string       `json:"code"`
	Weight    float64      `json:"weight"`
	Influence index.Number `json:"influence"`
}

// Report is the coherence of a whole index.
type Report struct {
	Data   string  `json:"data"` // raw, value or score
	Groups []Group `json:"groups"`
	Flags  []Pair  `json:"flags"`
}

// Analyse looks at every group of a result. data says at what: "value" (normalised and aggregated numbers), "score", or "raw" (indicators as in
// the table; aggregates have none, so that groups of aggregates are left out). Errors: FIELD_INVALID.
func Analyse(r *index.Result, data string) (*Report, error) {
	if !slices.Contains([]string{"value", "score", "raw"}, data) {
		return nil, ledger.Refuse(ledger.FieldInvalid, "correlations are of raw, value or score", "field", "data")
	}
	out := &Report{Data: data, Groups: []Group{}, Flags: []Pair{}}
	for _, parent := range r.Nodes {
		g := Group{Code: parent.Code, Siblings: []Pair{}}
		var columns [][]float64
		var children []index.NodeInfo
		for _, n := range r.Nodes {
			if n.Parent == parent.Code {
				children = append(children, n)
				g.Children = append(g.Children, n.Code)
				columns = append(columns, r.Column(n.Code, data))
			}
		}
		if len(children) < 2 || !hasValues(columns) {
			continue
		}
		g.Alpha, g.PCA = index.Number(Alpha(columns)), PCA(columns)
		for i := range columns {
			for j := range i {
				p := pair(children[j].Code, children[i].Code, columns[j], columns[i])
				switch r := float64(p.Pearson); {
				case r >= Collinear:
					p.Flag = "collinear"
				case r <= Opposed:
					p.Flag = "opposed"
				}
				g.Siblings = append(g.Siblings, p)
			}
		}
		g.withParent(children, columns, r.Column(parent.Code, parentData(data)))
		for _, p := range slices.Concat(g.Siblings, g.WithParent) {
			if p.Flag != "" {
				out.Flags = append(out.Flags, p)
			}
		}
		out.Groups = append(out.Groups, g)
	}
	return out, nil
}

// parentData is what of the parent its children are compared with: an aggregate has no raw numbers.
func parentData(data string) string {
	if data == "raw" {
		return "value"
	}
	return data
}

func (g *Group) withParent(children []index.NodeInfo, columns [][]float64, parent []float64) {
	sum, weights := 0.0, 0.0
	for i, n := range children {
		p := pair(n.Code, g.Code, columns[i], parent)
		if float64(p.Pearson) < Weak {
			p.Flag = "weak"
		}
		g.WithParent = append(g.WithParent, p)
		sum += float64(p.Pearson * p.Pearson)
		weights += n.Weight
	}
	for i, n := range children {
		r := float64(g.WithParent[i].Pearson)
		g.Influence = append(g.Influence, Influence{n.Code, 100 * n.Weight / weights, index.Number(100 * r * r / sum)})
	}
}

func pair(a, b string, x, y []float64) Pair {
	r, n := Pearson(x, y)
	rho, _ := Spearman(x, y)
	return Pair{A: a, B: b, Rows: n, Pearson: index.Number(r), Spearman: index.Number(rho), P: index.Number(PValue(r, n))}
}

func hasValues(columns [][]float64) bool {
	for _, c := range columns {
		if !slices.ContainsFunc(c, func(v float64) bool { return !math.IsNaN(v) }) {
			return false
		}
	}
	return true
}
