package relate

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/analytics/flow"
	"fundtrace/gateway/analytics/panel"
	"fundtrace/gateway/analytics/table"
)

// Names of the columns that are related. ln is ln(1+x).
const (
	colRegion = "region"
	colYear   = "year"
	colY      = "y"       // outcome without what traced funds did alone
	colTotal  = "y_total" // the whole outcome
	colAlone  = "y_alone" // what traced funds did alone: the mechanical part
	colLnY    = "ln_y"
	colLnAll  = "ln_total"
	colLnOne  = "ln_alone"
	colX      = "flow"
	colLnX    = "ln_flow"
	colAny    = "any_flow"
)

// joined is the panel of indicators with the flows beside it.
type joined struct {
	regions []string
	years   []int
	series  *Series
	request Request
	columns map[string][]float64
	alone   bool // the mechanical part is known
}

// join reads the indicators and puts the flows beside them. Errors: what is wrong with the table, with row and column
// (FIELD_MISSING, FIELD_INVALID, ALREADY_EXISTS), DESIGN_REFUSED.
func join(t *table.Table, deals *Deals, s *Series, r Request) (*joined, error) {
	if err := t.Unique(r.Region, r.Year); err != nil {
		return nil, err
	}
	names, err := t.Text(r.Region)
	if err != nil {
		return nil, err
	}
	years, err := t.Whole(r.Year)
	if err != nil {
		return nil, err
	}
	regions := make([]string, len(names))
	rows := map[place]int{}
	for i, name := range names {
		regions[i] = flow.Code(name)
		at := place{regions[i], years[i]}
		if first, twice := rows[at]; twice {
			return nil, ledger.Refuse(ledger.AlreadyExists, fmt.Sprintf("rows %d and %d are both of %s in %d, spelled %.40q and %.40q", first+2, i+2, regions[i], years[i], names[first], name),
				"row", strconv.Itoa(i+2), "column", r.Region)
		}
		rows[at] = i
	}
	j := &joined{regions: regions, years: years, series: s, request: r, columns: map[string][]float64{}}
	if err := j.outcomes(t, deals); err != nil {
		return nil, err
	}
	for _, c := range r.Controls {
		values, err := t.Numbers(c)
		if err != nil {
			return nil, err
		}
		if slices.Contains(r.Log1p, c) {
			if values, err = log1p(values, c); err != nil {
				return nil, err
			}
		}
		j.columns["control:"+c] = values
	}
	for _, c := range r.Others {
		values, err := outcome(t, c, Count)
		if err != nil {
			return nil, err
		}
		if j.columns["ln_"+c], err = log1p(values, c); err != nil {
			return nil, err
		}
	}
	j.cut()
	if len(j.regions) == 0 {
		return nil, ledger.Refuse(ledger.FieldInvalid, "no row of the indicators is left between the first and the last year that are asked for", "field", "from")
	}
	return j, j.flows()
}

// outcomes reads the outcome, whole and without what traced funds did alone.
func (j *joined) outcomes(t *table.Table, deals *Deals) error {
	r := j.request
	var total, alone []float64
	var err error
	switch {
	case deals != nil:
		if err := deals.check(j.regions, j.years); err != nil {
			return err
		}
		total, alone = deals.column(deals.Firms, j.regions, j.years), deals.column(deals.Alone, j.regions, j.years)
	case r.Alone == "" && !r.LeaveOut:
		if _, err = outcome(t, r.Outcome, r.Kind); err != nil { // a score is the greater mistake
			return err
		}
		return design.Refuse("an enterprise that a traced fund pays newly receives venture capital by that very payment: the relation would be there by construction. Name the column (alone) of deals in which traced funds are the only investors, send the deals, or say that the outcome leaves them out (leave_out)",
			"field", "alone")
	default:
		if total, err = outcome(t, r.Outcome, r.Kind); err != nil {
			return err
		}
		if r.Alone != "" {
			if alone, err = outcome(t, r.Alone, r.Kind); err != nil {
				return err
			}
		}
	}
	y := slices.Clone(total)
	for i := range alone {
		if alone[i] > total[i] {
			return table.Bad(r.Alone, i, "more deals of traced funds alone than deals in all")
		}
		y[i] = total[i] - alone[i]
	}
	j.alone = alone != nil
	j.columns[colY] = y
	if j.columns[colLnY], err = log1p(y, r.Outcome); err != nil || !j.alone {
		return err
	}
	j.columns[colTotal], j.columns[colAlone] = total, alone
	if j.columns[colLnAll], err = log1p(total, r.Outcome); err != nil {
		return err
	}
	j.columns[colLnOne], err = log1p(alone, r.Alone)
	return err
}

// cut leaves the rows between the first and the last year that are asked for.
func (j *joined) cut() {
	r := j.request
	var keep []int
	for i, y := range j.years {
		if (r.From == 0 || y >= r.From) && (r.To == 0 || y <= r.To) {
			keep = append(keep, i)
		}
	}
	if len(keep) == len(j.years) {
		return
	}
	regions, years := make([]string, len(keep)), make([]int, len(keep))
	for k, i := range keep {
		regions[k], years[k] = j.regions[i], j.years[i]
	}
	j.regions, j.years = regions, years
	for name, values := range j.columns {
		cut := make([]float64, len(keep))
		for k, i := range keep {
			cut[k] = values[i]
		}
		j.columns[name] = cut
	}
}

// flows puts flows beside the indicators, of the same year and of years before and after. Years are looked up in the
// flows, not in the rows: what the indicators miss does not move a lag. Errors: FIELD_INVALID.
func (j *joined) flows() error {
	met := false
	for at := range j.series.cells {
		met = met || slices.Contains(j.regions, at.region)
	}
	if !met {
		return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("no region of the flows (%s) is among those of the indicators (%s): use the same level, and codes of GB/T 2260 or names of provinces",
			some(j.series.regions()), some(slices.Compact(slices.Sorted(slices.Values(j.regions))))), "field", "region")
	}
	for shift := -j.request.leads(); shift <= j.request.lags(); shift++ {
		name := colLnX + shifted(shift)
		values := make([]float64, len(j.regions))
		for i := range j.regions {
			v := j.at(j.regions[i], j.years[i]-shift)
			if v < 0 {
				return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the flow of region %s in %d is negative (%g units), and has no logarithm: take another stage than %s", j.regions[i], j.years[i]-shift, v, j.series.Stage),
					"region", j.regions[i])
			}
			values[i] = math.Log1p(v)
		}
		j.columns[name] = values
	}
	x, some := make([]float64, len(j.regions)), make([]float64, len(j.regions))
	for i := range x {
		x[i] = j.at(j.regions[i], j.years[i])
		some[i] = x[i]
		if x[i] > 0 {
			some[i] = 1
		}
	}
	j.columns[colX], j.columns[colAny] = x, some
	return nil
}

func (r Request) lags() int  { return max(r.Lags, 0) }
func (r Request) leads() int { return max(r.Leads, 0) }

// shifted is how a lag (positive) or lead (negative) is marked in the name of a column.
func shifted(by int) string {
	switch {
	case by > 0:
		return fmt.Sprintf("_lag%d", by)
	case by < 0:
		return fmt.Sprintf("_lead%d", -by)
	}
	return ""
}

// at is the flow of a region in a year, in units; NaN where it is not known.
func (j *joined) at(region string, year int) float64 {
	if c, ok := j.series.cells[place{region, year}]; ok {
		return float64(c.amount) / float64(j.request.Unit)
	}
	if j.request.Absent == Zero && year >= j.series.From && year <= j.series.To {
		return 0
	}
	return math.NaN()
}

// data is the panel as the estimators take it.
func (j *joined) data() *panel.Data {
	years := make([]string, len(j.years))
	for i, y := range j.years {
		years[i] = strconv.Itoa(y)
	}
	return &panel.Data{Rows: len(j.regions), Numbers: j.columns, Keys: map[string][]string{colRegion: j.regions, colYear: years}}
}

func log1p(values []float64, column string) ([]float64, error) {
	out := make([]float64, len(values))
	for i, v := range values {
		if v <= -1 {
			return nil, table.Bad(column, i, "ln(1+x) takes numbers above -1")
		}
		out[i] = math.Log1p(v)
	}
	return out, nil
}

// some lists the first few of many.
func some(names []string) string {
	const most = 6
	text := ""
	for i, n := range names {
		if i == most {
			return text + ", …"
		}
		if i > 0 {
			text += ", "
		}
		text += n
	}
	return text
}
