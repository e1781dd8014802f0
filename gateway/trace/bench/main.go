// Command bench measures tracing on generated forests, beside PostgreSQL's recursive query on the same data, the same
// machine and in the same run, where PostgreSQL is installed.
//
//	go run ./gateway/trace/bench                       # 100,000 and 1,000,000 lots
//	go run ./gateway/trace/bench --lots 10000000       # ten million
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"text/tabwriter"
)

func main() {
	sizes := flag.String("lots", "100000,1000000", "sizes of the forests, in lots")
	rounds := flag.Int("rounds", 7, "rounds of each measurement; the median counts")
	asJSON := flag.Bool("json", false, "print JSON")
	without := flag.Bool("without-postgres", false, "leave PostgreSQL out")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *sizes, *rounds, *asJSON, *without); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// Report is everything that one run measured.
type Report struct {
	Forests     []Forest    `json:"forests"`
	Conventions Conventions `json:"conventions"`
	Postgres    string      `json:"postgres,omitempty"` // version; empty: not measured
}

func run(ctx context.Context, sizes string, rounds int, asJSON, without bool) error {
	var counts []int
	for _, text := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 20_000 || n > 20_000_000 {
			return fmt.Errorf("--lots takes numbers from 20000 to 20000000, not %q", text)
		}
		counts = append(counts, n)
	}
	if rounds < 1 {
		return fmt.Errorf("--rounds takes a positive number")
	}
	var report Report
	var db *postgres
	if !without {
		var err error
		if db, err = startPostgres(ctx); err != nil {
			return err
		}
		if db != nil {
			defer db.stop()
			report.Postgres = db.version
		} else {
			fmt.Fprintln(os.Stderr, "bench: PostgreSQL is not installed (Debian package postgresql): measured without it")
		}
	}
	for _, n := range counts {
		fmt.Fprintf(os.Stderr, "bench: forest of %d lots\n", n)
		f, err := measureForest(ctx, n, rounds, db)
		if err != nil {
			return err
		}
		report.Forests = append(report.Forests, *f)
	}
	c, err := measureConventions(ctx)
	if err != nil {
		return err
	}
	report.Conventions = *c
	if asJSON {
		return json.NewEncoder(os.Stdout).Encode(report)
	}
	report.print()
	return nil
}

func (r *Report) print() {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "lots\tbytes/lot\tdescendants\twhole answer\ttotals alone\tPostgreSQL\tratio of totals")
	for _, f := range r.Forests {
		other, ratio := "–", "–"
		if p := f.Postgres; p != nil {
			other, ratio = p.String(), fmt.Sprintf("%.0f × (CPU %.0f ×)", p.MS/f.Totals.MS, p.CPU/f.Totals.CPU)
		}
		fmt.Fprintf(t, "%d\t%.0f\t%d\t%v\t%v\t%s\t%s\n", f.Lots, f.BytesPerLot, f.Descendants, f.Trace, f.Totals, other, ratio)
	}
	_ = t.Flush()
	fmt.Printf("\nevery method and the bounds over an account with %d movements: %v\n", r.Conventions.Movements, r.Conventions.Took)
	if r.Postgres != "" {
		fmt.Println(r.Postgres)
	}
}
