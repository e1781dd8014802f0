package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/pflag"

	"fundtrace/gateway/trace/convention"
)

// fileOptions are the flags of trace that follow money through a file of movements, without a gateway.
type fileOptions struct{ file, source, target, method, inside, order, format string }

func (o *fileOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.file, "file", "", "follow the movements of a CSV `FILE` (id,date,seq,from,to,amount[,earmark][,tag]) instead of asking a gateway")
	f.StringVar(&o.source, "source", "", "`ID` of the money that is followed: a lot, a fund, a funding source or PUBLIC; with --file an id or tag of new money")
	f.StringVar(&o.target, "target", "", "`ID` of the account, fund or party that the money reached")
	f.StringVar(&o.method, "method", "", "all, or some of RECORDED,SPECIFIC,FIFO,LIFO,PRO_RATA,LIBR,POISON; a lot's recorded trace when absent, and all with --source")
	f.StringVar(&o.inside, "inside", string(convention.Blend), "inside a deposit of mixed origin, BLEND or ORDERED")
	f.StringVar(&o.order, "order", string(convention.BySequence), "order of one day, SEQUENCE or CREDITS_FIRST")
	f.StringVar(&o.format, "format", "text", "text, json, csv (every payment by hand), dot or gexf (of one method)")
}

// traceFile answers a question about a file of movements.
func traceFile(ctx context.Context, o fileOptions, out io.Writer) error {
	in, err := os.Open(o.file)
	if err != nil {
		return err
	}
	defer in.Close()
	movements, err := convention.ReadCSV(in)
	if err != nil {
		return err
	}
	book, err := convention.Open(movements, convention.Order(o.order))
	if err != nil {
		return err
	}
	var methods []convention.Method
	if o.method != "" && !strings.EqualFold(o.method, "all") {
		for _, m := range strings.Split(o.method, ",") {
			methods = append(methods, convention.Method(strings.ToUpper(strings.TrimSpace(m))))
		}
	}
	switch o.format {
	case "text", "json":
		answer, err := convention.Ask(ctx, book, convention.Question{Source: o.source, Target: o.target, Methods: methods, Inside: convention.Inside(o.inside)})
		if err != nil {
			return err
		}
		if o.format == "json" {
			e := json.NewEncoder(out)
			e.SetIndent("", "  ")
			return e.Encode(answer)
		}
		return printComparisons(out, answer)
	case "csv", "dot", "gexf":
		return exportTrace(ctx, book, o, methods, out)
	}
	return errFormat
}

// exportTrace writes what one method says of one source.
func exportTrace(ctx context.Context, book *convention.Book, o fileOptions, methods []convention.Method, out io.Writer) error {
	if len(methods) != 1 || o.source == "" {
		return fmt.Errorf("--format %s takes one --method and a --source", o.format)
	}
	r, err := convention.Run(ctx, book, convention.Options{Method: methods[0], Inside: convention.Inside(o.inside), Protected: o.source})
	if err != nil {
		return err
	}
	if !slices.Contains(r.Sources, o.source) {
		return fmt.Errorf("no new money is of source %q", o.source)
	}
	switch o.format {
	case "dot":
		return convention.WriteDOT(out, o.source+" "+r.Version, r.Graph(o.source))
	case "gexf":
		return convention.WriteGEXF(out, r.Graph(o.source))
	}
	w := csv.NewWriter(out)
	rows := [][]string{{"version", "movement", "date", "from", "to", "amount", "of_source", "source_before", "source_after"}}
	for _, l := range r.Lines(o.source) {
		rows = append(rows, []string{r.Version, l.Movement, l.Date, l.From, l.To, minor(l.Amount), minor(l.Source), minor(l.Before), minor(l.After)})
	}
	return w.WriteAll(rows)
}

func printComparisons(out io.Writer, answer []convention.Comparison) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "source\ttarget\tmethod\treached\tholds\tversion\t")
	for _, c := range answer {
		for _, f := range c.Figures {
			if f.Refused != "" {
				fmt.Fprintf(w, "%s\t%s\t%s\t–\t–\t%s\t\n", c.Source, c.Target, f.Method, f.Code)
				continue
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%s\t\n", c.Source, c.Target, f.Method, f.Amount, f.Holds, f.Version)
		}
		fmt.Fprintf(w, "%s\t%s\tbounds\t%d … %d\t\tof %d\t\n", c.Source, c.Target, c.Least, c.Most, c.Inflow)
	}
	if len(answer) == 0 {
		fmt.Fprintln(w, "nothing of it can have come there")
	}
	fmt.Fprintln(w, "\namounts are minor units; every method but POISON lies within the bounds, which no convention leaves")
	return w.Flush()
}
