package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"fundtrace/gateway/evidence/statement"
)

// statementOptions are the flags of statement.
type statementOptions struct {
	asker
	out     string
	request statement.Request
}

func statementCommand() *cobra.Command {
	var o statementOptions
	c := &cobra.Command{
		Use:   "statement (--lots ID,… | --movements ID,… | --disclose ID) --out FILE",
		Short: "Have bank, finance bureau and audit office sign what the ledger says",
		Long: `statement asks a running gateway for a small file in which peers of bank, finance bureau and audit office sign what the
ledger says of lots and movements at this moment. Anybody verifies it offline with gateway verify.

With --disclose the file shows one movement as it was recorded, without the others of its entry: they appear as digests,
which tell nothing.

A statement is the word of three organisations. Who wants the blocks themselves asks for an evidence pack.`,
		Example: `  gateway statement --lots 0123456789abcdef0123.0.0,0123456789abcdef0123.1.0 --out balance.json
  gateway statement --movements 0123456789abcdef0123.0 --user custodian@bank --out payment.json
  gateway statement --disclose 0123456789abcdef0123.17 --out row17.json`,
		Args: exactArgs(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.request.Check(); err != nil {
				return usageError{err, c.CommandPath()}
			}
			return o.run(c.Context(), c.OutOrStdout())
		},
	}
	o.flags(c)
	f := c.Flags()
	f.StringVarP(&o.out, "out", "o", "statement.json", "`FILE` to write")
	f.StringSliceVar(&o.request.Lots, "lots", nil, "lots, by their `ID`s")
	f.StringSliceVar(&o.request.Movements, "movements", nil, "movements, by their `ID`s")
	f.StringVar(&o.request.Disclose, "disclose", "", "a movement to show by itself, by its `ID`")
	return c
}

// run asks for the file, verifies it and writes it.
func (o *statementOptions) run(ctx context.Context, out io.Writer) error {
	c, err := o.connect(ctx)
	if err != nil {
		return err
	}
	var r *statement.Report
	var export string
	err = intoPlace(o.out, func(f *os.File) error {
		header, err := c.Download(ctx, "/statements", o.request, f)
		if err != nil {
			return err
		}
		export = header.Get("X-Export-Id")
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read the statement again: %w", err)
		}
		if r, err = readStatement(f, statement.Options{}); err != nil {
			return fmt.Errorf("what the gateway answered does not verify: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %s, as of %s, export %s\nhash of block 0: %s\n", o.out, r.Question, r.At, export, r.Genesis)
	return err
}

// readStatement verifies a file that is open at its beginning.
func readStatement(f io.Reader, o statement.Options) (*statement.Report, error) {
	data, err := io.ReadAll(io.LimitReader(f, statement.MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read the statement: %w", err)
	}
	return statement.Verify(data, o)
}
