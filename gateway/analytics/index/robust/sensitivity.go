package robust

import (
	"context"
	"fmt"

	"fundtrace/chaincode/ledger"
)

// Sensitivity is the Sobol indices of an index's choices.
type Sensitivity struct {
	Settings
	Target  string  `json:"target"` // what the output of a run is
	Indices Indices `json:"indices"`
}

// SensitivityOptions says how many points, and of what output.
type SensitivityOptions struct {
	N         int
	Bootstrap int
	Level     float64
	// Unit is whose rank is the output; empty for the mean absolute shift of all ranks from the nominal, as in COINr.
	Unit string
	// SplitWeights makes each weight a factor of its own; otherwise all weights together are one.
	SplitWeights bool
}

// Sensitivity says which of the study's choices moves ranks, and how much. Errors: FIELD_INVALID, TOO_LARGE, FIELD_MISSING, and the context's.
func (s Study) Sensitivity(ctx context.Context, o SensitivityOptions) (*Sensitivity, error) {
	d, err := s.design()
	if err != nil {
		return nil, err
	}
	rows := d.rows
	out := &Sensitivity{Target: "mean absolute shift of ranks"}
	if o.Unit != "" {
		out.Target = "mean rank of " + o.Unit
		rows = nil
		for _, r := range d.rows {
			if unit, _ := d.Engine.Row(r); unit == o.Unit {
				rows = append(rows, r)
			}
		}
		if len(rows) == 0 {
			return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the years that are looked at have no %.40q", o.Unit), "unit", o.Unit)
		}
	}
	indices, err := Sobol(ctx, Design{Groups: d.groups(o.SplitWeights), Columns: d.columns, N: o.N, Bootstrap: o.Bootstrap, Level: o.Level,
		Seed: s.Seed, Workers: s.Workers, Progress: s.Progress}, func() func([]float64) float64 {
		w := d.worker()
		return func(u []float64) float64 {
			w.at(u)
			sum := 0
			for _, r := range rows {
				if o.Unit != "" {
					sum += int(w.ranks[r])
				} else {
					sum += abs(int(w.ranks[r]) - int(d.nominal[r]))
				}
			}
			return float64(sum) / float64(len(rows))
		}
	})
	if err != nil {
		return nil, err
	}
	out.Settings, out.Indices = s.settings(), *indices
	return out, nil
}

// groups names the coordinates of the design.
func (d *design) groups(split bool) []Group {
	var out []Group
	weights := Group{Name: "weights"}
	for i, node := range d.written {
		if split {
			out = append(out, Group{"weight of " + d.Engine.Code(node), []int{i}})
		}
		weights.Columns = append(weights.Columns, i)
	}
	if !split && len(weights.Columns) > 0 {
		out = append(out, weights)
	}
	for f, factor := range d.Factors {
		out = append(out, Group{factor.Name, []int{len(d.written) + f}})
	}
	return out
}
