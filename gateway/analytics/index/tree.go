package index

import "slices"

// tree is a profile as arrays: indicators first, then aggregates with children before parents, the composite last.
type tree struct {
	profile *Profile
	nodes   []treeNode
	leaves  int
	byCode  map[string]int
}

type treeNode struct {
	*Node
	level    int // 1 for indicators, one above the highest child for others
	parent   int // -1 for the top
	children []int
	own      float64 // weight as the profile writes it; the sum of the indicators' for aggregates of percent
}

func newTree(p *Profile) *tree {
	t := &tree{profile: p, byCode: map[string]int{}}
	var aggregates [][]*Node // by level
	var visit func(n *Node) int
	visit = func(n *Node) int {
		if len(n.Children) == 0 {
			t.add(n, 1, nil)
			return 1
		}
		level := 0
		for i := range n.Children {
			level = max(level, visit(&n.Children[i])+1)
		}
		for len(aggregates) <= level {
			aggregates = append(aggregates, nil)
		}
		aggregates[level] = append(aggregates[level], n)
		return level
	}
	visit(&p.Index)
	t.leaves = len(t.nodes)
	for level, nodes := range aggregates {
		for _, n := range nodes {
			children := make([]int, len(n.Children))
			for i := range n.Children {
				children[i] = t.byCode[n.Children[i].Code]
			}
			t.add(n, level, children)
		}
	}
	return t
}

func (t *tree) add(n *Node, level int, children []int) {
	at := len(t.nodes)
	own := n.Weight
	if t.profile.Weights == Percent {
		for _, c := range children {
			own += t.nodes[c].own
		}
	}
	for _, c := range children {
		t.nodes[c].parent = at
	}
	t.byCode[n.Code] = at
	t.nodes = append(t.nodes, treeNode{Node: n, level: level, parent: -1, children: children, own: own})
}

func (t *tree) top() int { return len(t.nodes) - 1 }

func (t *tree) leafNodes() []*Node {
	out := make([]*Node, t.leaves)
	for i := range out {
		out[i] = t.nodes[i].Node
	}
	return out
}

// weights answers each node's share of its parent: siblings sum to 1. factor multiplies the weights that the profile writes
// (nil: none); a factor of 0 leaves a node out. A node with nothing left below it has the share 0.
func (t *tree) weights(factor []float64) []float64 {
	own := make([]float64, len(t.nodes))
	for i := range t.nodes {
		n := &t.nodes[i]
		f := 1.0
		if factor != nil {
			f = factor[i]
		}
		below := 0.0
		for _, c := range n.children {
			below += own[c]
		}
		switch {
		case len(n.children) == 0 || (t.profile.Weights == Relative && below > 0):
			own[i] = n.Weight * f
		default: // percent, where f is 1 or 0; or nothing left below
			own[i] = below * f
		}
	}
	shares := make([]float64, len(t.nodes))
	shares[t.top()] = 1
	for i := range t.nodes {
		sum := 0.0
		for _, c := range t.nodes[i].children {
			sum += own[c]
		}
		for _, c := range t.nodes[i].children {
			if sum > 0 {
				shares[c] = own[c] / sum
			}
		}
	}
	return shares
}

// written reports whether the profile writes a weight for the node, which noise can change.
func (t *tree) written(i int) bool {
	if t.nodes[i].parent < 0 {
		return false
	}
	return i < t.leaves || t.profile.Weights == Relative
}

// global answers each node's share of the composite, given shares of the parents.
func (t *tree) global(shares []float64) []float64 {
	out := slices.Clone(shares)
	for i := t.top() - 1; i >= 0; i-- {
		out[i] *= out[t.nodes[i].parent]
	}
	return out
}
