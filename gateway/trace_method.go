package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"fundtrace/gateway/client"
	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/attribution"
	"fundtrace/gateway/trace/convention"
)

// momentOptions say as of which day, and as known at which block, a gateway is asked.
type momentOptions struct{ asOf, knownAt string }

func (o *momentOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.asOf, "as-of", "", "value `DATE` YYYY-MM-DD: only what was true by then counts")
	f.StringVar(&o.knownAt, "known-at", "", "`BLOCK`: only what blocks up to it tell counts")
}

func (o *momentOptions) add(q url.Values) {
	for name, v := range map[string]string{"as_of": o.asOf, "known_at": o.knownAt} {
		if v != "" {
			q.Set(name, v)
		}
	}
}

// byMethod asks a gateway what conventions say of a source: one of them, all side by side, or all about one target.
func byMethod(ctx context.Context, c *client.Client, o traceOptions, source string, out io.Writer) error {
	query := url.Values{"source": {source}, "inside": {o.inside}, "order": {o.order}, "depth": {strconv.Itoa(o.depth)}}
	o.add(query)
	path := "/traces/table?"
	methods := strings.ToUpper(strings.ReplaceAll(o.method, " ", ""))
	switch {
	case o.target != "":
		path = "/traces/comparison?"
		query.Del("depth")
		query.Set("target", o.target)
	case methods != "ALL" && methods != "" && !strings.Contains(methods, ","):
		query.Set("method", methods)
		return oneMethod(ctx, c, o, query, out)
	}
	if methods != "ALL" && methods != "" {
		query.Set("methods", methods)
	}
	var raw json.RawMessage
	if err := c.Get(ctx, path+query.Encode(), &raw); err != nil {
		return err
	}
	switch {
	case o.format == "json":
		_, err := fmt.Fprintln(out, string(raw))
		return err
	case o.target != "" && o.format == "text":
		return show(out, raw, printBounds)
	case o.target != "" && o.format == "csv":
		return show(out, raw, comparisonCSV)
	case o.format == "text":
		return show(out, raw, printMethods)
	case o.format == "csv":
		return show(out, raw, tableCSV)
	}
	return usageError{fmt.Errorf("--format %s takes one --method and no --target", o.format), "gateway trace"}
}

// oneMethod asks for one convention, and for every page of its lines where they are written out.
func oneMethod(ctx context.Context, c *client.Client, o traceOptions, query url.Values, out io.Writer) error {
	limit := o.limit
	if o.format == "csv" {
		limit = trace.MaxRows
	}
	query.Set("limit", strconv.Itoa(limit))
	var all attribution.Answer
	for {
		var raw json.RawMessage
		if err := c.Get(ctx, "/traces?"+query.Encode(), &raw); err != nil {
			return err
		}
		if o.format == "json" {
			_, err := fmt.Fprintln(out, string(raw))
			return err
		}
		var a attribution.Answer
		if err := json.Unmarshal(raw, &a); err != nil {
			return fmt.Errorf("the gateway's answer cannot be read: %w", err)
		}
		lines := append(all.Lines, a.Lines...)
		all = a
		all.Lines = lines
		if a.Next == "" || o.format != "csv" {
			break
		}
		query.Set("cursor", a.Next)
	}
	switch o.format {
	case "text":
		return printByMethod(out, &all)
	case "csv":
		return linesCSV(out, &all)
	case "dot":
		return convention.WriteDOT(out, all.Source+" "+all.Version, edgesOf(all.Edges))
	case "gexf":
		return convention.WriteGEXF(out, edgesOf(all.Edges))
	}
	return errFormat
}

func edgesOf(list []attribution.Edge) []convention.Edge {
	out := make([]convention.Edge, len(list))
	for i, e := range list {
		out[i] = convention.Edge{From: e.From, To: e.To, Amount: e.Amount, Count: e.Payments}
	}
	return out
}

// linesCSV writes every payment that carried money of the source. Amounts are minor units.
func linesCSV(out io.Writer, a *attribution.Answer) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"version", "movement", "lots", "kind", "stage", "level", "date", "dated", "from", "to", "payee", "amount", "of_source", "source_before", "source_after", "held_before", "currency"}}
	for _, l := range a.Lines {
		rows = append(rows, []string{a.Version, l.Movement, strings.Join(l.Lots, " "), string(l.Kind), string(l.Stage), strconv.Itoa(int(l.Level)), l.Date, l.Dated, l.From, l.To, l.Payee,
			minor(l.Amount), minor(l.Of), minor(l.Before), minor(l.After), minor(l.Held), a.Currency})
	}
	return w.WriteAll(rows)
}

func minor(v int64) string { return strconv.FormatInt(v, 10) }

// tableCSV writes one row for each place and method.
func tableCSV(out io.Writer, t *attribution.Table) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"source", "place", "kind", "owner", "fund", "depth", "version", "received", "holds", "currency"}}
	for i := range t.Rows {
		r := &t.Rows[i]
		for _, c := range r.Cells {
			k := slices.IndexFunc(t.Columns, func(x attribution.Column) bool { return x.Method == c.Method })
			rows = append(rows, []string{t.Source, r.ID, string(r.Kind), r.Owner, r.Fund, strconv.Itoa(r.Depth), t.Columns[k].Version, minor(c.Received), minor(c.Holds), t.Currency})
		}
	}
	return w.WriteAll(rows)
}

// comparisonCSV writes one row for each method, and one for the bounds.
func comparisonCSV(out io.Writer, c *attribution.Comparison) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"source", "target", "version", "reached", "holds", "least", "most", "inflow", "refused", "currency"}}
	for _, f := range c.Figures {
		rows = append(rows, []string{c.Source, c.Target, f.Version, minor(f.Amount), minor(f.Holds), "", "", "", f.Code, c.Currency})
	}
	if b := c.Bounds; b != nil {
		rows = append(rows, []string{c.Source, c.Target, "BOUNDS", "", "", minor(b.Least), minor(b.Most), minor(b.Inflow), "", c.Currency})
	}
	return w.WriteAll(rows)
}

// writeRecorded writes the recorded trace of a lot in another form than text or JSON: as a table, every page of it.
func writeRecorded(ctx context.Context, c *client.Client, path string, query url.Values, format string, out io.Writer) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"depth", "lot", "parent", "movement", "kind", "stage", "level", "date", "from", "to", "payee", "purpose", "amount", "drawn", "remaining", "parent_before", "parent_after", "currency"}}
	query.Set("limit", strconv.Itoa(trace.MaxRows))
	for {
		var a trace.Answer
		if err := c.Get(ctx, path+query.Encode(), &a); err != nil {
			return err
		}
		edges := make([]convention.Edge, len(a.Links))
		for i, l := range a.Links {
			edges[i] = convention.Edge{From: l.From, To: l.To, Amount: l.Amount, Count: l.Movements}
		}
		switch format {
		case "dot":
			return convention.WriteDOT(out, a.Lot+" recorded", edges)
		case "gexf":
			return convention.WriteGEXF(out, edges)
		case "csv":
		default:
			return errFormat
		}
		for i := range a.Rows {
			r := &a.Rows[i]
			rows = append(rows, []string{strconv.Itoa(r.Depth), r.Lot, r.Parent, r.Movement, string(r.Kind), string(r.Stage), strconv.Itoa(int(r.Level)), r.Date, r.From, r.To, r.Payee,
				string(r.Purpose), minor(r.Amount), minor(r.Drawn), minor(r.Remaining), minor(r.Before), minor(r.After), a.Currency})
		}
		if a.Next == "" {
			return w.WriteAll(rows)
		}
		query.Set("cursor", a.Next)
	}
}

// errFormat refuses a form that does not exist.
var errFormat = usageError{fmt.Errorf("--format is text, json, csv, dot or gexf"), "gateway trace"}
