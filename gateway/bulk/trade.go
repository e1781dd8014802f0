package bulk

import (
	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/fingerprint"
)

// The tables of supply-chain finance.
const (
	Invoices         Operation = "invoices"          // to be registered: fingerprints are made by who has the key
	Vouchers         Operation = "vouchers"          // drafts
	VoucherTransfers Operation = "voucher-transfers" // parts of vouchers to be offered to the next suppliers
)

// Beside is what a row says that its operation does not carry: what stays off the ledger, or what whoever records the row
// makes other operations of.
type Beside struct {
	Code, Number string // of an invoice
	Amount       int64  // of a voucher to be transferred, minor units
	Currency     string // of Amount
}

const (
	exampleBuyer   = "uscc:91330100799655058B"
	exampleClaim   = "0123456789abcdef0123.0"
	exampleVoucher = "0123456789abcdef0123.0.0"
)

func init() {
	layouts[Invoices] = &layout{
		columns: []column{
			party("销售方", "seller", exampleEnterprise, func(r *record) *string { return &r.invoice.Seller }).required(),
			party("购买方", "buyer", exampleBuyer, func(r *record) *string { return &r.invoice.Buyer }).required(),
			choice("发票类型", "type", fingerprint.Digital, invoiceTypes, func(r *record) *string { return &r.invoice.Type }).required(),
			text("发票代码", "code", "", func(r *record) *string { return &r.beside.Code }),
			text("发票号码", "number", "26212000000012345678", func(r *record) *string { return &r.beside.Number }).required(),
			date("开票日期", "date", "2026-03-01", func(r *record) *string { return &r.invoice.Date }).required(),
			amountColumn(func(r *record) *int64 { return &r.invoice.Amount }),
			currencyColumn(),
			date("付款期限", "due", "2026-04-30", func(r *record) *string { return &r.invoice.Due }),
			text("文件摘要", "document", "", func(r *record) *string { return &r.invoice.Document }),
		},
		finish: finishInvoice,
	}
	layouts[Vouchers] = &layout{
		columns: []column{
			text("应收账款编号", "claim", exampleClaim, func(r *record) *string { return &r.voucher.Claim }).required(),
			amountColumn(func(r *record) *int64 { return &r.voucher.Amount }),
			currencyColumn(),
			date("开立日", "date", "2026-03-02", func(r *record) *string { return &r.voucher.Date }).required(),
			date("到期日", "maturity", "2026-08-31", func(r *record) *string { return &r.voucher.Maturity }).required(),
			date("签收截止日", "accept by", "2026-03-12", func(r *record) *string { return &r.voucher.AcceptBy }).required(),
			text("文件摘要", "document", "", func(r *record) *string { return &r.voucher.Document }),
			text("摘要", "memo", "示例", func(r *record) *string { return &r.voucher.Memo }),
		},
		finish: func(r *record) (ledger.Op, error) {
			if _, _, err := ledger.SplitMovementID(r.voucher.Claim); err != nil {
				return ledger.Op{}, err
			}
			r.voucher.Currency = r.currency
			return ledger.Op{Type: ledger.VoucherDraft, Voucher: &r.voucher}, nil
		},
	}
	layouts[VoucherTransfers] = &layout{
		columns: []column{
			text("凭证编号", "voucher", exampleVoucher, func(r *record) *string { return &r.offer.Voucher }).required(),
			party("受让方", "to", exampleBuyer, func(r *record) *string { return &r.offer.To }).required(),
			amountColumn(func(r *record) *int64 { return &r.beside.Amount }),
			currencyColumn(),
			date("转让日", "date", "2026-03-20", func(r *record) *string { return &r.offer.Date }),
			yesNo("有无追索", "recourse", "no", func(r *record) *bool { return &r.offer.Recourse }),
			text("贸易文件摘要", "document", "", func(r *record) *string { return &r.offer.Document }),
			text("原因", "reason", "", func(r *record) *string { return &r.offer.Reason }),
		},
		finish: func(r *record) (ledger.Op, error) {
			if _, _, err := ledger.SplitLotID(r.offer.Voucher); err != nil {
				return ledger.Op{}, err
			}
			r.beside.Currency = r.currency
			return ledger.Op{Type: ledger.VoucherOffer, VoucherStep: &r.offer}, nil
		},
	}
}

// finishInvoice checks number and code by the invoice's type and brings everything into its canonical writing.
func finishInvoice(r *record) (ledger.Op, error) {
	i := &r.invoice
	p, err := fingerprint.Particulars{Seller: i.Seller, Buyer: i.Buyer, Type: i.Type, Code: r.beside.Code, Number: r.beside.Number,
		Date: i.Date, Amount: i.Amount, Currency: r.currency}.Normal()
	if err != nil {
		return ledger.Op{}, err
	}
	i.Seller, i.Buyer, i.Type, i.Date, i.Currency = p.Seller, p.Buyer, p.Type, p.Date, p.Currency
	r.beside.Code, r.beside.Number = p.Code, p.Number
	return ledger.Op{Type: ledger.InvoiceRegister, Invoice: i}, nil
}

// yesNo reads a cell that says yes or no; an empty one says no.
func yesNo(zh, en, example string, field func(*record) *bool) column {
	answer := words{{"yes", "有"}, {"no", "无"}}
	return column{zh: zh, en: en, example: example, inZh: answer.zh(example), readCell: func(r *record, cell string) error {
		word := ""
		if err := choice(zh, en, example, answer, func(*record) *string { return &word }).readCell(r, cell); err != nil {
			return err
		}
		*field(r) = word == "yes"
		return nil
	}}
}

var invoiceTypes = words{{fingerprint.Digital, "数电票"}, {fingerprint.VATSpecial, "增值税专用发票"}, {fingerprint.VATOrdinary, "增值税普通发票"}, {fingerprint.Other, "其他"}}
