package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
	indexreport "fundtrace/gateway/analytics/index/report"
	"fundtrace/gateway/analytics/index/robust"
)

// indexOptions are the flags of analyse index.
type indexOptions struct {
	indexreport.Request
	data, profile, base, saveBase, baseName, factors, at, options string
	reporting
	choices   map[string]*string // options of the method that have a flag
	aggregate []string
	noise     float64
	treat     bool
}

func analyseIndexCommand() *cobra.Command {
	o := indexOptions{choices: map[string]*string{}}
	c := &cobra.Command{
		Use:   "index --data FILE",
		Short: "Compute a composite index, and how much it depends on its choices",
		Long: `analyse index makes an index of a table of regions and years: indicators, dimensions, composite; score and rank.

The profile declares the hierarchy and its weights: a built-in one, a JSON file, or a CSV in the layout of COINr's iMeta. Without
one it is Table 1 of the paper. The method is the reference reading: z over the base panel, weighted means, and the place of
each value among all of the base panel (score = 100·k/N); other methods by --method, single choices by their flags.

The base panel is all of the table, some of its years (--base 1990-2020), or a file that --save-base froze: only scores with one
base id can be compared.

Beside it: --change (two years in points, ranks, raw growth and share), --coherence (correlations, Cronbach's alpha, principal
components), --uncertainty (rank intervals), --sensitivity (Sobol indices), --remove-one, --compare, --dominance.

` + aboutMethods(),
		Example: `  gateway analyse index --data provinces.csv --entity province --at 2020
  gateway analyse index --data provinces.csv --entity province --base 1990-2020 --save-base iriec.json
  gateway analyse index --data provinces.csv --entity province --base iriec.json --change 2010-2020 --focus 辽宁
  gateway analyse index --data patents.csv --profile patents --entity province --focus 辽宁 --change 2010-2020 --uncertainty 10000 --html index.html
  gateway analyse index --data provinces.csv --entity province --at 2020 --uncertainty 10000 --vary normalise,composite,scale=population
  gateway analyse index --data ASEM_iData.csv --profile ASEM_iMeta.csv --entity uCode --time "" --group EurAsia_group --coherence value`,
		Args: exactArgs(0, "no arguments: name the table with --data"),
		RunE: func(c *cobra.Command, _ []string) error {
			if o.data == "" {
				return usageError{errors.New("name the table with --data"), c.CommandPath()}
			}
			return o.run(c.Context(), c, c.OutOrStdout())
		},
	}
	o.flags(c)
	return c
}

func (o *indexOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&o.data, "data", "", "`FILE` with the table, as CSV; - reads the standard input")
	f.StringVar(&o.profile, "profile", index.DefaultProfile, "hierarchy and weights: "+strings.Join(index.Builtins(), ", ")+", or a JSON or CSV `FILE`")
	f.StringVar(&o.Entity, "entity", "region", "`COLUMN` of regions")
	f.StringVar(&o.Time, "time", "year", "`COLUMN` of years; empty for a table of one year")
	f.StringVar(&o.Group, "group", "", "`COLUMN` of groups of regions, for group means")
	f.StringVar(&o.base, "base", "", "base panel: `YEARS` of the table such as 1990-2020, or a file that --save-base wrote")
	f.StringVar(&o.saveBase, "save-base", "", "freeze the base panel in this `FILE`")
	f.StringVar(&o.baseName, "base-name", "", "`NAME` of the base that is frozen")
	f.StringVar(&o.Method, "method", "", "named `METHOD`; without one the profile's own, or reference")
	for _, choice := range []struct {
		name    string
		choices []string
		about   string
	}{
		{"scale", []string{"total", "declared", "COLUMN"}, "what values are divided by"},
		{"missing", index.Missings, "what becomes of gaps"},
		{"normalise", index.Normalisations, "how indicators are made comparable"},
		{"scope", index.Scopes, "what normalising compares with"},
		{"carry", index.Carries, "what goes into the composite"},
		{"score", index.Scores, "what is published"},
		{"ties", index.TieRules, "where equal values stand"},
	} {
		o.choices[choice.name] = f.String(choice.name, "", choice.about+": "+strings.Join(choice.choices, ", "))
	}
	f.StringSliceVar(&o.aggregate, "aggregate", nil, "how children make a parent, from the lowest level up: "+strings.Join(index.Aggregations, ", "))
	f.BoolVar(&o.treat, "treat-outliers", false, "treat outliers as the handbook: skewness 2, kurtosis 3.5, 5 points, else the logarithm")
	f.StringVar(&o.options, "options", "", "other options of the method as `JSON`, such as {\"range\":[1,100]}")
	f.StringVar(&o.at, "at", "", "`YEARS` to show: 2020, or 2010,2015,2020, or 2010-2020; without it the last for people, all for --json")
	f.StringVar(&o.Focus, "focus", "", "one `REGION`: its line over the years, its change, its rank as what sensitivity is of")
	f.StringVar(&o.Change, "change", "", "how regions went from one year to another: 2010-2020")
	f.StringVar(&o.Coherence, "coherence", "", "correlations, alpha, components of: value, score, raw")
	f.BoolVar(&o.RemoveOne, "remove-one", false, "leave each indicator and dimension out in turn")
	f.StringSliceVar(&o.Compare, "compare", nil, "compare ranks under these named `METHODS`, or all")
	f.BoolVar(&o.Dominance, "dominance", false, "which pairs keep their order whatever the weights")
	f.IntVar(&o.Uncertainty, "uncertainty", 0, "rank intervals over this many `RUNS`")
	f.Float64Var(&o.Level, "level", 0.9, "share of runs that a rank interval holds")
	f.Float64Var(&o.noise, "noise", 0.25, "each weight varies by up to this share of itself")
	f.StringSliceVar(&o.Vary, "vary", nil, "what else varies: normalise, composite or aggregate, drop; scale=population, base=2000-2020 and the like; none (default: the standard ones)")
	f.StringVar(&o.factors, "factors", "", "more that varies, from a JSON `FILE`: [{\"name\":…,\"choices\":[{\"name\":…,\"method\":{…},\"drop\":…,\"base\":…}]}]")
	f.IntVar(&o.Sensitivity, "sensitivity", 0, "Sobol indices from this many base `POINTS`; runs are points × (factors + 2)")
	f.IntVar(&o.Bootstrap, "bootstrap", 1000, "resamples for the intervals of Sobol indices")
	f.BoolVar(&o.SplitWeights, "split-weights", false, "Sobol indices of each weight instead of all together")
	f.Uint64Var(&o.Seed, "seed", 1, "of everything random: the same seed gives the same numbers")
	o.reporting.flags(c)
}

func aboutMethods() string {
	var b strings.Builder
	b.WriteString("Methods:\n")
	for _, name := range index.Presets() {
		fmt.Fprintf(&b, "  %-17s %s\n", name, index.AboutPreset(name))
	}
	return b.String()
}

func (o *indexOptions) run(ctx context.Context, c *cobra.Command, out io.Writer) error {
	data, err := readTable(o.data)
	if err != nil {
		return err
	}
	if o.Profile, err = readProfile(o.profile); err != nil {
		return err
	}
	if err := o.readOptions(c); err != nil {
		return err
	}
	if err := o.readBase(); err != nil {
		return err
	}
	if o.factors != "" {
		text, err := os.ReadFile(o.factors)
		if err != nil {
			return fmt.Errorf("read the factors: %w", err)
		}
		if err := ledger.DecodeStrict(text, &o.Factors); err != nil {
			return fmt.Errorf("%s: %w", o.factors, err)
		}
	}
	if o.at != "" {
		if o.Years, err = yearList(o.at); err != nil {
			return err
		}
	}
	r, err := indexreport.Run(ctx, data, o.Request, follow(os.Stderr))
	if err != nil {
		return err
	}
	if o.saveBase != "" {
		if err := o.freeze(r.Base); err != nil {
			return err
		}
	}
	if given, err := o.give(out, r, r.Page); given {
		return err
	}
	printIndex(out, r, o.Focus, len(o.Years) > 0)
	return nil
}

// readProfile finds a profile: a file, or a built-in one.
func readProfile(name string) (*index.Profile, error) {
	extension := strings.ToLower(filepath.Ext(name))
	switch extension {
	case ".json":
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read the profile: %w", err)
		}
		p, err := index.ParseProfile(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return p, nil
	case ".csv":
		t, err := readTable(name)
		if err != nil {
			return nil, err
		}
		p, err := index.ProfileFromTable(t, strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return p, nil
	}
	return index.Builtin(name)
}

// readOptions gathers the choices that were made by flags.
func (o *indexOptions) readOptions(c *cobra.Command) error {
	chosen := map[string]any{}
	if o.options != "" {
		if err := ledger.DecodeStrict([]byte(o.options), &chosen); err != nil {
			return fmt.Errorf("--options: %w", err)
		}
	}
	for name, value := range o.choices {
		if *value != "" {
			chosen[name] = *value
		}
	}
	if len(o.aggregate) > 0 {
		chosen["aggregate"] = o.aggregate
	}
	if o.treat {
		chosen["outliers"] = index.Outliers{Skew: 2, Kurtosis: 3.5, MaxPoints: 5, Log: true}
	}
	var err error
	o.Options, err = json.Marshal(chosen)
	o.Noise = &o.noise
	if !c.Flags().Changed("vary") {
		o.Vary = nil
	}
	return err
}

var yearsPattern = regexp.MustCompile(`^\d{1,4}(-\d{1,4})?$`)

func (o *indexOptions) readBase() error {
	switch {
	case o.base == "":
		return nil
	case yearsPattern.MatchString(o.base):
		o.BaseYears = o.base
		return nil
	}
	file, err := os.Open(o.base)
	if err != nil {
		return fmt.Errorf("read the base panel: %w", err)
	}
	defer file.Close()
	if o.Base, err = index.ReadBase(file); err != nil {
		return fmt.Errorf("%s: %w", o.base, err)
	}
	return nil
}

// freeze writes the base panel that was used. A file that is there is not written over: a base does not change.
func (o *indexOptions) freeze(b *index.Base) error {
	if b == nil {
		return fmt.Errorf("--save-base: the base came from %s and is frozen already", o.base)
	}
	if o.baseName != "" {
		b.Name = o.baseName
	}
	file, err := os.OpenFile(o.saveBase, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("freeze the base panel: %w", err)
	}
	if err := errors.Join(b.Write(file), file.Close()); err != nil {
		return fmt.Errorf("freeze the base panel: %w", err)
	}
	return nil
}

// yearList reads 2010,2015 or 2010-2020.
func yearList(text string) ([]int, error) {
	var years []int
	for part := range strings.SplitSeq(text, ",") {
		from, to, err := robust.ParseYears(part)
		if err != nil {
			return nil, err
		}
		if to-from > 1000 {
			return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("%s are more than 1,000 years", part), "field", "at")
		}
		for y := from; y <= to; y++ {
			years = append(years, y)
		}
	}
	slices.Sort(years)
	return slices.Compact(years), nil
}
