package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// analyseCommand gathers the analyses: each works on plain CSV files, without a ledger or a server.
func analyseCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "analyse",
		Short: "Analyse tables: the composite index and what goes with it",
		Long: `analyse computes on plain CSV files; it needs no ledger and no server. The first row of a file names its columns. Every
result says what it was computed with: options, base panel, seed, version.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("there is no analysis %q", args[0]), c.CommandPath()}
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(analyseIndexCommand())
	c.AddCommand(analysePanelCommand(), analyseRankCommand())
	c.AddCommand(analyseRelateCommand(), analyseFlowsCommand())
	c.AddCommand(analysePaperCommand(), analyseDiagnoseCommand())
	c.AddCommand(analyseEventCommand(), analyseSyntheticCommand())
	return c
}
