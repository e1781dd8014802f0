package diagnose

import (
	"fmt"
	"slices"
)

// Robustness is how far a verdict holds when what was chosen is chosen otherwise.
type Robustness struct {
	// Windows tries other first and last years: the first three and the last three that the region has within the window.
	Windows Trial `json:"windows"`
	// Years leaves each year between the first and the last out.
	Years Trial `json:"years_left_out"`
	// Thresholds tries every combination of the values that the rules list for the parameters of required conditions.
	Thresholds Trial `json:"thresholds"`
	// Strictest is, for each parameter of a required condition, the hardest of the listed values at which the challenge still holds, all
	// others as they are.
	Strictest []Strictest `json:"strictest"`
}

// Trial counts in how many variations the challenge holds.
type Trial struct {
	Tried  int      `json:"tried"`
	Holds  int      `json:"holds"`
	Breaks []string `json:"breaks,omitempty"` // where it does not, at most mostBreaks
}

const mostBreaks = 12

func (t *Trial) add(holds bool, name string) {
	t.Tried++
	if holds {
		t.Holds++
	} else if len(t.Breaks) < mostBreaks {
		t.Breaks = append(t.Breaks, name)
	}
}

// Strictest is how hard a threshold may be.
type Strictest struct {
	Parameter string   `json:"parameter"`
	Value     *float64 `json:"value"` // nil: none of those tried
}

// windowEnds is how many first and last years are tried.
const windowEnds = 3

func (v view) robustness(r *Rules, c Challenge) Robustness {
	var out Robustness
	values := r.values()
	years := v.years(c)
	n := len(years)
	for _, from := range years[:min(windowEnds, n)] {
		for _, to := range years[max(0, n-windowEnds):] {
			if from >= to {
				continue
			}
			w := v
			w.from, w.to = from, to
			out.Windows.add(w.holds(c, values), fmt.Sprintf("%d–%d", from, to))
		}
	}
	for _, y := range years[min(1, n):max(min(1, n), n-1)] {
		w := v
		w.without = y
		out.Years.add(w.holds(c, values), fmt.Sprint(y))
	}
	out.Thresholds, out.Strictest = v.thresholds(r, c, values)
	return out
}

// holds judges the required conditions only.
func (v view) holds(c Challenge, values map[string]float64) bool {
	for _, k := range c.Conditions {
		if k.Role == Required && v.judge(k, values).Answer != Met {
			return false
		}
	}
	return true
}

// years lists the years of the window in which the region has what the required conditions are of.
func (v view) years(c Challenge) []int {
	var out []int
	for _, k := range c.Conditions {
		if k.Role != Required {
			continue
		}
		for _, code := range k.Of {
			y, _ := v.line(code)
			out = append(out, y...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// thresholds tries the product of the listed values.
func (v view) thresholds(r *Rules, c Challenge, values map[string]float64) (t Trial, strictest []Strictest) {
	var used []Parameter
	for _, k := range c.Conditions {
		p, ok := r.parameter(k.Parameter)
		if k.Role == Required && ok && !slices.ContainsFunc(used, func(q Parameter) bool { return q.Name == p.Name }) {
			used = append(used, p)
		}
	}
	tried := map[string]float64{}
	for name, x := range values {
		tried[name] = x
	}
	var product func(at int)
	product = func(at int) {
		if t.Tried == mostCombinations {
			return
		}
		if at == len(used) {
			t.Tried++
			if v.holds(c, tried) {
				t.Holds++
			}
			return
		}
		list := used[at].Tried
		if len(list) == 0 {
			list = []float64{used[at].Value}
		}
		for _, x := range list {
			tried[used[at].Name] = x
			product(at + 1)
		}
		tried[used[at].Name] = used[at].Value
	}
	product(0)
	for _, p := range used {
		s := Strictest{Parameter: p.Name}
		list := slices.Sorted(slices.Values(p.Tried))
		if p.Unit != "probability" { // more places are harder, a smaller probability is
			slices.Reverse(list)
		}
		for _, x := range list {
			tried[p.Name] = x
			if v.holds(c, tried) {
				s.Value = &x
				break
			}
		}
		tried[p.Name] = p.Value
		strictest = append(strictest, s)
	}
	return t, strictest
}

// mostCombinations bounds the combinations of thresholds.
const mostCombinations = 10_000
