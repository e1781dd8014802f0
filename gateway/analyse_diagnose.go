package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/diagnose"
	diagnosis "fundtrace/gateway/analytics/diagnose/report"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/remedy"
)

// diagnoseOptions are the flags of analyse diagnose.
type diagnoseOptions struct {
	asker
	diagnosis.Request
	scores, data, profile, base, rules, catalogue, measures, before, after, currency string
	days, runs                                                                       int
	level, noise                                                                     float64
	counts                                                                           bool
	seed                                                                             uint64
	set                                                                              map[string]string
	reporting
}

func analyseDiagnoseCommand() *cobra.Command {
	o := diagnoseOptions{set: map[string]string{}}
	c := &cobra.Command{
		Use:   "diagnose",
		Short: "Diagnose a region: compare, test the three challenges, say what to try",
		Long: `analyse diagnose sets a region beside all regions, leaders and neighbours, tests three challenges with the evidence beside every
verdict, says how far each holds with other years and thresholds, and ends with what to try and how one would see it work.

  disconnect   venture capital ranks behind patents, the gap has widened, and capital falls
  hollowing    outside investment and venture capital lost ranks, and Mann–Kendall says so
  bloated      scores of new enterprises and trademarks rise while their ranks fall, with guards of quality

Without a table it diagnoses Liaoning by the published numbers, in both of their vintages. --scores FILE has the columns region, year,
dimension, score, rank (and raw). --data FILE has raw counts of all regions: an index is made of them, rank intervals can be had, and
means, shares and growth are known.

With --before and --after the measures that the plan names are read from a running gateway for two windows of --days; --measures
takes them from a file, such as the gateway's answer.`,
		Example: `  gateway analyse diagnose
  gateway analyse diagnose --vintage text --set gap=5 --json
  gateway analyse diagnose --scores liaoning.csv --of 31 --from 2012
  gateway analyse diagnose --data provinces.csv --entity province --region 辽宁 --neighbours --uncertainty 1000 --html liaoning.html
  gateway analyse diagnose --before 2024-12-31 --after 2025-12-31`,
		Args: exactArgs(0, "no arguments: name a table with --data or --scores"),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context(), c, c.OutOrStdout()) },
	}
	o.flags(c)
	return c
}

func (o *diagnoseOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&o.scores, "scores", "", "`FILE` with published scores and ranks, as CSV")
	f.StringVar(&o.data, "data", "", "`FILE` with raw counts of all regions, as CSV")
	f.StringVar(&o.Vintage, "vintage", "", "of the paper's numbers: table, text, both")
	f.StringVar(&o.Region, "region", "", "`REGION` to diagnose; Liaoning where none is named")
	f.IntVar(&o.Start, "from", 0, "first `YEAR`")
	f.IntVar(&o.End, "to", 0, "last `YEAR`")
	f.StringSliceVar(&o.Against, "against", nil, "`REGIONS` to compare with; Guangdong and Zhejiang where none is named")
	f.BoolVar(&o.Neighbours, "neighbours", false, "compare with the provinces that share a border, too")
	f.IntVar(&o.Places, "places", 3, "by which a dimension stands out as a strength or a weakness")
	f.IntVar(&o.Of, "of", 0, "how many regions --scores ranks; the greatest rank where it is not said")
	f.StringVar(&o.Top, "composite", "index", "`DIMENSION` of --scores that is the composite")
	f.StringVar(&o.profile, "profile", index.DefaultProfile, "of --data: "+strings.Join(index.Builtins(), ", ")+", or a JSON or CSV `FILE`")
	f.StringVar(&o.Index.Entity, "entity", "region", "of --data: `COLUMN` of regions")
	f.StringVar(&o.Index.Time, "time", "year", "of --data: `COLUMN` of years")
	f.StringVar(&o.base, "base", "", "of --data: base panel, `YEARS` such as 1990-2020")
	f.StringVar(&o.Survival, "survival", "", "of --data: `COLUMN` with the survival of entrants")
	f.IntVar(&o.runs, "uncertainty", 0, "of --data: rank intervals over this many `RUNS`")
	f.Float64Var(&o.level, "level", 0.9, "share of runs that a rank interval holds")
	f.Float64Var(&o.noise, "noise", 0.25, "each weight varies by up to this share of itself")
	f.BoolVar(&o.counts, "count-noise", true, "counts vary as chance would have them (Poisson)")
	f.Uint64Var(&o.seed, "seed", 1, "of everything random: the same seed gives the same numbers")
	f.StringVar(&o.rules, "rules", "", "other challenges, from a JSON `FILE`")
	f.StringToStringVar(&o.set, "set", nil, "`PARAMETER=VALUE` of the challenges, such as gap=5")
	f.StringVar(&o.catalogue, "catalogue", "", "other tools and measures, from a JSON `FILE`")
	f.StringVar(&o.measures, "measures", "", "measures of the ledger before and after, from a JSON `FILE`")
	f.StringVar(&o.before, "before", "", "last `DAY` of the window before, to ask a gateway for measures")
	f.StringVar(&o.after, "after", "", "last `DAY` of the window after")
	f.IntVar(&o.days, "days", 365, "length of both windows")
	f.StringVar(&o.currency, "currency", "CNY", "of the measures")
	o.asker.flags(c)
	o.reporting.flags(c)
}

func (o *diagnoseOptions) run(ctx context.Context, c *cobra.Command, out io.Writer) error {
	if err := o.check(c); err != nil {
		return err
	}
	if err := o.read(); err != nil {
		return err
	}
	if err := o.readMeasures(ctx); err != nil {
		return err
	}
	r, err := o.diagnose(ctx)
	if err != nil {
		return err
	}
	if given, err := o.give(out, r, r.Page); given {
		return err
	}
	printDiagnosis(out, r)
	return nil
}

func (o *diagnoseOptions) check(c *cobra.Command) error {
	wrong := func(says string) error { return usageError{errors.New(says), c.CommandPath()} }
	switch {
	case o.scores != "" && o.data != "":
		return wrong("name one table: --data or --scores")
	case (o.before == "") != (o.after == ""):
		return wrong("--before and --after go together")
	case o.measures != "" && o.before != "":
		return wrong("measures come from a file or from a gateway, not from both")
	case o.data == "" && o.runs > 0:
		return wrong("--uncertainty needs the counts of all regions: name them with --data")
	}
	return nil
}

// read fills the request from files and flags.
func (o *diagnoseOptions) read() error {
	o.From = diagnosis.FromPaper
	if o.scores != "" {
		o.From = diagnosis.FromScores
	}
	if o.data != "" {
		o.From = diagnosis.FromCounts
		var err error
		if o.Index.Profile, err = readProfile(o.profile); err != nil {
			return err
		}
		o.Index.BaseYears = o.base
	}
	if o.runs > 0 {
		o.Uncertainty = &diagnose.Uncertainty{Runs: o.runs, Level: o.level, Noise: o.noise, Counts: o.counts, Seed: o.seed}
	}
	o.Values = map[string]float64{}
	for name, text := range o.set {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("--set %s=%s: %q is no number", name, text, text), "field", "set")
		}
		o.Values[name] = v
	}
	var err error
	if o.rules != "" {
		if o.Rules, err = readParsed(o.rules, diagnose.ParseRules); err != nil {
			return err
		}
	}
	if o.catalogue != "" {
		o.Catalogue, err = readParsed(o.catalogue, remedy.Parse)
	}
	return err
}

// readParsed reads a file that a package knows how to parse.
func readParsed[A any](path string, parse func([]byte) (*A, error)) (*A, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	a, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}

// readMeasures takes the measures from a file or from a gateway.
func (o *diagnoseOptions) readMeasures(ctx context.Context) error {
	switch {
	case o.measures != "":
		var err error
		o.Measures, err = readParsed(o.measures, func(text []byte) (*remedy.Recorded, error) {
			var r remedy.Recorded
			return &r, ledger.DecodeStrict(text, &r)
		})
		return err
	case o.before == "":
		return nil
	}
	c, err := o.connect(ctx)
	if err != nil {
		return err
	}
	var raw json.RawMessage
	query := url.Values{"before": {o.before}, "after": {o.after}, "days": {strconv.Itoa(o.days)}, "currency": {o.currency}}
	if err := c.Get(ctx, "/analytics/measures?"+query.Encode(), &raw); err != nil {
		return err
	}
	o.Measures = &remedy.Recorded{}
	if err := json.Unmarshal(raw, o.Measures); err != nil {
		return fmt.Errorf("the gateway's answer cannot be read: %w", err)
	}
	return nil
}

func (o *diagnoseOptions) diagnose(ctx context.Context) (*diagnosis.Report, error) {
	path := o.scores + o.data // one of them at most
	if path == "" {
		return diagnosis.Run(ctx, nil, o.Request, nil)
	}
	t, err := readTable(path)
	if err != nil {
		return nil, err
	}
	return diagnosis.Run(ctx, t, o.Request, follow(os.Stderr))
}
