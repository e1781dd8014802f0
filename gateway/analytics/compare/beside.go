package compare

import (
	"slices"

	"fundtrace/gateway/analytics/bilingual"
	"fundtrace/gateway/analytics/index"
)

// beside fills the rows of the other regions.
func (r *Report) beside(b *Board) {
	type asked struct{ name, relation string }
	var list []asked
	for _, name := range r.Against {
		list = append(list, asked{name, "named"})
	}
	if r.Neighbours {
		names, known := neighboursAmong(r.Region, b.units)
		if !known {
			r.Notes = append(r.Notes, bilingual.Say("%s is no province whose neighbours are known", "%s不是已知邻省的省份", r.Region))
		}
		for _, name := range names {
			if !slices.Contains(r.Against, name) {
				list = append(list, asked{name, "neighbour"})
			}
		}
	}
	for _, a := range list {
		name, ok := find(a.name, b.units)
		if !ok {
			r.Notes = append(r.Notes, bilingual.Say("the table has no %s", "数据中没有%s", a.name))
			continue
		}
		if name == r.Region {
			continue
		}
		r.Others = append(r.Others, Other{name, a.relation, r.gaps(b, name)})
	}
}

func (r *Report) gaps(b *Board, other string) []Gap {
	out := []Gap{}
	for _, n := range b.nodes {
		mine, ok := b.Cell(r.Region, n.Code, r.To)
		theirs, ok2 := b.Cell(other, n.Code, r.To)
		if !ok || !ok2 {
			continue
		}
		g := Gap{Code: n.Code, Score: theirs.Score, Rank: theirs.Rank, Points: mine.Score - theirs.Score, RatioTo: ratio(mine.Raw, theirs.Raw), RatioFrom: index.None()}
		if mine.Rank > 0 && theirs.Rank > 0 {
			g.Places = theirs.Rank - mine.Rank
		}
		mineThen, ok := b.Cell(r.Region, n.Code, r.From)
		theirsThen, ok2 := b.Cell(other, n.Code, r.From)
		if ok && ok2 {
			g.RatioFrom = ratio(mineThen.Raw, theirsThen.Raw)
		}
		out = append(out, g)
	}
	return out
}

func ratio(a, b index.Number) index.Number {
	if !a.Is() || !b.Is() || b <= 0 {
		return index.None()
	}
	return a / b
}

// stand finds strengths and weaknesses in the last year.
func (r *Report) stand(b *Board) {
	var ranks []int
	r.Standing.Basis = "median"
	for _, n := range b.nodes {
		c, ok := b.Cell(r.Region, n.Code, r.To)
		switch {
		case !ok || c.Rank == 0:
		case n.Code == b.Top:
			r.Standing = Standing{c.Rank, "composite"}
		default:
			ranks = append(ranks, c.Rank)
		}
	}
	if len(ranks) == 0 {
		r.Notes = append(r.Notes, bilingual.Say("there are no ranks of %d: no strengths and weaknesses", "%d年没有排名：无法判断强弱项", r.To))
		return
	}
	if r.Standing.Basis == "median" {
		sorted := slices.Sorted(slices.Values(ranks))
		r.Standing.Rank = sorted[(len(sorted)-1)/2]
	}
	for _, n := range b.nodes {
		c, ok := b.Cell(r.Region, n.Code, r.To)
		if !ok || c.Rank == 0 || n.Code == b.Top {
			continue
		}
		s := Standout{n.Code, c.Rank, r.Standing.Rank - c.Rank, third(c.Rank, b.Of)}
		switch {
		case s.Places >= r.Places:
			r.Strong = append(r.Strong, s)
		case s.Places <= -r.Places:
			r.Weak = append(r.Weak, s)
		}
	}
	slices.SortStableFunc(r.Strong, func(x, y Standout) int { return x.Rank - y.Rank })
	slices.SortStableFunc(r.Weak, func(x, y Standout) int { return y.Rank - x.Rank })
}

// third is which third of all regions a rank lies in.
func third(rank, of int) string {
	switch {
	case 3*rank <= of:
		return "top"
	case 3*rank > 2*of:
		return "bottom"
	}
	return "middle"
}
