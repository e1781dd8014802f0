package main

import (
	"fmt"
	"io"
	"strings"

	"fundtrace/gateway/analytics/rank"
	"fundtrace/gateway/analytics/relate"
)

// printRelation shows a report: the primary estimate first, then what stands beside it, then everything exploratory.
func printRelation(out io.Writer, r *relate.Report) error {
	s := r.Sample
	fmt.Fprintf(out, "%d regions, %d–%d, %d rows; %d with a flow; flows %s\n", len(s.Regions), s.Years[0], s.Years[len(s.Years)-1], s.Rows, s.WithFlow, describeSeries(&r.Flows))
	fmt.Fprintf(out, "declaration %s, seed %d, %s\n", r.Declaration, r.Request.Seed, r.Software)
	for _, w := range r.Warnings {
		fmt.Fprintf(out, "! %s\n", w.Says.EN)
	}
	fmt.Fprintf(out, "\nPRIMARY: %s\n", r.Primary.About)
	estimates(out, append([]relate.Estimate{r.Primary}, r.Beside...), "by bootstrap", func(e relate.Estimate) *float64 {
		if e.Coefficient == nil || e.Coefficient.Bootstrap == nil {
			return nil
		}
		return &e.Coefficient.Bootstrap.P
	})
	if e := r.Primary; e.Doubling != nil {
		fmt.Fprintf(out, "where 1+flow is twice as high, 1+y is %+.1f %% higher\n", *e.Doubling)
	}
	if len(r.Exploratory) > 0 {
		fmt.Fprint(out, "\nEXPLORATORY: none of these was declared; p adjusted together by Holm's method\n")
		estimates(out, r.Exploratory, "by Holm", func(e relate.Estimate) *float64 { return e.Holm })
	}
	if len(r.Methods) > 0 {
		fmt.Fprint(out, "\nthe primary specification under other conventions of tracing\n")
		estimates(out, r.Methods, "", func(relate.Estimate) *float64 { return nil })
	}
	if r.Designs != nil {
		printDesigns(out, r.Designs)
	}
	return nil
}

func describeSeries(s *relate.Series) string {
	if s.Block == nil {
		return "from a file"
	}
	return strings.TrimSpace(fmt.Sprintf("%s, %s money, %s, known at block %d %s", s.Stage, s.Class, s.Convention, *s.Block, s.AsOf))
}

// estimates prints a table of estimates; second is the heading of another p.
func estimates(out io.Writer, list []relate.Estimate, second string, p func(relate.Estimate) *float64) {
	g := &grid{left: 1}
	g.row("", "estimate", "SE", "df", "p", second, "interval", "n")
	var refused []relate.Estimate
	for _, e := range list {
		if e.Coefficient == nil {
			refused = append(refused, e)
			continue
		}
		c, more, n := e.Coefficient, "", ""
		if v := p(e); v != nil {
			more = fmt.Sprintf("%.4f", *v)
		}
		if e.Result != nil {
			n = fmt.Sprint(e.Result.Sample.Used)
		}
		g.row(e.Name, fmt.Sprintf("%.4f", c.Estimate), fmt.Sprintf("%.4f", c.SE), fmt.Sprintf("%.1f", c.DF), fmt.Sprintf("%.4f", c.P), more, fmt.Sprintf("%.4f … %.4f", c.Low, c.High), n)
	}
	if len(g.rows) > 1 {
		g.print(out)
	}
	for _, e := range refused {
		fmt.Fprintf(out, "%s: not estimated (%s): %s\n", e.Name, e.Refused.Code, e.Refused.Reason)
	}
}

func printDesigns(out io.Writer, d *relate.Designs) {
	fmt.Fprint(out, "\nother designs\n")
	no := func(name string, r *relate.Refusal) {
		fmt.Fprintf(out, "%s: refused (%s): %s\n", name, r.Code, r.Reason)
	}
	if r := d.Event.Result; r != nil {
		o := r.Dynamic.Overall
		fmt.Fprintf(out, "event study: %.4f (SE %.4f, p %.4f) after the first flow, %d cohorts\n", o.Estimate, o.SE, o.P, len(r.Sample.Cohorts))
	} else {
		no("event study", d.Event.Refused)
	}
	if r := d.Synthetic.Result; r != nil {
		fmt.Fprintf(out, "synthetic control: effect %.4f, placebo p %.4f; the smallest that can come out is %.4f\n", r.Effect, r.Test.P, r.Test.Smallest)
	} else {
		no("synthetic control", d.Synthetic.Refused)
	}
	for _, c := range d.Causes {
		if c.Result != nil {
			fmt.Fprintf(out, "%s: Z̃ %.3f, p %.4f\n", c.Name, c.Result.ZTilde, c.Result.PTilde)
		} else {
			no(c.Name, c.Refused)
		}
	}
	for _, pair := range []relate.Design[rank.Pair]{d.Focus, d.Kendall} {
		r := pair.Result
		if r == nil {
			no(pair.Name+" alone", pair.Refused)
			continue
		}
		if t := r.Differences; t != nil {
			fmt.Fprintf(out, "%s alone, first differences: %s %.3f, p %.4f (n %d)\n", pair.Name, t.Statistic, t.Estimate, t.P, t.N)
		}
		if t := r.Levels; t != nil {
			fmt.Fprintf(out, "%s alone, levels: %s %.3f, p %.4f (n %d)\n", pair.Name, t.Statistic, t.Estimate, t.P, t.N)
		}
	}
}
