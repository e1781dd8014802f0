package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"fundtrace/gateway/analytics/panel"
)

// printPanel writes a regression for people.
func printPanel(out io.Writer, r *panel.Result) {
	s := r.Spec
	fmt.Fprintf(out, "outcome  %s by %s", s.Outcome, s.Estimator)
	for i, e := range r.Effects {
		word := ", effects of "
		if i > 0 {
			word = " and "
		}
		fmt.Fprintf(out, "%s%s (%d)", word, e.Name, e.Levels)
	}
	if s.Weights != "" {
		fmt.Fprintf(out, ", weights %s", s.Weights)
	}
	fmt.Fprintf(out, "\nsample   %s\nerrors   %s\nengine   %s, %s\n\n", sampleText(r.Sample), r.Convention, r.Engine, r.Software)
	printCoefficients(out, r)
	fmt.Fprintln(out)
	f := r.Fit
	switch {
	case s.Estimator == "ppml":
		fmt.Fprintf(out, "deviance %.7g (a constant alone %.7g), pseudo R² %.4f, %d steps\n", f.Deviance, f.NullDeviance, f.PseudoR2, f.Iterations)
	case len(r.Effects) > 0:
		fmt.Fprintf(out, "RSS %.9g, R² %.5f, within R² %.5f, σ %.6g, %d parameters\n", f.RSS, f.R2, f.WithinR2, f.Sigma, f.Parameters)
	case s.Estimator == "random":
		c := r.Components
		fmt.Fprintf(out, "σe %.5g, σu %.5g, ρ %.4f, θ %.4f\n", c.SigmaE, c.SigmaU, c.Rho, c.Theta)
	default:
		fmt.Fprintf(out, "RSS %.9g, R² %.5f, σ %.6g, %d parameters\n", f.RSS, f.R2, f.Sigma, f.Parameters)
	}
	if j := r.Joint; j != nil {
		what := "all coefficients"
		if len(j.Names) > 0 {
			what = strings.Join(j.Names, ", ")
		}
		fmt.Fprintf(out, "%s 0: F %.6g (%d, %.4g), p %s\n", what, j.F, j.DF1, j.DF2, pText(j.P))
	}
	for _, c := range r.Clusters {
		fmt.Fprintf(out, "clusters of %s: %d, of %d to %d rows\n", c.Name, c.Clusters, c.Smallest, c.Largest)
	}
	for _, d := range r.Dropped {
		fmt.Fprintf(out, "left out: %s, because %s\n", d.Name, d.Reason)
	}
	for _, n := range r.Notes {
		fmt.Fprintln(out, "note:", n)
	}
}

func sampleText(s panel.Sample) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d rows", s.Used, s.Rows)
	if s.Entities > 0 {
		fmt.Fprintf(&b, ", %d entities", s.Entities)
	}
	if s.Times > 0 {
		fmt.Fprintf(&b, ", %d times", s.Times)
	}
	for _, part := range []struct {
		n   int
		why string
	}{{s.Missing, "lack a value"}, {s.Gaps, "have no neighbour in time"}, {s.Singletons, "are alone in a level"}, {s.Separated, "are separated"}} {
		if part.n > 0 {
			fmt.Fprintf(&b, "; %d %s", part.n, part.why)
		}
	}
	return b.String()
}

func printCoefficients(out io.Writer, r *panel.Result) {
	g := grid{left: 1}
	head := []any{"", "estimate", "se", "t", "df", "p", fmt.Sprintf("%.4g %% from", 100*r.Spec.Level), "to"}
	if r.Spec.Bootstrap != nil {
		head = append(head, "wild p", "from", "to")
	}
	g.row(head...)
	for _, c := range r.Coefficients {
		cells := []any{c.Name, fmt.Sprintf("%.7g", c.Estimate), fmt.Sprintf("%.7g", c.SE), fmt.Sprintf("%.3f", c.T), fmt.Sprintf("%.4g", c.DF), pText(c.P), fmt.Sprintf("%.5g", c.Low), fmt.Sprintf("%.5g", c.High)}
		if b := c.Bootstrap; b != nil {
			cells = append(cells, pText(b.P), boundText(b.Low), boundText(b.High))
		}
		g.row(cells...)
	}
	g.print(out)
	for _, c := range r.Coefficients {
		if b := c.Bootstrap; b != nil {
			way := fmt.Sprintf("%d draws, seed %d", b.Runs, b.Seed)
			if b.Enumerated {
				way = fmt.Sprintf("all %d draws", b.Runs)
			}
			fmt.Fprintf(out, "wild cluster bootstrap-t, null imposed, %s weights, %s; smallest p %.2g\n", b.Weights, way, b.Smallest)
			return
		}
	}
}

func boundText(v *float64) string {
	if v == nil {
		return "none"
	}
	return fmt.Sprintf("%.5g", *v)
}

// pText writes a probability: four decimals, or its size where those would be 0.
func pText(p float64) string {
	if p < 0.0001 {
		return fmt.Sprintf("%.1e", p)
	}
	return fmt.Sprintf("%.4f", math.Min(p, 1))
}

func printGranger(out io.Writer, r *panel.GrangerResult) {
	fmt.Fprintf(out, "Does %s help to predict %s? Dumitrescu and Hurlin, %d lags, %d entities, %d times\nengine   %s, %s\n\n", r.Spec.Regressor, r.Spec.Outcome, r.Spec.Lags, r.Entities, r.Times, r.Engine, r.Software)
	fmt.Fprintf(out, "mean Wald statistic %.4f\nZ̃ %.4f, p %s (for short panels: the one to read)\nZ̄ %.4f, p %s\n\n", r.WBar, r.ZTilde, pText(r.PTilde), r.ZBar, pText(r.PBar))
	g := grid{left: 1}
	g.row("entity", "Wald", "p")
	for _, u := range r.Units {
		g.row(u.Entity, fmt.Sprintf("%.4f", u.Wald), pText(u.P))
	}
	g.print(out)
	for _, n := range r.Notes {
		fmt.Fprintln(out, "note:", n)
	}
}
