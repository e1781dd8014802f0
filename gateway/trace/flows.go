package trace

import (
	"cmp"
	"context"
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

// pair is two nodes between which money went, by their numbers.
type pair struct{ from, to int32 }

// edge is money that went from one node to another, by the depth of the other.
type edge struct {
	pair
	number    int32 // of the pair
	level     int32
	older     int32 // position of the edge of this pair that was met before; -1 for none
	amount    int64
	movements int // distinct ones at this depth
	first     int // of them, those that were not met at another depth before
}

// diagram gathers flows into nodes and links. Circles of money (an enterprise pays back to its fund) are unrolled by
// depth, so that links never form one and the diagram can be drawn from left to right.
type diagram struct {
	ends   []end
	number map[end]int32
	place  map[Ref]int32 // the same for accounts, which are most
	edges  []edge
	pairs  map[pair]int32        // numbers
	newest []int32               // by number of the pair: its newest edge
	met    map[Ref]int32         // movement → depth at which it was met first
	again  map[crossing]struct{} // movements at other depths
	lone   []int32               // a node that is shown though nothing flows, at level 0
}

type crossing struct {
	movement Ref
	level    int32
}

func newDiagram() *diagram {
	return &diagram{number: map[end]int32{}, place: map[Ref]int32{}, pairs: map[pair]int32{}, met: map[Ref]int32{}, again: map[crossing]struct{}{}}
}

// expect makes room for as many flows; nothing was added yet.
func (d *diagram) expect(flows int) {
	d.place, d.pairs, d.met = make(map[Ref]int32, flows/2), make(map[pair]int32, flows), make(map[Ref]int32, flows)
	d.edges, d.newest = make([]edge, 0, flows), make([]int32, 0, flows)
}

func (d *diagram) node(e end) int32 {
	if e.source == "" {
		n, ok := d.place[e.account]
		if !ok {
			n = int32(len(d.ends))
			d.place[e.account] = n
			d.ends = append(d.ends, e)
		}
		return n
	}
	n, ok := d.number[e]
	if !ok {
		n = int32(len(d.ends))
		d.number[e] = n
		d.ends = append(d.ends, e)
	}
	return n
}

// start shows an account even when nothing flows from it.
func (d *diagram) start(account Ref) { d.lone = append(d.lone, d.node(end{account: account})) }

// between answers the edge of two nodes at a level.
func (d *diagram) between(p pair, level int32) *edge {
	number, ok := d.pairs[p]
	if !ok {
		number = int32(len(d.newest))
		d.pairs[p] = number
		d.newest = append(d.newest, -1)
	}
	for n := d.newest[number]; n >= 0; n = d.edges[n].older {
		if d.edges[n].level == level {
			return &d.edges[n]
		}
	}
	d.edges = append(d.edges, edge{pair: p, number: number, level: level, older: d.newest[number]})
	d.newest[number] = int32(len(d.edges) - 1)
	return &d.edges[len(d.edges)-1]
}

// add counts what a movement brought from one node to another that is level steps away from where the diagram begins.
func (d *diagram) add(from, to end, level int, movement Ref, amount int64) {
	at := int32(level)
	e := d.between(pair{d.node(from), d.node(to)}, at)
	e.amount += amount
	first, ok := d.met[movement]
	switch {
	case !ok:
		d.met[movement] = at
		e.movements++
		e.first++
	case first != at:
		c := crossing{movement, at}
		if _, ok := d.again[c]; !ok {
			d.again[c] = struct{}{}
			e.movements++
		}
	}
}

// box is a node as it is drawn: an end, on circles once for each depth.
type box struct{ end, level int32 }

// arrow is a link between boxes, by their positions.
type arrow struct {
	from, to  int32
	amount    int64
	movements int
}

// largest keeps as many of the arrows, those with the largest amounts; of equal ones those that came first.
func largest(arrows []arrow, most int) []arrow {
	amounts := make([]int64, len(arrows))
	for i := range arrows {
		amounts[i] = arrows[i].amount
	}
	slices.Sort(amounts)
	least := amounts[len(amounts)-most]
	equal := most // that still fit after all larger ones
	for i := range arrows {
		if arrows[i].amount > least {
			equal--
		}
	}
	out := arrows[:0]
	for _, l := range arrows {
		if l.amount == least {
			if equal == 0 {
				continue
			}
			equal--
		}
		if l.amount >= least {
			out = append(out, l)
		}
	}
	return out
}

// arrows joins edges into links between boxes. Edges come by level, so the first mention of a box is at its least one.
func (d *diagram) arrows() (boxes []box, arrows []arrow, circle []bool) {
	byLevel := func(x, y edge) int { return int(x.level) - int(y.level) }
	if !slices.IsSortedFunc(d.edges, byLevel) { // going down they come so
		slices.SortStableFunc(d.edges, byLevel)
	}
	circle = circles(len(d.ends), d.edges)
	plain := make([]int32, len(d.ends)) // end → position of its box + 1
	round := map[box]int32{}            // the same on circles
	meet := func(n, level int32) int32 {
		at := plain[n]
		if circle[n] {
			at = round[box{n, level}]
		}
		if at > 0 {
			return at - 1
		}
		boxes = append(boxes, box{n, level})
		if plain[n] = int32(len(boxes)); circle[n] {
			round[box{n, level}] = int32(len(boxes))
		}
		return int32(len(boxes) - 1)
	}
	joined := make([]int32, len(d.newest)) // number of a pair → position of its arrow + 1, unless it is on a circle
	arrows = make([]arrow, 0, len(d.edges))
	for i := range d.edges {
		e := &d.edges[i]
		turns := circle[e.from] || circle[e.to] // then the link is of one depth alone
		from, to := meet(e.from, e.level-1), meet(e.to, e.level)
		if turns {
			arrows = append(arrows, arrow{from, to, e.amount, e.movements})
			continue
		}
		if joined[e.number] == 0 {
			arrows = append(arrows, arrow{from: from, to: to})
			joined[e.number] = int32(len(arrows))
		}
		l := &arrows[joined[e.number]-1]
		l.amount += e.amount
		l.movements += e.first
	}
	for _, n := range d.lone {
		if len(d.edges) == 0 {
			meet(n, 0)
		}
	}
	return boxes, arrows, circle
}

// draw answers nodes by level and links by size. cut says that smaller links were left out. Only what is drawn is looked
// up.
func (d *diagram) draw(ctx context.Context, a *atlas) (nodes []Node, links []Link, cut bool, err error) {
	boxes, arrows, circle := d.arrows()
	shown := make([]bool, len(boxes))
	if len(arrows) > MaxLinks {
		arrows, cut = largest(arrows, MaxLinks), true
		for _, l := range arrows {
			shown[l.from], shown[l.to] = true, true
		}
	} else {
		for i := range shown {
			shown[i] = true
		}
	}
	var need []Ref
	for i, b := range boxes {
		if e := d.ends[b.end]; shown[i] && e.source == "" && e.account != 0 {
			need = append(need, e.account)
		}
	}
	if err := a.loadRefs(ctx, need); err != nil {
		return nil, nil, false, err
	}
	ids := make([]string, len(boxes))
	nodes = make([]Node, 0, len(boxes))
	for i, b := range boxes {
		if !shown[i] {
			continue
		}
		if ids[i] = a.name(d.ends[b.end]); circle[b.end] {
			ids[i] += "@" + strconv.Itoa(int(b.level))
		}
		label, kind := a.describe(d.ends[b.end])
		nodes = append(nodes, Node{ID: ids[i], Label: label, Kind: kind, Level: int(b.level)})
	}
	links = make([]Link, len(arrows))
	for i, l := range arrows {
		links[i] = Link{From: ids[l.from], To: ids[l.to], Amount: l.amount, Movements: l.movements}
	}
	slices.SortFunc(links, func(x, y Link) int {
		if x.Amount != y.Amount {
			return cmp.Compare(y.Amount, x.Amount)
		}
		return cmp.Or(strings.Compare(x.From, y.From), strings.Compare(x.To, y.To))
	})
	slices.SortFunc(nodes, func(x, y Node) int {
		if x.Level != y.Level {
			return x.Level - y.Level
		}
		return strings.Compare(x.ID, y.ID)
	})
	return nodes, links, cut, nil
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
