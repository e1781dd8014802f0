package bulk

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Every template is a table that can be read, and says the same in every language, encoding and unit.
func TestTemplatesRoundTrip(t *testing.T) {
	for _, op := range Operations() {
		var first []ledger.Op
		for _, lang := range []Lang{Chinese, English} {
			for _, enc := range []Encoding{UTF8, GB18030} {
				for _, unit := range []Unit{Yuan, Fen} {
					name := fmt.Sprint(op, " ", lang, " ", enc, " ", unit)
					raw, err := Template(op, lang, enc, unit)
					if err != nil {
						t.Fatal(name, err)
					}
					table, err := ParseTable(op, bytes.NewReader(raw))
					if err != nil {
						t.Fatalf("%s: %v\n%s", name, err, raw)
					}
					if len(table.Errors) != 0 || len(table.Ops) != 1 || table.Rows[0] != 2 {
						t.Fatalf("%s: %+v", name, table)
					}
					if lang == Chinese && table.Encoding != enc {
						t.Errorf("%s was read as %s", name, table.Encoding)
					}
					if table.Unit != "" && table.Unit != unit {
						t.Errorf("%s was read in %s", name, table.Unit)
					}
					if first == nil {
						first = table.Ops
					} else if !reflect.DeepEqual(first, table.Ops) {
						t.Errorf("%s says %+v, the first template %+v", name, table.Ops[0], first[0])
					}
					harmless(t, name, raw)
				}
			}
		}
	}
}

func harmless(t *testing.T, name string, raw []byte) {
	text, _, err := decode(raw)
	if err != nil {
		t.Fatal(name, err)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(name, err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if formula(cell) {
				t.Errorf("%s: %q is a formula", name, cell)
			}
		}
	}
}

// What the templates record, field by field.
func TestExamples(t *testing.T) {
	read := func(op Operation) ledger.Op {
		raw, err := Template(op, Chinese, GB18030, Fen)
		if err != nil {
			t.Fatal(err)
		}
		ops, _, err := Parse(op, bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		return ops[0]
	}
	party := "other:example-party"
	payment := func(m ledger.Movement) ledger.Op {
		m.Amount, m.Currency, m.Date, m.Memo = 100_000_000, "CNY", "2025-03-31", "示例"
		return ledger.Op{Type: ledger.MovementInstruct, Movement: &m}
	}
	tests := map[Operation]ledger.Op{
		Parties: {Type: ledger.PartyRegister, Party: &ledger.Party{ID: "uscc:91350100M000100Y43", Kind: ledger.Private, Name: "示例企业有限公司",
			Region: "210100", Industry: "C3973", Size: "SMALL", SizeDate: "2024-12-31", EffectiveFrom: "2025-01-01"}},
		Accounts: {Type: ledger.AccountOpen, Account: &ledger.Account{ID: "acct:example-1", Owner: "uscc:91350100M000100Y43", Bank: "other:example-bank",
			Currency: "CNY", Purpose: ledger.Supervised, Policy: ledger.OldestFirst}},
		Funds: {Type: ledger.FundEstablish, Fund: &ledger.Fund{ID: "fund:example-sub", Party: party, Level: "SUB", Class: "VC", Name: "示例子基金",
			Parent: "fund:example-parent", Manager: "other:example-manager", Account: "acct:example-custody", Region: "210100", TermStart: "2021-01-01",
			TermEnd: "2028-12-31", Mandate: ledger.Mandate{Industries: []string{"C39", "I65"}, Regions: []string{"2101", "2102"}, Stages: []string{"SEED", "EARLY"}}}},
		Commitments: {Type: ledger.CommitmentSign, Commitment: &ledger.Commitment{ID: "cmt:example-1", Fund: "fund:example-sub", Investor: party, Class: "GOV",
			Source: ledger.GeneralBudget, Amount: 100_000_000, Currency: "CNY", Date: "2025-03-31"}},
		Contributions: payment(ledger.Movement{Kind: ledger.Contribution, To: "acct:example-custody", Commitment: "cmt:example-1",
			Origin: &ledger.Origin{Source: ledger.SpecialBond, Investor: party, BudgetLine: "2025/2296001"}}),
		Disbursements: payment(ledger.Movement{Kind: ledger.Disbursement, From: "acct:example-custody", To: "acct:example-1"}),
		Uses:          payment(ledger.Movement{Kind: ledger.Use, From: "acct:example-1", Payee: party, Purpose: ledger.PurposeEquipment}),
		Returns:       payment(ledger.Movement{Kind: ledger.Return, From: "acct:example-1", To: "acct:example-custody"}),
		Distributions: payment(ledger.Movement{Kind: ledger.Distribution, From: "acct:example-custody", Payee: party, Purpose: ledger.PurposePayout}),
		Fees:          payment(ledger.Movement{Kind: ledger.Fee, From: "acct:example-custody", Payee: party, Purpose: ledger.PurposeFee}),
		OwnFunds: payment(ledger.Movement{Kind: ledger.OwnFunds, To: "acct:example-1",
			Origin: &ledger.Origin{Source: ledger.OwnMoney, Investor: "uscc:91350100M000100Y43"}}),
		Transfers:     payment(ledger.Movement{Kind: ledger.Transfer, From: "acct:example-published-1", To: "acct:example-published-2"}),
		Confirmations: {Type: ledger.MovementDebit, Step: &ledger.Step{Movement: "0123456789abcdef0123.4", Date: "2025-03-31", BankRef: "EXAMPLE-0001"}},
		Invoices: {Type: ledger.InvoiceRegister, Invoice: &ledger.Invoice{Seller: "uscc:91350100M000100Y43", Buyer: "uscc:91330100799655058B", Type: "DIGITAL",
			Date: "2026-03-01", Due: "2026-04-30", Amount: 100_000_000, Currency: "CNY"}},
		Vouchers: {Type: ledger.VoucherDraft, Voucher: &ledger.Voucher{Claim: "0123456789abcdef0123.0", Amount: 100_000_000, Currency: "CNY",
			Date: "2026-03-02", Maturity: "2026-08-31", AcceptBy: "2026-03-12", Memo: "示例"}},
		VoucherTransfers: {Type: ledger.VoucherOffer, VoucherStep: &ledger.VoucherStep{Voucher: "0123456789abcdef0123.0.0",
			To: "uscc:91330100799655058B", Date: "2026-03-20"}},
	}
	for _, op := range Operations() {
		if got, want := read(op), tests[op]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", op, dump(got), dump(want))
		}
	}
}

func dump(op ledger.Op) string {
	return fmt.Sprintf("%s %+v %+v %+v %+v %+v %+v %+v %+v %+v", op.Type, op.Party, op.Account, op.Fund, op.Commitment, op.Movement, op.Step,
		op.Invoice, op.Voucher, op.VoucherStep)
}

func TestHeader(t *testing.T) {
	const row = "acct:a,acct:b,1.00,2025-01-01\n"
	tests := []struct {
		name, text string
		code       ledger.Code
		says       []string
	}{
		{"in order", "from,to,amount (yuan),date\n" + row, "", nil},
		{"mixed languages, full width, case", "付款账户,TO,金额（元）, Date \n" + row, "", nil},
		{"trailing empty columns", "from,to,amount (yuan),date,,\nacct:a,acct:b,1.00,2025-01-01,,\n", "", nil},
		{"crlf and blank rows", "from,to,amount (yuan),date\r\n,,,\r\n\r\n" + row, "", nil},
		{"empty", "", ledger.Malformed, []string{"empty"}},
		{"header only", "from,to,amount (yuan),date\n", ledger.FieldMissing, []string{"no rows"}},
		{"unknown", "from,to,amount (yuan),date,colour,shape\n" + row, ledger.FieldInvalid, []string{`"colour", "shape"`, "not known"}},
		{"missing", "from,amount (yuan)\n" + row, ledger.FieldMissing, []string{"收款账户 / to", "日期 / date"}},
		{"twice", "from,付款账户,to,amount (yuan),date\n" + row, ledger.FieldInvalid, []string{"twice", "付款账户"}},
		{"no unit", "from,to,金额,date\n" + row, ledger.FieldInvalid, []string{"states its unit"}},
		{"both units", "from,to,amount (yuan),amount (fen),date\n" + row, ledger.FieldInvalid, []string{"one"}},
		{"two units", "from,to,amount (yuan),date,lots (fen)\n" + row, ledger.FieldInvalid, []string{"another unit"}},
		{"open quote", "from,to,amount (yuan),date\n\"acct:a,acct:b\n", ledger.Malformed, []string{"quotes"}},
		{"stray quote", "from,to,amount (yuan),date\nac\"ct,acct:b,1.00,2025-01-01\n", ledger.Malformed, []string{"line 2", "quotes"}},
		{"semicolons", "from;to;amount (yuan);date\n", ledger.FieldInvalid, []string{"not known"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ops, rows, err := Parse(Disbursements, strings.NewReader(tt.text))
			if tt.code == "" {
				if err != nil || len(rows) != 0 || len(ops) != 1 || ops[0].Movement.Amount != 100 {
					t.Fatalf("%+v %+v %v", ops, rows, err)
				}
				return
			}
			var e *ledger.Error
			if !errors.As(err, &e) || e.Code != tt.code {
				t.Fatalf("%v, want %s", err, tt.code)
			}
			for _, want := range tt.says {
				if !strings.Contains(e.Message, want) {
					t.Errorf("%q does not say %q", e.Message, want)
				}
			}
		})
	}
}

// Everything that is wrong is told at once, by line and column, and good rows are still read.
func TestRowErrors(t *testing.T) {
	const text = "付款账户,收款账户,金额(元),币种,日期,动用批次(元)\n" +
		"acct:a,acct:b,1.00,CNY,2025-01-01,\n" +
		",acct:b,1.001,CNY,2025-02-30,\n" +
		"acct:a,acct:b,\"1,000.00\",CNY,31/01/2025,\n" +
		"acct:a,acct:b,-5,CNY,2025-01-01,\n" +
		"acct:a,acct:b,0,CNY,2025-01-01,\n" +
		"acct:a,acct:b,5,DM,2025-01-01,\n" +
		"acct:a,acct:b,5\n" +
		"acct:a,acct:a,5,CNY,2025-01-01,\n" +
		"\"acct:a\",\"acct:b\",1.5,JPY,2025-01-01,\n" +
		"acct:a,acct:b,15,JPY,2025/1/2,\n" +
		"acct:a,acct:b,3,人民币,2025年1月2日,0123456789abcdef0123.4.0=1.5; 0123456789abcdef0123.5.0=1.50\n" +
		"acct:a,acct:b,3,CNY,2025-01-02,0123456789abcdef0123=1\n"
	ops, bad, err := Parse(Disbursements, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []RowError{
		{Row: 3, Column: "付款账户", Code: ledger.FieldMissing}, {Row: 3, Column: "日期", Code: ledger.DateInvalid}, {Row: 3, Column: "金额(元)", Code: ledger.AmountInvalid},
		{Row: 4, Column: "日期", Code: ledger.DateInvalid}, {Row: 4, Column: "金额(元)", Code: ledger.AmountInvalid},
		{Row: 5, Column: "金额(元)", Code: ledger.AmountInvalid}, {Row: 6, Column: "金额(元)", Code: ledger.AmountInvalid},
		{Row: 7, Column: "币种", Code: ledger.CurrencyInvalid}, {Row: 8, Code: ledger.Malformed}, {Row: 9, Code: ledger.RouteNotAllowed},
		{Row: 10, Column: "金额(元)", Code: ledger.AmountInvalid}, {Row: 13, Column: "动用批次(元)", Code: ledger.FieldInvalid},
	}
	for i := range bad {
		if len(bad[i].Message) < 20 {
			t.Errorf("%+v says too little", bad[i])
		}
		bad[i].Message = ""
	}
	if !reflect.DeepEqual(bad, want) {
		t.Errorf("got  %+v\nwant %+v", bad, want)
	}
	if len(ops) != 3 || ops[1].Movement.Amount != 15 || ops[1].Movement.Date != "2025-01-02" || ops[2].Movement.Date != "2025-01-02" {
		t.Fatalf("%d rows were read: %+v", len(ops), ops)
	}
	if d := ops[2].Movement.Draws; len(d) != 2 || d[0].Amount != 150 || d[1].Lot != "0123456789abcdef0123.5.0" {
		t.Errorf("draws %+v", d)
	}
}

// The same figure in yuan and in fen is the same money; fractions of a fen do not exist.
func TestUnits(t *testing.T) {
	for _, tt := range []struct {
		header, cell string
		want         int64
	}{{"amount (yuan)", "12.34", 1234}, {"amount (fen)", "1234", 1234}, {"金额(分)", "12.5", 0}, {"金额（元）", "12.345", 0}, {"金额(元)", "90000000000000000", 9000000000000000000}, {"金额(元)", "99999999999999999999", 0}} {
		ops, bad, err := Parse(Returns, strings.NewReader("from,to,"+tt.header+",date\nacct:a,acct:b,"+tt.cell+",2025-01-01\n"))
		if err != nil {
			t.Fatal(err)
		}
		if tt.want == 0 && len(bad) != 1 || tt.want != 0 && (len(ops) != 1 || ops[0].Movement.Amount != tt.want) {
			t.Errorf("%s %s: %+v %+v", tt.header, tt.cell, ops, bad)
		}
	}
}

func TestSteps(t *testing.T) {
	const m = "0123456789abcdef0123.4"
	text := "movement,action,date,bank reference,level,reason\n" +
		m + ",debit,2025-01-01,B1,,\n" + m + ",到账,2025-01-02,B2,,\n" + m + ",RETURN,2025-01-02,,,closed\n" + m + ",撤销,,,,\n" +
		m + ",expire,2025-01-02,,,\n" + m + ",证明,,,3,\n" + m + ",pay,,,,\n" + "x,void,,,,\n" + m + ",attest,,,4,\n"
	ops, bad, err := Parse(Confirmations, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.OpType{ledger.MovementDebit, ledger.MovementCredit, ledger.MovementReturn, ledger.MovementVoid, ledger.MovementExpire, ledger.MovementAttest}
	for i, op := range ops {
		if op.Type != want[i] {
			t.Errorf("row %d is %s, want %s", i, op.Type, want[i])
		}
	}
	if len(ops) != len(want) || len(bad) != 3 || ops[5].Step.Level != 3 || ops[1].Step.BankRef != "B2" {
		t.Errorf("%d steps, %+v", len(ops), bad)
	}
}

// Invoices and transfers say more than their operation carries.
func TestBeside(t *testing.T) {
	table, err := ParseTable(Invoices, strings.NewReader("seller,buyer,type,code,number,date,amount (yuan)\n"+
		"91350100M000100Y43,91330100799655058B,数电票,,2621 2000 0000 1234 5678,2026-03-01,1.00\n"+
		"91350100M000100Y43,91330100799655058B,VAT_SPECIAL,2100204130,01234567,2026-03-01,1.00\n"+
		"91350100M000100Y43,91330100799655058B,VAT_SPECIAL,,01234567,2026-03-01,1.00\n"+
		"91350100M000100Y43,91330100799655058B,DIGITAL,,2.62E+19,2026-03-01,1.00\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Ops) != 2 || table.Beside[0] != (Beside{Number: "26212000000012345678"}) || table.Beside[1] != (Beside{Code: "2100204130", Number: "01234567"}) {
		t.Errorf("%+v", table.Beside)
	}
	if e := table.Errors; len(e) != 2 || e[0].Row != 4 || e[0].Code != ledger.FieldMissing || e[1].Row != 5 || e[1].Code != ledger.FieldInvalid {
		t.Errorf("%+v", table.Errors)
	}
	table, err = ParseTable(VoucherTransfers, strings.NewReader("voucher,to,amount (fen),currency,recourse\n"+
		"0123456789abcdef0123.0.0,other:a,5,USD,有\n0123456789abcdef0123.0.0,other:b,7,,NO\n0123456789abcdef0123.0.0,other:b,7,,maybe\nx,other:b,7,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Ops) != 2 || table.Beside[0] != (Beside{Amount: 5, Currency: "USD"}) || table.Beside[1] != (Beside{Amount: 7, Currency: "CNY"}) ||
		!table.Ops[0].VoucherStep.Recourse || table.Ops[1].VoucherStep.Recourse || len(table.Errors) != 2 {
		t.Errorf("%+v %+v", table.Beside, table.Errors)
	}
	if ops, bad, err := Parse(Parties, strings.NewReader("party,kind,group,licence,licence until\nother:f,PRIVATE,other:g,商业保理,2027-12-31\n")); err != nil || len(bad) != 0 ||
		ops[0].Party.Group != "other:g" || *ops[0].Party.Licence != (ledger.Licence{Kind: "FACTORING", Until: "2027-12-31"}) {
		t.Errorf("%+v %+v %v", ops, bad, err)
	}
}

func TestEncodings(t *testing.T) {
	text := "主体标识,主体类型,名称\nother:a,民营,沈阳①有限公司𠮷\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string]string{"utf-8": text, "utf-8 marked": string(mark) + text, "gb18030": gb} {
		ops, bad, err := Parse(Parties, strings.NewReader(raw))
		if err != nil || len(bad) != 0 || len(ops) != 1 || ops[0].Party.Name != "沈阳①有限公司𠮷" {
			t.Errorf("%s: %+v %+v %v", name, ops, bad, err)
		}
	}
	for name, tt := range map[string]struct{ raw, says string }{
		"utf-16":          {"\xff\xfea\x00", "UTF-16"},
		"workbook":        {"PK\x03\x04...", "workbook"},
		"neither":         {"a\nb\n\xff\xff\xff", "line 3"},
		"marked, broken":  {string(mark) + "a\n\xff", "line 2"},
		"binary":          {"\x00\x80\x81", "neither"},
		"gb cut in two":   {gb[:len(gb)-2], "GB18030"},
		"not a character": {"主体标识\n\x81", "line"},
	} {
		_, _, err := Parse(Parties, strings.NewReader(tt.raw))
		if err == nil || name != "gb cut in two" && name != "binary" && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", name, err)
		}
		if ledger.ErrorCode(err) == "" {
			t.Errorf("%s: %v is no refusal", name, err)
		}
	}
}

func TestLimits(t *testing.T) {
	head := "from,to,amount (yuan),date\n"
	row := "acct:a,acct:b,1.00,2025-01-01\n"
	if ops, _, err := Parse(Returns, strings.NewReader(head+strings.Repeat(row, MaxRows))); err != nil || len(ops) != MaxRows {
		t.Errorf("%d rows: %v", len(ops), err)
	}
	for _, text := range []string{head + strings.Repeat(row, MaxRows+1), strings.Repeat("x", MaxBytes+1)} {
		if _, _, err := Parse(Returns, strings.NewReader(text)); ledger.ErrorCode(err) != ledger.TooLarge {
			t.Error(err)
		}
	}
	if _, _, err := Parse("nothing", strings.NewReader("")); ledger.ErrorCode(err) != ledger.UnknownOperation {
		t.Error(err)
	}
	for _, bad := range [][3]string{{"fr", "utf-8", "yuan"}, {"zh", "utf-16", "yuan"}, {"zh", "utf-8", "jiao"}} {
		if _, err := Template(Parties, Lang(bad[0]), Encoding(bad[1]), Unit(bad[2])); ledger.ErrorCode(err) != ledger.FieldInvalid {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

// Text that a spreadsheet would run is written harmless and read back as it was.
func TestFormulas(t *testing.T) {
	for _, s := range []string{"=1+1", "+86", "-x", "@a", "\tx", "'=1", "'quoted'", "＝1", "plain", "a=b", ""} {
		if safe := Safe(s); formula(safe) || plain(safe) != s {
			t.Errorf("%q is written %q and read %q", s, safe, plain(safe))
		}
	}
	ops, _, err := Parse(Parties, strings.NewReader("party,kind,name\nother:a,PRIVATE,'=cmd|x\n"))
	if err != nil || ops[0].Party.Name != "=cmd|x" {
		t.Errorf("%+v %v", ops, err)
	}
}

// A bare unified social credit code is understood; one with a wrong check character is refused.
func TestIdentifiers(t *testing.T) {
	ops, bad, err := Parse(Parties, strings.NewReader("party,kind\n91350100m000100y43,民营\n91350100M000100Y44,民营\nnobody,民营\n"))
	if err != nil || len(ops) != 1 || ops[0].Party.ID != "uscc:91350100M000100Y43" || len(bad) != 2 || bad[0].Code != ledger.IdentifierInvalid {
		t.Errorf("%+v %+v %v", ops, bad, err)
	}
}

// FuzzParse: whatever the bytes, every line is an operation or an error, and amounts are positive.
func FuzzParse(f *testing.F) {
	for _, op := range Operations() {
		raw, err := Template(op, Chinese, GB18030, Yuan)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(op), raw)
	}
	f.Add("returns", []byte("from,to,amount (fen),date,lots (fen)\na,b,1,2025/1/1,0123456789abcdef0123.4.0=1\n"))
	f.Fuzz(func(t *testing.T, op string, raw []byte) {
		table, err := ParseTable(Operation(op), bytes.NewReader(raw))
		if err != nil {
			if ledger.ErrorCode(err) == "" {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		if len(table.Ops) != len(table.Rows) || len(table.Ops) != len(table.Beside) || len(table.Ops)+len(table.Errors) == 0 {
			t.Fatalf("%+v", table)
		}
		for _, o := range table.Ops {
			if o.Movement != nil && (o.Movement.Amount <= 0 || o.Movement.Currency == "" || o.Movement.Date == "") {
				t.Fatalf("%+v", o.Movement)
			}
		}
	})
}
