package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/bulk"
	"fundtrace/gateway/fingerprint"
	"fundtrace/gateway/ubl"
)

// importMedia are the media types in which invoices arrive: UBL documents, tables, or a form with several of them.
var importMedia = []string{"application/xml", "text/xml", "text/csv", "multipart/form-data"}

// mostFiles bounds how many files one import may carry.
const mostFiles = 500

// ImportedInvoices answers an import.
type ImportedInvoices struct {
	Written
	Invoices []ImportedInvoice `json:"invoices"`
}

// ImportedInvoice is one invoice of an import, by file and line.
type ImportedInvoice struct {
	File        string              `json:"file,omitempty"` // name, of a form
	Row         int                 `json:"row"`            // line of the file
	Fingerprint string              `json:"fingerprint"`
	State       ledger.InvoiceState `json:"state,omitempty"`
	Duplicate   bool                `json:"duplicate"`
	Near        []NearInvoices      `json:"near"`
}

// batch is the invoices of an import and what is wrong with its files.
type batch struct {
	ops    []ledger.Op
	places []ProblemRow // file and line of each
	errors []ProblemRow
	enc    bulk.Encoding // of the last table
	unit   bulk.Unit     // of the last table
}

// importInvoices registers the invoices of files, all of them or none.
func (s *Server) importInvoices(c *call) {
	b, err := c.invoiceFiles()
	if err != nil {
		c.fail(err)
		return
	}
	if len(b.ops) > ledger.MaxOps {
		c.fail(ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the files hold %d invoices: send at most %d at a time", len(b.ops), ledger.MaxOps)))
		return
	}
	if c.query("preview") == "true" {
		p, err := c.previewInvoices(b)
		c.finish(reply[any]{status: http.StatusOK, body: p}, err)
		return
	}
	if len(b.errors) > 0 {
		c.fail(fileRows{ledger.Refuse(ledger.BatchRefused, "nothing was recorded: correct what is listed and send the files again", "errors", fmt.Sprint(len(b.errors))), b.errors})
		return
	}
	r, err := c.record(c.key(), b.ops...)
	if err != nil {
		c.fail(b.onFiles(err))
		return
	}
	answer := ImportedInvoices{Written: r.body, Invoices: make([]ImportedInvoice, len(b.ops))}
	for i := range b.ops {
		one, err := c.registered(r.body, b.ops[i].Invoice)
		if err != nil {
			c.fail(err)
			return
		}
		answer.Invoices[i] = ImportedInvoice{b.places[i].File, b.places[i].Row, one.Fingerprint, one.State, one.Duplicate, one.Near}
	}
	c.finish(reply[any]{r.status, r.location, answer}, nil)
}

// invoiceFiles reads every file of the request.
func (c *call) invoiceFiles() (*batch, error) {
	kind, parameters, err := mime.ParseMediaType(c.gin.GetHeader("Content-Type"))
	if err != nil {
		kind = ""
	}
	b := &batch{}
	switch kind {
	case "application/xml", "text/xml", "text/csv":
		data, err := c.body()
		if err != nil {
			return nil, err
		}
		err = c.invoiceFile(b, "", data)
		return b, err
	case "multipart/form-data":
	default:
		return nil, ledger.Refuse(CodeMediaType, "send invoices as application/xml (UBL), as text/csv, or as files in multipart/form-data")
	}
	form := multipart.NewReader(c.gin.Request.Body, parameters["boundary"])
	for files := 0; ; {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) && files > 0 {
			return b, nil
		}
		if err != nil {
			var large *http.MaxBytesError
			if errors.As(err, &large) {
				return nil, err
			}
			return nil, ledger.Refuse(ledger.Malformed, "the form cannot be read or holds no file: send multipart/form-data with at least one file")
		}
		if part.FileName() == "" {
			continue
		}
		if files++; files > mostFiles {
			return nil, ledger.Refuse(ledger.TooLarge, fmt.Sprintf("the form holds more than %d files: send them in turns", mostFiles))
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		if err := c.invoiceFile(b, clip(part.FileName()), data); err != nil {
			return nil, err
		}
	}
}

// invoiceFile reads one file: XML where it begins like XML, else a table.
func (c *call) invoiceFile(b *batch, name string, data []byte) error {
	text := bytes.TrimLeft(bytes.TrimPrefix(data, []byte{0xEF, 0xBB, 0xBF}), " \t\r\n")
	if bytes.HasPrefix(text, []byte("<")) {
		return c.invoiceDocument(b, name, data)
	}
	t, err := bulk.ParseTable(bulk.Invoices, bytes.NewReader(data))
	if err != nil {
		return b.wholeFile(name, err)
	}
	if err := c.server.nameAll(t); err != nil {
		return err
	}
	b.enc, b.unit = t.Encoding, t.Unit
	for i := range t.Ops {
		b.ops, b.places = append(b.ops, t.Ops[i]), append(b.places, ProblemRow{File: name, Row: t.Rows[i]})
	}
	for _, e := range tableErrors(t) {
		e.File = name
		b.errors = append(b.errors, e)
	}
	return nil
}

func (c *call) invoiceDocument(b *batch, name string, data []byte) error {
	doc, problems, err := ubl.Read(data)
	if err != nil {
		return b.wholeFile(name, err)
	}
	for _, p := range problems {
		b.errors = append(b.errors, ProblemRow{File: name, Row: p.Line, Column: p.Element, Code: p.Code, Detail: p.Message})
	}
	if doc == nil {
		return nil
	}
	i, err := c.server.name(doc.Particulars, doc.Due, doc.SHA256)
	if err != nil {
		return err
	}
	b.ops, b.places = append(b.ops, ledger.Op{Type: ledger.InvoiceRegister, Invoice: i}), append(b.places, ProblemRow{File: name, Row: 1})
	return nil
}

// wholeFile keeps the refusal of one file among several; of a single file it is the answer.
func (b *batch) wholeFile(name string, err error) error {
	var refused *ledger.Error
	if name == "" || !errors.As(err, &refused) {
		return err
	}
	b.errors = append(b.errors, ProblemRow{File: name, Code: refused.Code, Detail: refused.Message, Values: refused.Detail})
	return nil
}

// nameAll gives the invoices of a table their fingerprints.
func (s *Server) nameAll(t *bulk.Table) error {
	for k := range t.Ops {
		i, paper := t.Ops[k].Invoice, t.Beside[k]
		named, err := s.name(fingerprint.Particulars{Seller: i.Seller, Buyer: i.Buyer, Type: i.Type, Code: paper.Code, Number: paper.Number,
			Date: i.Date, Amount: i.Amount, Currency: i.Currency}, i.Due, i.Document)
		if err != nil {
			return err
		}
		t.Ops[k].Invoice = named
	}
	return nil
}

// onFiles turns a refusal that counts operations into one that names files and lines.
func (b *batch) onFiles(err error) error {
	var refused *ledger.Error
	if !errors.As(err, &refused) {
		return err
	}
	list := refused.Rows
	if len(list) == 0 && len(b.ops) == 1 {
		list = []ledger.RowError{{Code: refused.Code, Message: refused.Message, Detail: refused.Detail}}
	}
	var rows []ProblemRow
	for _, r := range list {
		row := ProblemRow{Code: r.Code, Detail: r.Message, Values: r.Detail}
		if r.Op >= 0 && r.Op < len(b.places) {
			row.File, row.Row = b.places[r.Op].File, b.places[r.Op].Row
		}
		rows = append(rows, row)
	}
	if rows == nil {
		return err
	}
	return fileRows{err, rows}
}

// previewInvoices says what an import would record, without code and number: those are not recorded.
func (c *call) previewInvoices(b *batch) (Preview, error) {
	p := Preview{Rows: len(b.ops), Encoding: b.enc, Unit: b.unit, Totals: []PreviewSum{}, Ops: make([]PreviewRow, len(b.ops)), Errors: b.errors}
	if p.Errors == nil {
		p.Errors = []ProblemRow{}
	}
	for i := range b.ops {
		p.Ops[i] = PreviewRow{b.places[i].Row, b.ops[i]}
		p.add(b.ops[i].Invoice.Currency, b.ops[i].Invoice.Amount)
	}
	err := c.try(&p, c.key(), b.ops, b.onFiles)
	return p, err
}
