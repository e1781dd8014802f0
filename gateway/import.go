package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/api"
	"fundtrace/gateway/bulk"
	"fundtrace/gateway/client"
	"fundtrace/gateway/iati"
)

// importOptions are the flags of import.
type importOptions struct {
	asker
	dryRun, json bool
	list         int
}

func importCommand() *cobra.Command {
	var o importOptions
	c := &cobra.Command{
		Use:   "import",
		Short: "Record published activity files, tables, invoices and rules",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return usageError{errors.New("say what to import: iati FILE, csv OPERATION FILE, invoices FILE... or rules [FILE]"), c.CommandPath()}
		},
	}
	published := &cobra.Command{
		Use:   "iati FILE",
		Short: "Record an IATI activity file as it was published",
		Long: `import iati reads an activity file of the International Aid Transparency Initiative (versions 1.x and 2.x) and records
its organisations, an account for every activity and currency, and the movements of money between them.

The report says what became of every transaction: read = recorded + refused, each refusal with line and reason. Money
that flows out beyond what came in gets a root of unknown origin and is listed. The same file again changes nothing.`,
		Example: "  gateway import iati activities.xml --dry-run\n  gateway import iati activities.xml --json > report.json",
		Args:    exactArgs(1, "one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			return o.published(c.Context(), args[0], c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	published.Flags().IntVar(&o.list, "list", 20, "list at most this many refusals and roots of unknown origin; --json lists all")
	table := &cobra.Command{
		Use:   "csv OPERATION FILE",
		Short: "Record the rows of a table, all or none",
		Long: `import csv reads a table in UTF-8 or GB18030 with Chinese or English headers, and records all of its rows or none.
GET /api/v1/templates/OPERATION.csv answers the template. Operations: ` + operations() + ".",
		Example: "  gateway import csv disbursements payments.csv --user shenyang@manager --dry-run",
		Args:    exactArgs(2, "an OPERATION and a FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			return o.table(c.Context(), bulk.Operation(args[0]), args[1], c.OutOrStdout())
		},
	}
	invoices, rules := invoicesCommand(&o), rulesCommand(&o)
	for _, sub := range []*cobra.Command{published, table, invoices, rules} {
		o.flags(sub)
		sub.Flags().Lookup("user").Usage = "`NAME` of the user who records"
		if err := sub.Flags().Set("user", "officer@finance"); err != nil {
			panic(err) // the flag was defined two lines above
		}
		sub.Flags().Lookup("user").DefValue = "officer@finance"
		sub.Flags().BoolVar(&o.dryRun, "dry-run", false, "read and report, record nothing")
		sub.Flags().BoolVar(&o.json, "json", false, "print the report as JSON")
	}
	c.AddCommand(published, table, invoices, rules)
	return c
}

func operations() string {
	var names []string
	for _, op := range bulk.Operations() {
		names = append(names, string(op))
	}
	return strings.Join(names, ", ")
}

// published imports an activity file. The report is printed even where recording fails half-way: it says how far it came.
func (o *importOptions) published(ctx context.Context, path string, out, progress io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the activity file: %w", err)
	}
	defer f.Close()
	file, err := iati.Read(f, iati.DefaultLimits)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	writer := o.user
	var gateway *client.Client
	if !o.dryRun {
		if gateway, err = o.connect(ctx); err != nil {
			return err
		}
		who := gateway.Session()
		if who.MSP != ledger.FinanceMSP || who.Role != ledger.RoleOfficer {
			return ledger.Refuse(ledger.NotPermitted, "published figures are recorded by an officer of the finance bureau: name one with --user", "user", who.User)
		}
		writer = who.User
	}
	plan, err := iati.NewPlan(filepath.Base(path), file, iati.Options{Writer: writer})
	if err != nil {
		return err
	}
	var failed error
	if !o.dryRun {
		failed = plan.Record(ctx, posting(gateway), func(e iati.ReportEntry) {
			state := "recorded"
			if e.Replayed {
				state = "was recorded before"
			}
			fmt.Fprintf(progress, "entry %s: %d operations, %s\n", e.Key, e.Ops, state)
		})
	}
	if o.json {
		err = writeJSON(out, plan.Report)
	} else {
		err = plan.Report.Print(out, o.list)
	}
	return errors.Join(failed, err)
}

// posting submits entries through a gateway.
func posting(gateway *client.Client) iati.Post {
	return func(ctx context.Context, e ledger.Entry) (string, bool, error) {
		w, err := gateway.PostEntry(ctx, e)
		if err != nil {
			return "", false, err
		}
		return w.Entry, w.Replayed, nil
	}
}

// tableReport says what became of a table.
type tableReport struct {
	File     string          `json:"file"`
	SHA256   string          `json:"sha256"`
	Rows     int             `json:"rows"`
	Encoding bulk.Encoding   `json:"encoding"`
	Unit     bulk.Unit       `json:"unit,omitempty"`
	Errors   []bulk.RowError `json:"errors"`
	Entry    string          `json:"entry,omitempty"` // once recorded
	Replayed bool            `json:"replayed,omitempty"`
}

// table imports the rows of a table in one entry, whose key follows from the file: the same table again changes nothing.
func (o *importOptions) table(ctx context.Context, op bulk.Operation, path string, out io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the table: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	var content bytes.Buffer
	t, err := bulk.ParseTable(op, io.TeeReader(f, io.MultiWriter(sum, &content)))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	r := tableReport{File: filepath.Base(path), SHA256: hex.EncodeToString(sum.Sum(nil)), Rows: len(t.Ops), Encoding: t.Encoding, Unit: t.Unit, Errors: t.Errors}
	if r.Errors == nil {
		r.Errors = []bulk.RowError{}
	}
	switch composed := op == bulk.Invoices || op == bulk.VoucherTransfers; {
	case len(t.Errors) > 0, o.dryRun:
	case composed:
		err = o.send(ctx, api.BulkPath(op), content.Bytes(), &r)
	default:
		err = o.record(ctx, op, t, &r)
	}
	if err != nil {
		return err
	}
	if o.json {
		err = writeJSON(out, r)
	} else {
		err = printTable(out, r)
	}
	if err == nil && len(t.Errors) > 0 {
		err = errAnswerNo
	}
	return err
}

func (o *importOptions) record(ctx context.Context, op bulk.Operation, t *bulk.Table, r *tableReport) error {
	gateway, err := o.connect(ctx)
	if err != nil {
		return err
	}
	if err := recordedAs(ctx, gateway, t.Ops); err != nil {
		return err
	}
	w, err := gateway.PostEntry(ctx, ledger.Entry{Key: "csv-" + string(op) + "-" + r.SHA256[:40], Ops: t.Ops})
	var refused *ledger.Error
	if errors.As(err, &refused) {
		said := *refused
		said.Rows = nil
		for _, row := range refused.Rows { // the ledger counts operations, people count lines
			if row.Op >= 0 && row.Op < len(t.Rows) {
				row.Op = t.Rows[row.Op]
			}
			said.Rows = append(said.Rows, row)
		}
		return fmt.Errorf("%s, by line: %w", r.File, &said)
	}
	if err != nil {
		return err
	}
	r.Entry, r.Replayed = w.Entry, w.Replayed
	return nil
}

// recordedAs sets the type of payments to what the writer's role asks for: a bank settles what its statement says, the
// finance bureau declares what was published, everybody else instructs.
func recordedAs(ctx context.Context, gateway *client.Client, ops []ledger.Op) error {
	who := gateway.Session()
	purposes := map[string]ledger.AccountPurpose{}
	for i := range ops {
		m := ops[i].Movement
		switch {
		case m == nil:
		case who.MSP == ledger.BankMSP:
			ops[i].Type = ledger.MovementSettle
		case who.MSP == ledger.FinanceMSP:
			id := m.To
			if id == "" {
				id = m.From
			}
			if _, known := purposes[id]; !known {
				var a ledger.Account
				if err := gateway.Get(ctx, "/accounts/"+url.PathEscape(id), &a); err != nil {
					return err
				}
				purposes[id] = a.Purpose
			}
			if purposes[id] == ledger.Published {
				ops[i].Type = ledger.MovementDeclare
			}
		}
	}
	return nil
}

func printTable(out io.Writer, r tableReport) error {
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	unit := ""
	if r.Unit != "" {
		unit = ", amounts in " + string(r.Unit)
	}
	fmt.Fprintf(w, "%s: %d rows in %s%s\n", r.File, r.Rows, r.Encoding, unit)
	switch {
	case r.Replayed:
		fmt.Fprintf(w, "This table was recorded before, in entry %s. Nothing was recorded twice.\n", r.Entry)
	case r.Entry != "":
		fmt.Fprintf(w, "Recorded in entry %s.\n", r.Entry)
	case len(r.Errors) > 0:
		fmt.Fprintf(w, "Nothing was recorded. Correct these cells:\nline\tcolumn\tcode\tmessage\n")
		for _, e := range r.Errors {
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\n", e.Row, e.Column, e.Code, e.Message)
		}
	default:
		fmt.Fprintln(w, "Every row can be read. Nothing was recorded.")
	}
	return w.Flush()
}

func writeJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
