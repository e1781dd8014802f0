package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/width"

	"fundtrace/gateway/analytics/table"
)

// readTable reads a CSV file; - is the standard input.
func readTable(path string) (*table.Table, error) {
	in := os.Stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("read the table: %w", err)
		}
		defer file.Close()
		in = file
	}
	t, err := table.Read(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// grid is a table for the terminal. Names in Chinese take two places for each character, which text/tabwriter does not know.
type grid struct {
	rows [][]string
	left int // columns that are text, aligned left; the others are numbers
}

func (g *grid) row(cells ...any) {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = fmt.Sprint(c)
	}
	g.rows = append(g.rows, row)
}

func (g *grid) print(out io.Writer) {
	var widths []int
	for _, row := range g.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], places(cell))
		}
	}
	for _, row := range g.rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-places(cell))
			if i > 0 {
				line.WriteString("  ")
			}
			if i < g.left {
				line.WriteString(cell + pad)
			} else {
				line.WriteString(pad + cell)
			}
		}
		fmt.Fprintln(out, strings.TrimRight(line.String(), " "))
	}
}

// places is how many places a text takes on a terminal.
func places(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n++
		}
		n++
	}
	return n
}

// follow shows on a terminal how far a long computation has come; elsewhere it is silent.
func follow(err *os.File) func(stage string, done, total int) {
	if info, failed := err.Stat(); failed != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(stage string, done, total int) {
		fmt.Fprintf(err, "\r%s %d %%  ", stage, 100*done/total)
		if done == total {
			fmt.Fprint(err, "\r\033[K")
		}
	}
}
