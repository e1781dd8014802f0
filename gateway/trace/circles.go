package trace

// circles answers which nodes lie on a circle: those in a strongly connected component with others, or with a link to
// themselves (Tarjan 1972, with an explicit stack because chains of money can be long).
func circles(nodes int, edges []edge) []bool {
	first := make([]int, nodes+1) // where the edges of a node begin: they come by level, so they are put in order first
	for i := range edges {
		first[edges[i].from+1]++
	}
	for n := range nodes {
		first[n+1] += first[n]
	}
	next, filled := make([]int, len(edges)), make([]int, nodes)
	for i := range edges {
		n := edges[i].from
		next[first[n]+filled[n]] = int(edges[i].to)
		filled[n]++
	}
	type frame struct{ node, at int }
	index, low := make([]int, nodes), make([]int, nodes)
	open, out := make([]bool, nodes), make([]bool, nodes)
	var path []int
	count := 0
	enter := func(n int) frame {
		count++
		index[n], low[n], open[n] = count, count, true
		path = append(path, n)
		return frame{node: n}
	}
	for root := range nodes {
		if index[root] != 0 {
			continue
		}
		stack := []frame{enter(root)}
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.at < filled[f.node] {
				to := next[first[f.node]+f.at]
				f.at++
				switch {
				case to == f.node:
					out[to] = true
				case index[to] == 0:
					stack = append(stack, enter(to))
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
			if low[done] != index[done] {
				continue
			}
			alone := path[len(path)-1] == done
			for last := -1; last != done; {
				last, path = path[len(path)-1], path[:len(path)-1]
				open[last] = false
				out[last] = out[last] || !alone
			}
		}
	}
	return out
}
