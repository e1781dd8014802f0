package trace

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// hiddenNode stands for everything that the reader may not see.
const hiddenNode = "hidden"

// end is a node of the diagram: an account, or a source named by text. The zero value is the hidden node.
type end struct {
	account Ref
	source  string // of roots: funding source and budget line
}

// edge is money that went from one node to another, by the depth of the other.
type edge struct {
	from, to, level int
	amount          int64
	movements       int // distinct ones at this depth
	first           int // of them, those that were not met at another depth before
}

// diagram gathers flows into nodes and links. Circles of money (an enterprise pays back to its fund) are unrolled by
// depth, so that links never form one and the diagram can be drawn from left to right. The zero value is empty.
type diagram struct {
	ends   []end
	number map[end]int
	place  map[Ref]int // the same for accounts, which are most
	edges  map[[3]int]*edge
	met    map[Ref]bool // movements
	metAt  map[crossing]bool
	lone   []int // a node that is shown though nothing flows, at level 0
}

type crossing struct {
	movement Ref
	level    int
}

func newDiagram() *diagram {
	return &diagram{number: map[end]int{}, place: map[Ref]int{}, edges: map[[3]int]*edge{}, met: map[Ref]bool{}, metAt: map[crossing]bool{}}
}

func (d *diagram) node(e end) int {
	if e.source == "" {
		n, ok := d.place[e.account]
		if !ok {
			n = len(d.ends)
			d.place[e.account] = n
			d.ends = append(d.ends, e)
		}
		return n
	}
	n, ok := d.number[e]
	if !ok {
		n = len(d.ends)
		d.number[e] = n
		d.ends = append(d.ends, e)
	}
	return n
}

// start shows an account even when nothing flows from it.
func (d *diagram) start(account Ref) { d.lone = append(d.lone, d.node(end{account: account})) }

// add counts what a movement brought from one node to another that is level steps away from where the diagram begins.
func (d *diagram) add(from, to end, level int, movement Ref, amount int64) {
	key := [3]int{d.node(from), d.node(to), level}
	e := d.edges[key]
	if e == nil {
		e = &edge{from: key[0], to: key[1], level: level}
		d.edges[key] = e
	}
	e.amount += amount
	if at := (crossing{movement, level}); !d.metAt[at] {
		d.metAt[at] = true
		e.movements++
		if !d.met[movement] {
			d.met[movement] = true
			e.first++
		}
	}
}

// draw answers nodes by level and links by size. cut says that smaller links were left out.
func (d *diagram) draw(a *atlas) (nodes []Node, links []Link, cut bool) {
	edges := make([]*edge, 0, len(d.edges))
	for _, e := range d.edges {
		edges = append(edges, e)
	}
	slices.SortFunc(edges, func(x, y *edge) int {
		return cmp.Or(cmp.Compare(x.level, y.level), cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to))
	})
	circle := circles(len(d.ends), edges)
	found := map[string]*Node{}
	meet := func(n, level int) string {
		id := a.name(d.ends[n])
		if circle[n] {
			id += "@" + strconv.Itoa(level)
		}
		if found[id] == nil { // edges come by level, so the first is the least
			label, kind := a.describe(d.ends[n])
			found[id] = &Node{ID: id, Label: label, Kind: kind, Level: level}
		}
		return id
	}
	sums := map[[2]string]*Link{}
	for _, e := range edges {
		pair := [2]string{meet(e.from, e.level-1), meet(e.to, e.level)}
		l := sums[pair]
		if l == nil {
			l = &Link{From: pair[0], To: pair[1]}
			sums[pair] = l
		}
		l.Amount += e.amount
		if circle[e.from] || circle[e.to] {
			l.Movements += e.movements // the link is of one depth alone
		} else {
			l.Movements += e.first
		}
	}
	for _, n := range d.lone {
		if len(edges) == 0 {
			meet(n, 0)
		}
	}
	links = make([]Link, 0, len(sums))
	for _, l := range sums {
		links = append(links, *l)
	}
	slices.SortFunc(links, func(x, y Link) int {
		return cmp.Or(cmp.Compare(y.Amount, x.Amount), strings.Compare(x.From, y.From), strings.Compare(x.To, y.To))
	})
	if len(links) > MaxLinks {
		links, cut = links[:MaxLinks], true
		kept := map[string]*Node{}
		for _, l := range links {
			kept[l.From], kept[l.To] = found[l.From], found[l.To]
		}
		found = kept
	}
	nodes = make([]Node, 0, len(found))
	for _, n := range found {
		nodes = append(nodes, *n)
	}
	slices.SortFunc(nodes, func(x, y Node) int { return cmp.Or(cmp.Compare(x.Level, y.Level), strings.Compare(x.ID, y.ID)) })
	return nodes, links, cut
}

func (a *atlas) name(e end) string {
	switch {
	case e.source != "":
		return e.source
	case e.account == 0:
		return hiddenNode
	}
	return a.seen[e.account].ID
}

func (a *atlas) describe(e end) (label, kind string) {
	switch {
	case e.source != "":
		return strings.TrimPrefix(e.source, "root:"), "root"
	case e.account == 0:
		return "", hiddenNode
	}
	acct := a.seen[e.account]
	kind = strings.ToLower(string(acct.Place))
	if acct.Label != "" {
		return acct.Label, kind
	}
	return strings.TrimPrefix(acct.ID, "sink:"), kind
}
