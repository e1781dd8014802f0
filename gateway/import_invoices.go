package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/api"
	"fundtrace/gateway/client"
)

func invoicesCommand(o *importOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "invoices FILE...",
		Short: "Register invoices: UBL 2.1+ documents and tables",
		Long: `import invoices sends UBL documents (XML) and tables of invoices (CSV) to a gateway that shares the consortium's key, and
registers all of their invoices or none. Numbers and codes go no further than that gateway: what is recorded is the
fingerprint. The answer says which invoices somebody else had registered already, and which look like another one.

The same files again change nothing. GET /api/v1/templates/invoices.csv answers the template of tables.`,
		Example: "  gateway import invoices january/*.xml --user s1@enterprise\n  gateway import invoices invoices.csv --user s1@enterprise --dry-run",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New("name at least one FILE"), c.CommandPath()}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return o.invoices(c.Context(), args, c.OutOrStdout()) },
	}
}

// invoices sends the files in one request. Its key follows from them.
func (o *importOptions) invoices(ctx context.Context, paths []string, out io.Writer) error {
	files := make([]client.File, len(paths))
	sum := sha256.New()
	for i, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read the invoices: %w", err)
		}
		files[i] = client.File{Name: filepath.Base(path), Content: content}
		fmt.Fprintf(sum, "%s %d\n", files[i].Name, len(content))
		sum.Write(content)
	}
	c, err := o.connect(ctx)
	if err != nil {
		return err
	}
	key := "invoices-" + hex.EncodeToString(sum.Sum(nil)[:20])
	if o.dryRun {
		var p api.Preview
		if err := c.PostFiles(ctx, "/invoices/import?preview=true", key, files, &p); err != nil {
			return err
		}
		return o.previewed(out, &p)
	}
	var got api.ImportedInvoices
	if err := c.PostFiles(ctx, "/invoices/import", key, files, &got); err != nil {
		return err
	}
	if o.json {
		return writeJSON(out, got)
	}
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	for _, i := range got.Invoices {
		fmt.Fprintf(w, "%s:%d\t%s\t%s\t%s\n", i.File, i.Row, i.Fingerprint, i.State, remarks(&i))
	}
	fmt.Fprintf(w, "%d invoices in entry %s.\n", len(got.Invoices), got.Entry)
	return w.Flush()
}

func remarks(i *api.ImportedInvoice) string {
	text := ""
	if i.Duplicate {
		text = "registered by somebody else before"
	}
	for _, n := range i.Near {
		if text != "" {
			text += "; "
		}
		text += fmt.Sprintf("%d others agree in %s", int64(len(n.Invoices))+n.Hidden, n.Agree)
	}
	return text
}

// previewed prints what an import would do. The answer is no where something is wrong.
func (o *importOptions) previewed(out io.Writer, p *api.Preview) error {
	var err error
	if o.json {
		err = writeJSON(out, p)
	} else {
		w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
		fmt.Fprintf(w, "%d rows can be read. Nothing was recorded.\n", p.Rows)
		for _, e := range p.Errors {
			fmt.Fprintf(w, "%s:%d\t%s\t%s\t%s\n", e.File, e.Row, e.Column, e.Code, e.Detail)
		}
		err = w.Flush()
	}
	if err == nil && !p.Recordable {
		err = errAnswerNo
	}
	return err
}

// send records a table that the gateway itself turns into operations, as it is.
func (o *importOptions) send(ctx context.Context, path string, content []byte, r *tableReport) error {
	c, err := o.connect(ctx)
	if err != nil {
		return err
	}
	var w client.Written
	if err := c.PostFile(ctx, path, "csv-"+r.SHA256[:40], "text/csv", content, &w); err != nil {
		var refused *ledger.Error
		if errors.As(err, &refused) {
			return fmt.Errorf("%s, by line: %w", r.File, err)
		}
		return err
	}
	r.Entry, r.Replayed = w.Entry, w.Replayed
	return nil
}
