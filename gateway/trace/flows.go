package trace

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// hiddenNode stands for everything that the reader may not see.
const hiddenNode = "hidden"

// hop is money that went from one node to another. A node is an account, or a source named by text.
type hop struct {
	from, to end
	level    int // depth of to
	movement Ref
	amount   int64
}

type end struct {
	account Ref
	source  string // of roots: funding source and budget line
}

// diagram gathers hops into nodes and links. Circles of money (an enterprise pays back to its fund) are unrolled by
// depth, so that the links never form one and the diagram can be drawn from left to right.
type diagram struct {
	hops []hop
	lone map[end]int // nodes without a hop, with their level
}

func (d *diagram) add(h hop) { d.hops = append(d.hops, h) }

// draw answers nodes by level and links by size. cut says that smaller links were left out.
func (d *diagram) draw(a *atlas) (nodes []Node, links []Link, cut bool) {
	circle := circles(d.hops)
	name := func(e end, level int) string {
		id := a.name(e)
		if circle[e] {
			id += "@" + strconv.Itoa(level)
		}
		return id
	}
	levels := map[string]int{}
	ends := map[string]end{}
	meet := func(e end, level int) string {
		id := name(e, level)
		if l, ok := levels[id]; !ok || level < l {
			levels[id] = level
		}
		ends[id] = e
		return id
	}
	for e, level := range d.lone {
		meet(e, level)
	}
	type pair struct{ from, to string }
	type crossing struct {
		pair
		movement Ref
	}
	sums := map[pair]*Link{}
	once := map[crossing]bool{}
	for _, h := range d.hops {
		p := pair{meet(h.from, h.level-1), meet(h.to, h.level)}
		l := sums[p]
		if l == nil {
			l = &Link{From: p.from, To: p.to}
			sums[p] = l
		}
		l.Amount += h.amount
		if c := (crossing{p, h.movement}); !once[c] {
			once[c] = true
			l.Movements++
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
		kept := map[string]bool{}
		for _, l := range links {
			kept[l.From], kept[l.To] = true, true
		}
		for id := range levels {
			if !kept[id] {
				delete(levels, id)
			}
		}
	}
	nodes = make([]Node, 0, len(levels))
	for id, level := range levels {
		label, kind := a.describe(ends[id])
		nodes = append(nodes, Node{ID: id, Label: label, Kind: kind, Level: level})
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

// circles answers the nodes that lie on a circle: those in a strongly connected component with others (Tarjan 1972, with
// an explicit stack because chains of money can be long).
func circles(hops []hop) map[end]bool {
	next := map[end][]end{}
	var order []end
	for _, h := range hops {
		if _, ok := next[h.from]; !ok {
			order = append(order, h.from)
		}
		next[h.from] = append(next[h.from], h.to)
	}
	type frame struct {
		node end
		at   int
	}
	index, low := map[end]int{}, map[end]int{}
	open := map[end]bool{}
	var path []end
	out := map[end]bool{}
	for _, root := range order {
		if index[root] != 0 {
			continue
		}
		stack := []frame{{node: root}}
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.at == 0 && index[f.node] == 0 {
				index[f.node] = len(index) + 1
				low[f.node] = index[f.node]
				path, open[f.node] = append(path, f.node), true
			}
			if f.at < len(next[f.node]) {
				to := next[f.node][f.at]
				f.at++
				switch {
				case to == f.node:
					out[to] = true
				case index[to] == 0:
					stack = append(stack, frame{node: to})
				case open[to]:
					low[f.node] = min(low[f.node], index[to])
				}
				continue
			}
			done := f.node
			stack = stack[:len(stack)-1]
			if len(stack) > 0 {
				up := stack[len(stack)-1].node
				low[up] = min(low[up], low[done])
			}
			if low[done] == index[done] {
				alone := path[len(path)-1] == done
				for last := (end{}); last != done; {
					last, path = path[len(path)-1], path[:len(path)-1]
					open[last] = false
					out[last] = out[last] || !alone
				}
			}
		}
	}
	return out
}
