package convention

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Edge is what of a source went from one account to another, over all movements between them.
type Edge struct {
	From   string `json:"from"` // account; empty: from outside
	To     string `json:"to"`   // account; empty: to outside
	Amount int64  `json:"amount,string"`
	Count  int    `json:"movements"`
}

// Graph sums the movements that carried a source, account to account, in order of their names.
func (r *Result) Graph(source string) []Edge {
	sums := map[[2]string]*Edge{}
	for i, parts := range r.Carried {
		v := r.Of(parts, source)
		if v == 0 {
			continue
		}
		m := &r.book.Movements[i]
		key := [2]string{m.From, m.To}
		if sums[key] == nil {
			sums[key] = &Edge{From: m.From, To: m.To}
		}
		sums[key].Amount += v
		sums[key].Count++
	}
	edges := make([]Edge, 0, len(sums))
	for _, e := range sums {
		edges = append(edges, *e)
	}
	slices.SortFunc(edges, func(x, y Edge) int {
		if c := strings.Compare(x.From, y.From); c != 0 {
			return c
		}
		return strings.Compare(x.To, y.To)
	})
	return edges
}

// Names of the two ends of money that is no account's in the movements given.
const (
	outsideFrom = "(new money)"
	outsideTo   = "(outside)"
)

func (e *Edge) ends() (from, to string) {
	from, to = e.From, e.To
	if from == "" {
		from = outsideFrom
	}
	if to == "" {
		to = outsideTo
	}
	return from, to
}

// WriteDOT writes edges for Graphviz.
func WriteDOT(w io.Writer, title string, edges []Edge) error {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n  rankdir=LR;\n  node [shape=box];\n", dotName(title))
	for i := range edges {
		from, to := edges[i].ends()
		fmt.Fprintf(&b, "  %s -> %s [label=%s];\n", dotName(from), dotName(to), dotName(fmt.Sprint(edges[i].Amount)))
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// dotName quotes any text for Graphviz.
func dotName(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// gexf is the Graph Exchange XML Format, version 1.3.
type gexf struct {
	XMLName xml.Name  `xml:"http://gexf.net/1.3 gexf"`
	Version string    `xml:"version,attr"`
	Graph   gexfGraph `xml:"graph"`
}

type gexfGraph struct {
	Direction string     `xml:"defaultedgetype,attr"`
	Nodes     []gexfNode `xml:"nodes>node"`
	Edges     []gexfEdge `xml:"edges>edge"`
}

type gexfNode struct {
	ID    string `xml:"id,attr"`
	Label string `xml:"label,attr"`
}

type gexfEdge struct {
	ID     int    `xml:"id,attr"`
	Source string `xml:"source,attr"`
	Target string `xml:"target,attr"`
	Weight int64  `xml:"weight,attr"`
	Label  string `xml:"label,attr"`
}

// WriteGEXF writes edges for Gephi and other network tools. Weights are minor units.
func WriteGEXF(w io.Writer, edges []Edge) error {
	g := gexf{Version: "1.3", Graph: gexfGraph{Direction: "directed"}}
	seen := map[string]bool{}
	for i := range edges {
		from, to := edges[i].ends()
		for _, n := range []string{from, to} {
			if !seen[n] {
				seen[n] = true
				g.Graph.Nodes = append(g.Graph.Nodes, gexfNode{n, n})
			}
		}
		g.Graph.Edges = append(g.Graph.Edges, gexfEdge{i, from, to, edges[i].Amount, fmt.Sprint(edges[i].Amount)})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(g); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
