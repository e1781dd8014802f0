package api

import (
	"errors"
	"io"
	"math/big"
	"mime"
	"net/http"
	"strconv"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/bulk"
)

// Preview answers what a file would record, without recording it.
type Preview struct {
	Recordable bool          `json:"recordable"`         // sent again without preview, the file would be recorded now
	Rows       int           `json:"rows"`               // of the file that could be read
	Encoding   bulk.Encoding `json:"encoding,omitempty"` // of a table
	Unit       bulk.Unit     `json:"unit,omitempty"`     // of the amounts, as the header states it
	Totals     []PreviewSum  `json:"totals"`
	Ops        []PreviewRow  `json:"ops"`
	Errors     []ProblemRow  `json:"errors"`
	// ErrorsOmitted counts refused lines that are not listed.
	ErrorsOmitted int `json:"errors_omitted,omitempty"`
}

// PreviewRow is one line of the file as it would be recorded.
type PreviewRow struct {
	Row int       `json:"row"` // line of the file, from 1
	Op  ledger.Op `json:"op"`
}

// PreviewSum is what the file moves, or registers, in one currency. Amount is in minor units and may exceed what one movement can hold.
type PreviewSum struct {
	Currency  string `json:"currency"`
	Movements int    `json:"movements"`
	Amount    string `json:"amount"`
	sum       *big.Int
}

// bulkMedia are the media types in which a file arrives.
var bulkMedia = []string{"text/csv", "multipart/form-data"}

// bulkQuery is the query of every bulk route.
var bulkQuery = []param{{name: "preview", about: "true: say what would be recorded and what is wrong, and record nothing", values: flags}}

// bulkRoutes are one for each operation that has a table. Confirmations also come as JSON.
func (s *Server) bulkRoutes() []Route {
	var routes []Route
	for _, op := range bulk.Operations() {
		if op == bulk.Confirmations || op == bulk.Invoices {
			continue // POST /confirmations/bulk takes JSON too, POST /invoices/import documents
		}
		routes = append(routes, Route{Method: http.MethodPost, Path: BulkPath(op), Name: "bulk-" + string(op), Tag: tagMoney,
			Summary: "Record a table of " + string(op) + ", all rows or none", who: may(bulkOps(op)...), query: bulkQuery, limit: LimitCSV, media: bulkMedia,
			status: http.StatusCreated, answer: Written{}, preview: true, run: func(c *call) { c.recordTable(op) }})
	}
	return append(routes,
		Route{Method: http.MethodPost, Path: "/confirmations/bulk", Name: "confirmMany", Tag: tagMoney, Summary: "Record many steps, as JSON or as a table, all or none",
			who: may(stepOps...), query: bulkQuery, limit: LimitEntries, body: Confirmations{}, media: bulkMedia, status: http.StatusCreated, answer: Written{},
			preview: true, run: s.confirmMany},
		get("/templates", "templates", tagAbout, "Tables that can be recorded in bulk", anyone, nil, s.templates),
		Route{Method: http.MethodGet, Path: "/templates/{file}", Name: "template", Tag: tagAbout, Summary: "An empty table to fill in, such as uses.csv",
			who: anyone, query: templateQuery, status: http.StatusOK, binary: []string{"text/csv"}, run: s.template})
}

// BulkPath is where a table is recorded, under Base.
func BulkPath(op bulk.Operation) string {
	switch op {
	case bulk.Invoices:
		return "/invoices/import"
	case bulk.VoucherTransfers:
		return "/vouchers/transfers/bulk"
	}
	return "/" + string(op) + "/bulk"
}

// bulkOps are the operations that the rows of a table become.
func bulkOps(op bulk.Operation) []ledger.OpType {
	switch op {
	case bulk.Parties:
		return []ledger.OpType{ledger.PartyRegister}
	case bulk.Accounts:
		return []ledger.OpType{ledger.AccountOpen}
	case bulk.Funds:
		return []ledger.OpType{ledger.FundEstablish}
	case bulk.Commitments:
		return []ledger.OpType{ledger.CommitmentSign}
	case bulk.Confirmations:
		return stepOps
	case bulk.Invoices:
		return []ledger.OpType{ledger.InvoiceRegister}
	case bulk.Vouchers:
		return []ledger.OpType{ledger.VoucherDraft}
	case bulk.VoucherTransfers:
		return []ledger.OpType{ledger.VoucherOffer}
	}
	return paymentOps
}

// recordTable reads a file and records or previews it.
func (c *call) recordTable(op bulk.Operation) {
	key := c.key()
	t, sums, err := c.table(op, key)
	if err != nil {
		c.fail(err)
		return
	}
	if c.query("preview") == "true" {
		p, err := c.previewTable(key, t, sums)
		c.finish(reply[any]{status: http.StatusOK, body: p}, err)
		return
	}
	if len(t.Errors) > 0 {
		refused := ledger.Refuse(ledger.BatchRefused, "nothing was recorded: correct the lines listed and send the file again", "lines", strconv.Itoa(len(t.Errors)))
		c.fail(fileRows{refused, tableErrors(t)})
		return
	}
	r, err := c.record(key, t.Ops...)
	c.finish(reply[any]{r.status, r.location, r.body}, onLines(err, t))
}

// table reads the file of a request as an entry under a key, and what it moves in each currency: payments get the
// operation that the caller's role asks for, transfers the splits that they need.
func (c *call) table(op bulk.Operation, key string) (*bulk.Table, []PreviewSum, error) {
	content, err := c.file()
	if err != nil {
		return nil, nil, err
	}
	t, err := bulk.ParseTable(op, content)
	if err != nil {
		return nil, nil, err
	}
	p := Preview{Totals: []PreviewSum{}}
	for i := range t.Ops {
		switch x := &t.Ops[i]; {
		case x.Movement != nil:
			p.add(x.Movement.Currency, x.Movement.Amount)
			if x.Type, err = c.paymentOp(x.Movement); err != nil {
				return nil, nil, err
			}
		case x.Voucher != nil:
			p.add(x.Voucher.Currency, x.Voucher.Amount)
		case op == bulk.VoucherTransfers:
			p.add(t.Beside[i].Currency, t.Beside[i].Amount)
		}
	}
	if op == bulk.VoucherTransfers {
		err = c.divide(t, c.who.Entry(key))
	}
	return t, p.Totals, err
}

// file answers the table of a raw text/csv body or of the first file of a form. Errors: MEDIA_TYPE_UNSUPPORTED, MALFORMED.
func (c *call) file() (io.Reader, error) {
	kind, _, err := mime.ParseMediaType(c.gin.GetHeader("Content-Type"))
	if err != nil || kind != bulkMedia[0] && kind != bulkMedia[1] {
		return nil, ledger.Refuse(CodeMediaType, "send the table as text/csv, or as a file in multipart/form-data")
	}
	_, content, err := c.upload()
	return content, err
}

func (c *call) previewTable(key string, t *bulk.Table, sums []PreviewSum) (Preview, error) {
	p := Preview{Encoding: t.Encoding, Unit: t.Unit, Totals: sums, Ops: make([]PreviewRow, len(t.Ops)), Errors: tableErrors(t)}
	lines := map[int]bool{}
	for i := range t.Ops {
		p.Ops[i] = PreviewRow{t.Rows[i], t.Ops[i]}
		lines[t.Rows[i]] = true
	}
	p.Rows = len(lines)
	err := c.try(&p, key, t.Ops, func(err error) error { return onLines(err, t) })
	return p, err
}

// try asks the ledger what it would say of the operations of a preview; placed gives a refusal's rows their places.
func (c *call) try(p *Preview, key string, ops []ledger.Op, placed func(error) error) error {
	if len(ops) > 0 {
		err := placed(c.server.Ledger.Check(c.ctx(), c.who.Identity, ledger.Entry{Key: key, Ops: ops}))
		var refusal *ledger.Error
		var rows fileRows
		switch {
		case errors.As(err, &rows):
			p.Errors = append(p.Errors, rows.rows...)
		case errors.As(err, &refusal) && reasons[refusal.Code].Status < http.StatusInternalServerError:
			p.Errors = append(p.Errors, ProblemRow{Code: refusal.Code, Detail: refusal.Message, Values: refusal.Detail})
		case err != nil:
			return err
		}
		if errors.As(err, &refusal) {
			p.ErrorsOmitted = refusal.RowsOmitted
		}
	}
	p.Recordable = len(p.Errors) == 0
	return nil
}

func (p *Preview) add(currency string, amount int64) {
	for i := range p.Totals {
		if p.Totals[i].Currency == currency {
			t := &p.Totals[i]
			t.Movements++
			t.Amount = t.sum.Add(t.sum, big.NewInt(amount)).String()
			return
		}
	}
	sum := big.NewInt(amount)
	p.Totals = append(p.Totals, PreviewSum{currency, 1, sum.String(), sum})
}

// tableErrors are the errors of a file's cells and lines.
func tableErrors(t *bulk.Table) []ProblemRow {
	rows := make([]ProblemRow, len(t.Errors))
	for i, e := range t.Errors {
		rows[i] = ProblemRow{Row: e.Row, Column: e.Column, Code: e.Code, Detail: e.Message}
	}
	return rows
}

// onLines turns a refusal that counts operations into one that names lines of the file.
func onLines(err error, t *bulk.Table) error {
	var refusal *ledger.Error
	if !errors.As(err, &refusal) {
		return err
	}
	refused := refusal.Rows
	if len(refused) == 0 && len(t.Ops) == 1 { // a single operation answers its own refusal
		refused = []ledger.RowError{{Op: 0, Code: refusal.Code, Message: refusal.Message, Detail: refusal.Detail}}
	}
	if len(refused) == 0 {
		return err
	}
	var rows []ProblemRow
	for _, r := range refused {
		line := 0
		if r.Op >= 0 && r.Op < len(t.Rows) {
			line = t.Rows[r.Op]
		}
		rows = append(rows, ProblemRow{Row: line, Code: r.Code, Detail: r.Message, Values: r.Detail})
	}
	return fileRows{err, rows}
}

// templateQuery is how a template is written.
var templateQuery = []param{
	{name: "lang", about: "of the header: zh (when absent) or en", values: []string{string(bulk.Chinese), string(bulk.English)}},
	{name: "encoding", about: "utf-8 (when absent) or gb18030", values: []string{string(bulk.UTF8), string(bulk.GB18030)}},
	{name: "unit", about: "of amounts: yuan (when absent) or fen", values: []string{string(bulk.Yuan), string(bulk.Fen)}},
}
