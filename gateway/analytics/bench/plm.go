package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"fundtrace/gateway/analytics/panel"
)

// plmScript reads the same rows and prints seconds and numbers; reading and indexing are not counted.
const plmScript = `suppressPackageStartupMessages(library(plm))
d <- pdata.frame(read.csv(commandArgs(TRUE)[1]), index = c("entity", "time"))
fit <- system.time(m <- plm(y ~ x1 + x2 + x3 + x4 + x5, data = d, model = "within", effect = "twoways"))
cat("fit", fit[["elapsed"]], fit[["user.self"]] + fit[["sys.self"]], coef(m)[1], "\n")
flush(stdout())
err <- system.time(v <- vcovDC(m, type = "HC0"))
cat("err", err[["elapsed"]], err[["user.self"]] + err[["sys.self"]], sqrt(v[1, 1]), "\n")
`

// compare runs R's plm on the same rows: the fit, and errors clustered by both where they are ready in time.
func compare(d *panel.Data, r *panel.Result, ours cost, limit time.Duration) error {
	rscript, err := exec.LookPath("Rscript")
	if err != nil {
		fmt.Println("no comparison: Rscript is not installed (Debian: r-cran-plm)")
		return nil
	}
	dir, err := os.MkdirTemp("", "panel-bench")
	if err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "panel.csv")
	if err := writeRows(path, d); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	out, err := exec.CommandContext(ctx, rscript, "-e", plmScript, path).Output()
	if err != nil && ctx.Err() == nil {
		fmt.Printf("no comparison: R's plm did not run: %v\n", err)
		return nil
	}
	var all cost
	for line := range strings.Lines(string(out)) {
		var name string
		var clock, processor, value float64
		if _, err := fmt.Sscan(line, &name, &clock, &processor, &value); err != nil {
			return fmt.Errorf("the answer of R is %q: %w", line, err)
		}
		all.clock += time.Duration(clock * 1e9)
		all.processor += time.Duration(processor * 1e9)
		what, own := "R's plm, the fit", r.Coefficients[0].Estimate
		if name == "err" {
			what, own = "with errors, vcovDC", r.Coefficients[0].SE
		}
		fmt.Printf("%-26s %8.2f s, of processors %8.2f s  that is %.1f × and %.1f × ours, all of it\n", what, all.clock.Seconds(), all.processor.Seconds(), all.clock.Seconds()/ours.clock.Seconds(), all.processor.Seconds()/ours.processor.Seconds())
		if !near(own, value) {
			return fmt.Errorf("the two disagree: %v here, %v in R", own, value)
		}
	}
	if ctx.Err() != nil {
		fmt.Printf("R's plm was not ready after %v\n", limit)
	}
	return nil
}

func near(a, b float64) bool { return a-b < 1e-5*b && b-a < 1e-5*b } // R prints seven digits

func writeRows(path string, d *panel.Data) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write the rows for R: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	out := bufio.NewWriter(file)
	names := []string{"y", "x1", "x2", "x3", "x4", "x5"}
	fmt.Fprintln(out, "entity,time,"+strings.Join(names, ","))
	var line []byte
	for i := range d.Rows {
		line = append(line[:0], d.Keys["entity"][i]+","+d.Keys["time"][i]...)
		for _, name := range names {
			line = strconv.AppendFloat(append(line, ','), d.Numbers[name][i], 'g', 17, 64)
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return fmt.Errorf("write the rows for R: %w", err)
		}
	}
	return out.Flush()
}
