package robust

import (
	"math"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
)

// Dominance is which pairs of units of a year are in the same order whatever the weights: what needs no agreement on weights.
type Dominance struct {
	Settings
	Pairs int `json:"pairs"`
	// Always is the share of pairs in which one unit is at least as good in every indicator.
	Always float64 `json:"always"`
	// Within is the share of pairs that no weights within ±Noise of the profile's turn around: |Σ wⱼdⱼ| > Noise·Σ wⱼ|dⱼ| for the
	// differences dⱼ. Exact, not simulated; only where weights are percent, as others multiply along the hierarchy.
	Within index.Number `json:"within_noise"`
}

// Dominance counts pairs under the nominal method, which has to aggregate values by weighted arithmetic means. Errors:
// FIELD_INVALID (another aggregation), and those of the nominal method.
func (s Study) Dominance() (*Dominance, error) {
	noise := s.Noise
	d, err := s.plain()
	if err != nil {
		return nil, err
	}
	if d.Method.Carry != "values" || slices.ContainsFunc(d.Method.Aggregate, func(a string) bool { return a != "arithmetic" }) {
		return nil, ledger.Refuse(ledger.FieldInvalid, "dominance is of values aggregated by arithmetic means: carry values and aggregate arithmetic", "field", "aggregate")
	}
	p, err := d.Engine.Prepare(d.Method)
	if err != nil {
		return nil, err
	}
	run := p.NewRun(d.Method)
	shares := d.Engine.Weights(nil)
	run.Do(shares)
	weights := d.Engine.Global(shares)
	leaves := d.Engine.Indicators()
	z := make([][]float64, leaves)
	for j := range z {
		z[j] = run.Values(j)
	}
	out := &Dominance{Settings: s.settings(), Within: index.None()}
	out.Noise, out.Factors = noise, []Factor{}
	always, within := 0, 0
	for i, a := range d.rows {
		_, year := d.Engine.Row(a)
		for _, b := range d.rows[i+1:] {
			if _, y := d.Engine.Row(b); y != year {
				break // rows are by year
			}
			sum, size, up, down := 0.0, 0.0, false, false
			for j := range z {
				diff := z[j][a] - z[j][b]
				up, down = up || diff > 0, down || diff < 0
				sum += weights[j] * diff
				size += weights[j] * math.Abs(diff)
			}
			if math.IsNaN(sum) {
				continue
			}
			out.Pairs++
			if up != down {
				always++
			}
			if math.Abs(sum) > noise*size {
				within++
			}
		}
	}
	if out.Pairs > 0 {
		out.Always = float64(always) / float64(out.Pairs)
		if d.Engine.Profile().Weights == index.Percent {
			out.Within = index.Number(float64(within) / float64(out.Pairs))
		}
	}
	return out, nil
}
