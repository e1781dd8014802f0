package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/api"
	"fundtrace/gateway/rulepack"
)

// pack is what a file of rules holds.
type pack struct {
	Rules     []ledger.Rule     `json:"rules"`
	Calendars []ledger.Calendar `json:"calendars"`
}

func rulesCommand(o *importOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "rules [FILE]",
		Short: "Publish the rules of supply-chain finance and bank calendars",
		Long: `import rules publishes every version of a rule and every calendar that is not on the ledger yet, all or none. Without a
FILE it publishes the pack that comes with the gateway; a FILE is JSON: {"rules": [...], "calendars": [...]}, as
GET /api/v1/rules and /api/v1/calendars show them.

A version that is published never changes. Where the file says something else of it, nothing is published: write the
change as the next version. The same file again changes nothing.`,
		Example: "  gateway import rules --dry-run\n  gateway import rules caps-2026.json",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{fmt.Errorf("%s takes at most one FILE", c.CommandPath()), c.CommandPath()}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return o.rules(c.Context(), args, c.OutOrStdout()) },
	}
}

// rulesReport says what became of a pack.
type rulesReport struct {
	Rules     []string `json:"rules"`     // published, or to be published in a dry run, as S-TRM-01@1
	Calendars []string `json:"calendars"` // as 2026@1
	Known     int      `json:"known"`     // that the ledger has already
	Entry     string   `json:"entry,omitempty"`
}

func (o *importOptions) rules(ctx context.Context, args []string, out io.Writer) error {
	p := pack{rulepack.SCF(), rulepack.Calendars()}
	if len(args) == 1 {
		text, err := os.ReadFile(args[0])
		if err != nil {
			return fmt.Errorf("read the rules: %w", err)
		}
		p = pack{}
		if err := ledger.DecodeStrict(text, &p); err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
	}
	c, err := o.connect(ctx)
	if err != nil {
		return err
	}
	var rules api.Rules
	if err := c.Get(ctx, "/rules", &rules); err != nil {
		return err
	}
	var calendars api.Calendars
	if err := c.Get(ctx, "/calendars", &calendars); err != nil {
		return err
	}
	r, ops, err := p.missing(rules, calendars)
	if err != nil {
		return err
	}
	if len(ops) > 0 && !o.dryRun {
		text, err := json.Marshal(ops)
		if err != nil {
			return fmt.Errorf("encode the rules: %w", err)
		}
		sum := sha256.Sum256(text)
		w, err := c.PostEntry(ctx, ledger.Entry{Key: "rules-" + hex.EncodeToString(sum[:20]), Ops: ops})
		if err != nil {
			return err
		}
		r.Entry = w.Entry
	}
	if o.json {
		return writeJSON(out, r)
	}
	return r.print(out)
}

// missing are the operations that publish what the ledger does not have. Errors: VERSION_CONFLICT where it has a version
// that says something else.
func (p *pack) missing(rules api.Rules, calendars api.Calendars) (*rulesReport, []ledger.Op, error) {
	published := map[string]any{}
	for i := range rules.Rules {
		for _, v := range rules.Rules[i].Versions {
			published[ruleTag(&v.Rule)] = v.Rule
		}
	}
	latest := map[int]int{}
	for i := range calendars.Calendars {
		c := calendars.Calendars[i].Calendar
		published[calendarTag(&c)], latest[c.Year] = c, c.Version
	}
	r := &rulesReport{Rules: []string{}, Calendars: []string{}}
	var ops []ledger.Op
	known := func(tag string, mine any) (bool, error) {
		theirs, ok := published[tag]
		if ok && !sameJSON(mine, theirs) {
			return true, ledger.Refuse(ledger.VersionConflict, tag+" is published and says something else: write the change as the next version", "version", tag)
		}
		return ok, nil
	}
	for i := range p.Rules {
		tag := ruleTag(&p.Rules[i])
		if ok, err := known(tag, p.Rules[i]); err != nil {
			return nil, nil, err
		} else if ok {
			r.Known++
			continue
		}
		r.Rules = append(r.Rules, tag)
		ops = append(ops, ledger.Op{Type: ledger.RulePublish, Rule: &p.Rules[i]})
	}
	for i := range p.Calendars {
		c := &p.Calendars[i]
		if ok, err := known(calendarTag(c), *c); err != nil {
			return nil, nil, err
		} else if ok || c.Version < latest[c.Year] { // only the latest version of a year is kept
			r.Known++
			continue
		}
		r.Calendars = append(r.Calendars, calendarTag(c))
		ops = append(ops, ledger.Op{Type: ledger.CalendarPublish, Calendar: c})
	}
	return r, ops, nil
}

func ruleTag(r *ledger.Rule) string         { return fmt.Sprintf("%s@%d", r.ID, r.Version) }
func calendarTag(c *ledger.Calendar) string { return fmt.Sprintf("%d@%d", c.Year, c.Version) }

// sameJSON compares two records as they are written: an absent list and an empty one are the same.
func sameJSON(a, b any) bool {
	var x, y any
	for _, pair := range []struct{ from, to any }{{a, &x}, {b, &y}} {
		text, err := json.Marshal(pair.from)
		if err != nil || json.Unmarshal(text, pair.to) != nil {
			return false
		}
	}
	return reflect.DeepEqual(x, y)
}

func (r *rulesReport) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	for _, tag := range r.Rules {
		fmt.Fprintf(w, "rule\t%s\n", tag)
	}
	for _, tag := range r.Calendars {
		fmt.Fprintf(w, "calendar\t%s\n", tag)
	}
	n := len(r.Rules) + len(r.Calendars)
	switch {
	case n == 0:
		fmt.Fprintf(w, "Everything is published already (%d versions).\n", r.Known)
	case r.Entry == "":
		fmt.Fprintf(w, "%d versions would be published, %d are already. Nothing was recorded.\n", n, r.Known)
	default:
		fmt.Fprintf(w, "%d versions were published in entry %s, %d had been already.\n", n, r.Entry, r.Known)
	}
	return w.Flush()
}
