package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"fundtrace/gateway/analytics/paper"
)

// paperOptions are the flags of analyse paper.
type paperOptions struct {
	paper.Request
	reporting
	patents string
	csv     bool
}

func analysePaperCommand() *cobra.Command {
	var o paperOptions
	c := &cobra.Command{
		Use:   "paper",
		Short: "Rebuild and audit the numbers of the paper that the project comes from",
		Long: `analyse paper rebuilds Tables 1 to 3 of the Liaoning paper from facts typed into the program with their place, computes every
growth rate and rank change again, checks each printed score against the grid k/961, weighs the ways in which the scores could have
been computed, and lists where text and tables disagree. It needs no data.

The numbers come in two vintages: "table", Tables 2 and 3; "text", the same with the values of 2020 that the running text gives.
Both lie on the grid with other ranks, so that two versions of the data were mixed.

With --patents FILE, a table of patents granted with the columns province, year and total, “score up, rank down” is shown on open data.`,
		Example: `  gateway analyse paper
  gateway analyse paper --vintage text --csv > liaoning.csv
  gateway analyse paper --patents cn_province_patents_granted_2010_2023.csv --html paper.html --language en`,
		Args: exactArgs(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context(), c, c.OutOrStdout()) },
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&o.Vintage, "vintage", "both", "of the numbers: table, text, both")
	f.StringVar(&o.patents, "patents", "", "`FILE` with patents granted by province and year, to show the paradox on")
	f.BoolVar(&o.csv, "csv", false, "print the scores and ranks of one vintage as a table that diagnose reads")
	o.flags(c)
	return c
}

func (o *paperOptions) run(ctx context.Context, c *cobra.Command, out io.Writer) error {
	if o.csv {
		vintages, err := paper.ReadVintage(o.Vintage)
		if err != nil {
			return err
		}
		if len(vintages) != 1 {
			return usageError{errors.New("--csv prints one vintage: name it with --vintage"), c.CommandPath()}
		}
		return writeCSV(out, paper.Table(vintages[0]))
	}
	if o.patents != "" {
		var err error
		if o.Patents, err = readTable(o.patents); err != nil {
			return err
		}
	}
	a, err := paper.Run(ctx, o.Request)
	if err != nil {
		return err
	}
	if given, err := o.give(out, a, a.Page); given {
		return err
	}
	printPaper(out, a)
	return nil
}
