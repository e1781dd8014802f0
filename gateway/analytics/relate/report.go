package relate

import (
	"math"
	"slices"

	"fundtrace/gateway/analytics/flow"
)

// Version is that of the declaration and of the report: it changes when numbers change.
const Version = "relate/1"

// Report is the answer, with everything that it depends on.
type Report struct {
	Version     string     `json:"version"`
	Software    string     `json:"software"`
	Request     Request    `json:"request"`     // with defaults written out
	Declaration string     `json:"declaration"` // SHA-256 of what the primary specification fixes beforehand
	Flows       Series     `json:"flows"`
	Sample      Sample     `json:"sample"`
	Primary     Estimate   `json:"primary"`
	Beside      []Estimate `json:"beside"`      // the mechanical part, and the outcome with it
	Exploratory []Estimate `json:"exploratory"` // their p-values are adjusted together
	Methods     []Estimate `json:"methods"`     // the primary specification with flows divided by other conventions
	Designs     *Designs   `json:"designs,omitempty"`
	Warnings    []Warning  `json:"warnings"`
	Rows        []Row      `json:"rows"` // the joined panel: numerator and denominator of everything above
}

// Sample says what was related.
type Sample struct {
	Regions   []string  `json:"regions"`
	Years     []int     `json:"years"`
	Rows      int       `json:"rows"`
	Balanced  bool      `json:"balanced"`        // every region has every year
	Gaps      []int     `json:"gaps"`            // years between the first and the last that no region has: what is around them is not adjacent
	WithFlow  int       `json:"with_flow"`       // rows whose flow is above 0
	NoFlow    int       `json:"no_flow"`         // rows whose flow is not known
	Treated   int       `json:"treated_regions"` // regions whose flow reaches the threshold in some year
	Outside   Lost      `json:"outside"`         // flows that are in no row of the indicators
	Outcome   *Moments  `json:"outcome"`
	Total     *Moments  `json:"outcome_total,omitempty"`
	Alone     *Moments  `json:"outcome_alone,omitempty"`
	Flow      *Moments  `json:"flow"`
	Contained []Crossed `json:"contradictions,omitempty"`
}

// Lost is flows without a row.
type Lost struct {
	Amount  int64    `json:"amount,string"` // minor units
	Share   float64  `json:"share"`         // of all flows
	Regions []string `json:"regions"`       // that no row has
}

// Moments describe a column.
type Moments struct {
	N     int     `json:"n"`
	Sum   float64 `json:"sum"`
	Mean  float64 `json:"mean"`
	SD    float64 `json:"sd"`
	Min   float64 `json:"min"`
	Max   float64 `json:"max"`
	Zeros int     `json:"zeros"`
}

// Crossed is a row in which the indicators and the ledger contradict each other: more enterprises with traced funds alone
// than enterprises that traced funds paid for the first time.
type Crossed struct {
	Region string `json:"region"`
	Year   int    `json:"year"`
	Alone  int    `json:"alone"`
	New    int    `json:"new_firms"`
}

// Row is one region and year of the joined panel. What is not known is null.
type Row struct {
	Region string   `json:"region"`
	Year   int      `json:"year"`
	Y      *float64 `json:"y"`
	Total  *float64 `json:"y_total,omitempty"`
	Alone  *float64 `json:"y_alone,omitempty"`
	Flow   *float64 `json:"flow"` // units
}

// sample describes the joined panel.
func (j *joined) sample() Sample {
	s := Sample{Rows: len(j.regions), Gaps: []int{}, Treated: len(j.starts())}
	s.Regions = slices.Compact(slices.Sorted(slices.Values(j.regions)))
	s.Years = slices.Compact(slices.Sorted(slices.Values(j.years)))
	s.Balanced = s.Rows == len(s.Regions)*len(s.Years)
	for y := s.Years[0]; y < s.Years[len(s.Years)-1]; y++ {
		if !slices.Contains(s.Years, y) {
			s.Gaps = append(s.Gaps, y)
		}
	}
	rows := map[place]bool{}
	for i := range j.regions {
		rows[place{j.regions[i], j.years[i]}] = true
		switch v := j.columns[colX][i]; {
		case math.IsNaN(v):
			s.NoFlow++
		case v > 0:
			s.WithFlow++
		}
	}
	s.Outside = Lost{Amount: j.series.Unplaced, Regions: []string{}}
	for at, c := range j.series.cells {
		if !rows[at] {
			s.Outside.Amount += c.amount
			if !slices.Contains(s.Regions, at.region) && !slices.Contains(s.Outside.Regions, at.region) {
				s.Outside.Regions = append(s.Outside.Regions, at.region)
			}
		}
	}
	slices.Sort(s.Outside.Regions)
	if j.series.Total != 0 {
		s.Outside.Share = float64(s.Outside.Amount) / float64(j.series.Total)
	}
	s.Outcome, s.Flow = moments(j.columns[colY]), moments(j.columns[colX])
	if j.alone {
		s.Total, s.Alone = moments(j.columns[colTotal]), moments(j.columns[colAlone])
		s.Contained = j.crossed()
	}
	return s
}

// crossed compares what traced funds did alone with what the ledger knows of their firms. Only counts can be compared.
func (j *joined) crossed() []Crossed {
	if !j.series.firms || j.request.Kind != Count {
		return nil
	}
	var out []Crossed
	for i := range j.regions {
		alone := j.columns[colAlone][i]
		known := j.series.cells[place{j.regions[i], j.years[i]}].fresh
		if alone > float64(known) && !math.IsNaN(j.columns[colX][i]) {
			out = append(out, Crossed{j.regions[i], j.years[i], int(alone), known})
		}
	}
	return out
}

func moments(values []float64) *Moments {
	m := &Moments{Min: math.Inf(1), Max: math.Inf(-1)}
	for _, v := range values {
		if math.IsNaN(v) {
			continue
		}
		m.N++
		m.Sum += v
		m.Min, m.Max = min(m.Min, v), max(m.Max, v)
		if v == 0 {
			m.Zeros++
		}
	}
	if m.N == 0 {
		return &Moments{}
	}
	m.Mean = m.Sum / float64(m.N)
	for _, v := range values {
		if !math.IsNaN(v) {
			m.SD += (v - m.Mean) * (v - m.Mean)
		}
	}
	m.SD = math.Sqrt(m.SD / float64(max(1, m.N-1)))
	return m
}

func (j *joined) rows() []Row {
	out := make([]Row, len(j.regions))
	value := func(column string, i int) *float64 {
		values, ok := j.columns[column]
		if !ok || math.IsNaN(values[i]) {
			return nil
		}
		return &values[i]
	}
	for i := range out {
		out[i] = Row{j.regions[i], j.years[i], value(colY, i), value(colTotal, i), value(colAlone, i), value(colX, i)}
	}
	return out
}

// code brings the ways of naming a region together.
func code(name string) string { return flow.Code(name) }
