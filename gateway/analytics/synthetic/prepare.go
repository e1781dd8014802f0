package synthetic

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
)

// prepare makes the problem: units observed in every period, the treated one among them, and its predictors. Errors: FIELD_INVALID,
// DESIGN_REFUSED (too few periods before the start, too few donors, or fewer than the claim at alpha needs).
func prepare(d *Data, o Options) (p *problem, dropped []string, err error) {
	p = &problem{Options: o, times: d.Times, treated: -1}
	for p.before < len(d.Times) && d.Times[p.before] < o.Start {
		p.before++
	}
	switch {
	case p.before == len(d.Times):
		return nil, nil, design.Refuse(fmt.Sprintf("no period is at or after the start, %d: the panel ends in %d", o.Start, d.Times[len(d.Times)-1]))
	case p.before < 2:
		return nil, nil, design.Refuse(fmt.Sprintf("%d periods lie before the start, %d: at least two are needed to see whether the others go along", p.before, o.Start))
	}
	var kept []int
	for u, unit := range d.Units {
		gaps := slices.ContainsFunc(d.Outcome[u], math.IsNaN)
		switch {
		case slices.Contains(o.Exclude, unit):
			continue
		case gaps && unit == o.Treated:
			return nil, nil, bad("treated", fmt.Sprintf("the outcome of %.40q is missing in some period: it has to be there in all", unit))
		case gaps:
			dropped = append(dropped, unit)
			continue
		}
		if unit == o.Treated {
			p.treated = len(p.units)
		} else {
			p.donors = append(p.donors, len(p.units))
		}
		p.units, p.y, kept = append(p.units, unit), append(p.y, d.Outcome[u]), append(kept, u)
	}
	n := len(p.units)
	smallest := 1 / float64(n)
	switch {
	case len(p.donors) < 2:
		return nil, nil, design.Refuse(fmt.Sprintf("%d units can be donors: at least two are needed", len(p.donors)))
	case o.Alpha < smallest*(1-1e-12):
		return nil, nil, design.Refuse(fmt.Sprintf("one treated unit among %d can never give a p below 1/%d = %.3f, so that nothing can be claimed at %g: claim at a level of %.3f or more, or give more units",
			n, n, smallest, o.Alpha, math.Ceil(smallest*1000)/1000),
			"smallest", fmt.Sprintf("%.4f", smallest), "units", fmt.Sprint(n))
	}
	for _, predictor := range o.Predictors {
		values, err := d.predict(predictor, kept)
		if err != nil {
			return nil, nil, err
		}
		p.raw = append(p.raw, values)
		scaled, ok := standard(values)
		if !ok {
			return nil, nil, bad("predictors", fmt.Sprintf("%s is the same in every unit: it tells nothing", predictor.Column))
		}
		p.predictors = append(p.predictors, scaled)
	}
	return p, dropped, nil
}

// predict is the mean of a column over the periods that it is there for. It refuses a unit without any.
func (d *Data) predict(p Predictor, units []int) ([]float64, error) {
	var missing []string
	out := make([]float64, len(units))
	for i, u := range units {
		n, sum := 0, 0.0
		for t, time := range d.Times {
			if v := d.Columns[p.Column][u][t]; time >= p.From && time <= p.To && !math.IsNaN(v) {
				n, sum = n+1, sum+v
			}
		}
		if n == 0 {
			missing = append(missing, d.Units[u])
			continue
		}
		out[i] = sum / float64(n)
	}
	if len(missing) > 0 {
		return nil, ledger.Refuse(ledger.FieldMissing, fmt.Sprintf("%s is not there from %d to %d for %s: exclude them or take other periods",
			p.Column, p.From, p.To, strings.Join(missing[:min(len(missing), 5)], ", ")), "column", p.Column)
	}
	return out, nil
}

// standard scales values to a standard deviation of one.
func standard(values []float64) ([]float64, bool) {
	mean, sum := 0.0, 0.0
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		sum += (v - mean) * (v - mean)
	}
	sd := math.Sqrt(sum / float64(len(values)-1))
	if sd <= 1e-12*math.Abs(mean) {
		return nil, false
	}
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = v / sd
	}
	return out, true
}
