package panel

// degrees counts what the effects cost.
type degrees struct {
	info []EffectInfo
	rank int // of all effects together, the constant included; 0 without effects
	free int // the same of the effects that are not nested in a cluster; at least 1 where there are effects
}

// countEffects finds how many levels of each effect are redundant, and which effects are nested in a cluster. Of two effects the
// redundant levels are the connected components of the graph whose edges are rows (Abowd, Creecy and Kramarz 2002): exact. Of a third or
// later it is the most that any earlier effect makes redundant: the rank may then be smaller than counted, and errors are
// never too small by it.
func countEffects(effects, clusters []group) degrees {
	var d degrees
	for j, g := range effects {
		info := EffectInfo{Name: g.name, Levels: g.levels}
		for _, earlier := range effects[:j] {
			info.Redundant = max(info.Redundant, components(earlier, g))
		}
		for _, c := range clusters {
			info.Nested = info.Nested || cross(g, c).levels == g.levels
		}
		d.rank += g.levels - info.Redundant
		d.info = append(d.info, info)
	}
	if len(effects) == 0 {
		return d
	}
	var free []group
	for j, g := range effects {
		if d.info[j].Nested {
			continue
		}
		redundant := 0
		for _, earlier := range free {
			redundant = max(redundant, components(earlier, g))
		}
		d.free += g.levels - redundant
		free = append(free, g)
	}
	d.free = max(d.free, 1)
	return d
}

// components counts the connected components of the graph of levels of a and b.
func components(a, b group) int {
	parent := make([]uint32, a.levels+b.levels)
	for i := range parent {
		parent[i] = uint32(i)
	}
	find := func(i uint32) uint32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	n := len(parent)
	for i := range a.of {
		x, y := find(a.of[i]), find(b.of[i]+uint32(a.levels))
		if x != y {
			parent[x] = y
			n--
		}
	}
	return n
}
