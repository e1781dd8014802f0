package report

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/panel"
	"fundtrace/gateway/analytics/plot"
)

// farther is by how many times a regressor's coefficients may be larger than those beside it: beyond, the smaller ones could not be
// seen in one picture.
const farther = 20

// shifted is a lag or lead by its name.
var shifted = regexp.MustCompile(`^([LF])\d+\.`)

// figures draw the coefficients with their intervals, in as many pictures as they have scales. The bootstrap's interval is the thin
// one; leads, which are placebos, are grey.
func (w words) figures(r *panel.Result) []page.Figure {
	var out []page.Figure
	for _, group := range scales(r.Coefficients) {
		var list []plot.Coefficient
		for _, c := range group {
			mark := plot.Coefficient{Label: c.Name, Value: c.Estimate, Interval: plot.Interval{Low: c.Low, High: c.High}, Muted: strings.HasPrefix(shifted.FindString(c.Name), "F")}
			if b := c.Bootstrap; b != nil {
				mark.Wide = &plot.Interval{Low: end(b.Low, -1), High: end(b.High, 1)}
			}
			list = append(list, mark)
		}
		caption := w.Sayf("figure", 100*r.Spec.Level)
		if r.Spec.Bootstrap != nil {
			caption += w.Say("figure-wild")
		}
		if r.Spec.Leads > 0 {
			caption += w.Say("figure-leads")
		}
		out = append(out, page.Figure{Caption: caption,
			Plot: plot.Coefficients(plot.Frame{Title: w.Say("coefficients"), Description: w.lead(r), XLabel: w.Sayf("x-label", r.Spec.Outcome), Language: w.Language}, list)})
	}
	return out
}

// end is an end of a bootstrap's interval; without a bound it is infinite.
func end(v *float64, sign int) float64 {
	if v == nil {
		return math.Inf(sign)
	}
	return *v
}

// scales divides coefficients into groups that can be drawn over one axis. A regressor stays with its lags and leads, which have its
// unit; groups stand in the order of their first coefficient, the constant in none.
func scales(list []panel.Coefficient) [][]panel.Coefficient {
	reach := map[string]float64{} // of a regressor: the farthest from 0
	var regressors []string
	for _, c := range list {
		if c.Name == constant {
			continue
		}
		name := regressor(c.Name)
		if _, known := reach[name]; !known {
			regressors = append(regressors, name)
		}
		reach[name] = max(reach[name], math.Abs(c.Low), math.Abs(c.High))
	}
	bySize := slices.Clone(regressors)
	slices.SortStableFunc(bySize, func(a, b string) int {
		switch {
		case reach[a] < reach[b]:
			return -1
		case reach[a] > reach[b]:
			return 1
		}
		return 0
	})
	scale, at, smallest := map[string]int{}, 0, 0.0
	for i, name := range bySize {
		if i == 0 || reach[name] > farther*smallest {
			at, smallest = at+1, reach[name]
		}
		scale[name] = at
	}
	var out [][]panel.Coefficient
	place := map[int]int{}
	for _, c := range list {
		if c.Name == constant {
			continue
		}
		s := scale[regressor(c.Name)]
		if _, begun := place[s]; !begun {
			place[s] = len(out)
			out = append(out, nil)
		}
		out[place[s]] = append(out[place[s]], c)
	}
	return out
}

// regressor is what a coefficient is of, without its lag or lead.
func regressor(name string) string { return shifted.ReplaceAllString(name, "") }
