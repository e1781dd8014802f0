package panel

import (
	"fmt"
	"strconv"

	"fundtrace/gateway/analytics/design"
)

// fewVarying is below how many clusters with variation a warning is due: tests of clusters refuse too often there (MacKinnon and Webb 2017).
const fewVarying = 6

// carried refuses clustered errors of a regressor that moves within one cluster only, such as a programme in one region: with that cluster's effect
// taken out its residual is next to 0 by construction, and the error with it. With a few such clusters it is noted.
func (f *frame) carried(r *regressors) error {
	for _, cluster := range f.clusters {
		if cluster.levels < 2 {
			return oneCluster(cluster)
		}
		nested := false
		for _, e := range f.effects {
			nested = nested || cross(e, cluster).levels == e.levels
		}
		for j, name := range f.names {
			if dropped(r, name) {
				continue
			}
			if !nested { // then clusters are compared with each other too
				if departing(f.x[j], cluster) == 1 && cluster.levels > 2 {
					return design.Refuse(fmt.Sprintf("%s is the same in all of %d clusters of %s but one: no clustered error can be had from one; compare that one with a synthetic control and placebos", name, cluster.levels, cluster.name),
						"x", name, "clusters", "1")
				}
				continue
			}
			n := varying(f.x[j], cluster)
			switch {
			case n == 1:
				return design.Refuse(fmt.Sprintf("%s varies within one of %d clusters of %s only: no clustered error can be had from one; compare that one with a synthetic control and placebos", name, cluster.levels, cluster.name),
					"x", name, "clusters", "1")
			case n < fewVarying && n < cluster.levels:
				f.notes = append(f.notes, fmt.Sprintf("%s varies within %s of %d clusters of %s: tests refuse too often with so few (MacKinnon and Webb 2017)", name, strconv.Itoa(n), cluster.levels, cluster.name))
			}
		}
	}
	return nil
}

func oneCluster(g group) error {
	return design.Refuse("all rows lie in one cluster: errors cannot be clustered by "+g.name, "cluster", g.name)
}

func dropped(r *regressors, name string) bool {
	for _, d := range r.dropped {
		if d.Name == name {
			return true
		}
	}
	return false
}

// departing counts the groups in which a column is not the one value that most groups have throughout.
func departing(x []float64, g group) int {
	first, moves, _ := values(x, g)
	groups, most := map[float64]int{}, 0
	for l, v := range first {
		if !moves[l] {
			groups[v]++
			most = max(most, groups[v])
		}
	}
	return g.levels - most
}

// varying counts the groups in which a column has more than one value.
func varying(x []float64, g group) int {
	_, _, n := values(x, g)
	return n
}

// values answers the first value of each group, which groups have another one too, and how many those are.
func values(x []float64, g group) (first []float64, moves []bool, n int) {
	seen := make([]bool, g.levels)
	first, moves = make([]float64, g.levels), make([]bool, g.levels)
	for i, l := range g.of {
		switch {
		case !seen[l]:
			first[l], seen[l] = x[i], true
		case x[i] != first[l] && !moves[l]:
			moves[l] = true
			n++
		}
	}
	return first, moves, n
}
