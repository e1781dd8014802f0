package iati

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

const realFile = "../../../shared/data/iati_activities.xml"

func readFile(t *testing.T, path string) *File {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		if path == realFile {
			t.Skip("the public sample file is not here: ", err)
		}
		t.Fatal(err)
	}
	f, err := Read(bytes.NewReader(b), DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestReadVersion2(t *testing.T) {
	f := readFile(t, "testdata/two.xml")
	if len(f.Activities) != 2 || f.Encoding != "utf-8" || f.Bytes == 0 || len(f.SHA256) != 64 {
		t.Fatalf("%+v", f)
	}
	a := f.Activities[0]
	if a.ID != "XX-DONOR-1" || a.Version != "2.03" || a.Currency != "EUR" || a.Reporting.Name != "Donateur" || a.Reporting.Type != "10" {
		t.Errorf("activity: %+v, reporter %+v", a, a.Reporting)
	}
	if len(a.Participating) != 1 || a.Participating[0].Activity != "XX-AGENCY-1" || a.Countries[0] != "ML" || a.Sectors[0] != (Sector{"1", "12220"}) {
		t.Errorf("participating %+v, countries %v, sectors %v", a.Participating, a.Countries, a.Sectors)
	}
	x := a.Transactions[0]
	if x.Type != "1" || x.Value != "1000" || x.Date != "2023-01-10Z" || x.Provider.Ref != "XX-TREASURY" || x.Provider.HasActivity || x.Receiver != nil {
		t.Errorf("transaction: %+v, provider %+v", x, x.Provider)
	}
	if x.At != (Position{Line: 11, Column: 5}) {
		t.Errorf("the transaction stands at %+v", x.At)
	}
}

func TestReadVersion1(t *testing.T) {
	f := readFile(t, "testdata/one.xml")
	a := f.Activities[0]
	if f.Encoding != "iso-8859-1" || a.Reporting.Name != "Agence française" || a.Transactions[0].Provider.Name != "Trésor" {
		t.Errorf("%s: %q, %q", f.Encoding, a.Reporting.Name, a.Transactions[0].Provider.Name)
	}
	if len(a.Transactions) != 9 || a.Transactions[0].Type != "IF" {
		t.Errorf("%d transactions, first %+v", len(a.Transactions), a.Transactions[0])
	}
}

// The place of every transaction of the real file must be where one starts.
func TestPositions(t *testing.T) {
	f := readFile(t, realFile)
	b, _ := os.ReadFile(realFile)
	lines := strings.Split(string(b), "\n")
	for _, a := range f.Activities {
		if !strings.HasPrefix(lines[a.At.Line-1][a.At.Column-1:], "<iati-activity ") {
			t.Errorf("no activity at %+v", a.At)
		}
		for _, x := range a.Transactions {
			if !strings.HasPrefix(lines[x.At.Line-1][x.At.Column-1:], "<transaction") {
				t.Errorf("no transaction at %+v", x.At)
			}
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	deep := "<iati-activities><iati-activity>" + strings.Repeat("<a>", 100)
	wide := "<iati-activities"
	for i := range 300 {
		wide += " a" + strings.Repeat("b", i) + `="1"`
	}
	small := Limits{Bytes: 20_000_000, Token: 100_000, Depth: 64, Attributes: 200, Text: 1000, Activities: 3, Transactions: 3}
	tests := []struct {
		name, text string
		code       ledger.Code
		line, says string
	}{
		{"empty", "", ledger.Malformed, "1", "no element iati-activities"},
		{"not xml", "hello\nworld", ledger.Malformed, "1", "outside the root"},
		{"zip", "PK\x03\x04\x00\x00", ledger.Malformed, "1", "broken"},
		{"other root", "\n<iati-organisations/>", ledger.FieldInvalid, "2", "activity file"},
		{"namespaced root", `<iati-activities xmlns="urn:x"/>`, ledger.FieldInvalid, "1", "activity file"},
		{"two roots", "<iati-activities/>\n<iati-activities/>", ledger.Malformed, "2", "second root"},
		{"text after", "<iati-activities/>\n\nmore", ledger.Malformed, "1", "outside"},
		{"unclosed", "<iati-activities>\n<iati-activity>\n", ledger.Malformed, "3", "unexpected EOF"},
		{"wrong end", "<iati-activities>\n<iati-activity>\n</iati-activities>", ledger.Malformed, "3", "closed by"},
		{"ampersand", "<iati-activities>\n<iati-activity><iati-identifier>A & B</iati-identifier></iati-activity></iati-activities>", ledger.Malformed, "2", "entity"},
		{"unknown entity", "<iati-activities>\n\n<iati-activity><iati-identifier>&nbsp;</iati-identifier></iati-activity></iati-activities>", ledger.Malformed, "3", "entity"},
		{"doctype", "<?xml version=\"1.0\"?>\n<!DOCTYPE iati-activities>\n<iati-activities/>", ledger.Malformed, "2", "document type"},
		{"billion laughs", "<?xml version=\"1.0\"?>\n<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>\n<iati-activities>&b;</iati-activities>", ledger.Malformed, "2", "document type"},
		{"outside file", "<!DOCTYPE l [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><iati-activities>&a;</iati-activities>", ledger.Malformed, "1", "document type"},
		{"deep", deep, ledger.TooLarge, "1", "nested"},
		{"many attributes", wide + "/>", ledger.TooLarge, "1", "attributes"},
		{"long tag", `<iati-activities a="` + strings.Repeat("x", 200_000), ledger.TooLarge, "1", "exceeds"},
		{"long text", "<iati-activities>\n<iati-activity><title>" + strings.Repeat("x", 200_000), ledger.TooLarge, "2", "exceeds"},
		{"long comment", "<!--" + strings.Repeat("x", 200_000), ledger.TooLarge, "1", "exceeds"},
		{"long value", "<iati-activities><iati-activity><iati-identifier>" + strings.Repeat("x", 2000) + "</iati-identifier>", ledger.TooLarge, "1", "longer"},
		{"many activities", "<iati-activities>" + strings.Repeat("<iati-activity/>\n", 4), ledger.TooLarge, "4", "activities"},
		{"many transactions", "<iati-activities><iati-activity>" + strings.Repeat("<transaction/>\n", 4), ledger.TooLarge, "4", "transactions"},
		{"two identifiers", "<iati-activities><iati-activity>\n<iati-identifier>A</iati-identifier>\n<iati-identifier>B</iati-identifier>", ledger.Malformed, "3", "second iati-identifier"},
		{"attribute twice", "<iati-activities>\n<iati-activity a='1' a='2'/></iati-activities>", ledger.Malformed, "2", "twice"},
		{"version 3", "<iati-activities version='3.01'/>", ledger.FieldInvalid, "1", "version"},
		{"activity of version 0", "<iati-activities>\n<iati-activity version='0.9'/></iati-activities>", ledger.FieldInvalid, "2", "version"},
		{"xml 1.1", "<?xml version='1.1'?>\n<iati-activities/>", ledger.Malformed, "1", "version"},
		{"ebcdic", "<?xml version='1.0' encoding='IBM037'?>\n<iati-activities/>", ledger.FieldInvalid, "1", "not known"},
		{"utf-7", "<?xml version='1.0' encoding='UTF-7'?>\n<iati-activities/>", ledger.FieldInvalid, "1", "not known"},
		{"utf-32", "\xff\xfe\x00\x00<\x00\x00\x00", ledger.FieldInvalid, "1", "UTF-32"},
		{"utf-16 unmarked", "<\x00?\x00", ledger.FieldInvalid, "1", "byte order mark"},
		{"contradiction", "\xef\xbb\xbf<?xml version='1.0' encoding='GBK'?>\n<iati-activities/>", ledger.FieldInvalid, "1", "byte order mark says"},
		{"not utf-8", "<iati-activities>\n<iati-activity><iati-identifier>\xff</iati-identifier></iati-activity></iati-activities>", ledger.Malformed, "2", "UTF-8"},
		{"not gb18030", "<?xml version='1.0' encoding='GB18030'?>\n<iati-activities>\n\xff\xff</iati-activities>", ledger.FieldInvalid, "2", "no characters"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(tt.text), small)
			var e *ledger.Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if e.Code != tt.code || e.Detail["line"] != tt.line || !strings.Contains(e.Message, tt.says) || !strings.Contains(e.Message, "line "+tt.line) {
				t.Errorf("%s (line %s), want %s in line %s that says %q", e, e.Detail["line"], tt.code, tt.line, tt.says)
			}
		})
	}
}

// The whole text is limited too, however it is cut.
func TestSizeLimit(t *testing.T) {
	limits := DefaultLimits
	limits.Bytes = 1000
	_, err := Read(strings.NewReader("<iati-activities>"+strings.Repeat("<a/>", 1000)+"</iati-activities>"), limits)
	if ledger.ErrorCode(err) != ledger.TooLarge {
		t.Error(err)
	}
}

func TestEncodings(t *testing.T) {
	body := "<iati-activities>\n<iati-activity><iati-identifier>A-1</iati-identifier><reporting-org ref='CN-1'>沈阳 東京</reporting-org></iati-activity></iati-activities>"
	tests := []struct {
		label string
		enc   encoding.Encoding
		mark  string
	}{
		{"", unicode.UTF8, ""},
		{"", unicode.UTF8BOM, ""},
		{"UTF-8", unicode.UTF8BOM, ""},
		{"gb18030", simplifiedchinese.GB18030, ""},
		{"GBK", simplifiedchinese.GBK, ""},
		{"Shift_JIS", japanese.ShiftJIS, ""},
		{"", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), ""},
		{"utf-16", unicode.UTF16(unicode.BigEndian, unicode.UseBOM), ""},
	}
	for _, tt := range tests {
		text := body
		if tt.label == "Shift_JIS" {
			text = strings.ReplaceAll(body, "沈阳 東京", "東京")
		}
		if tt.label != "" {
			text = `<?xml version="1.0" encoding="` + tt.label + `"?>` + "\n" + text
		}
		raw, err := tt.enc.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Read(strings.NewReader(raw), DefaultLimits)
		if err != nil {
			t.Errorf("%s: %v", tt.label, err)
			continue
		}
		if name := f.Activities[0].Reporting.Name; !strings.Contains(text, name) || !strings.Contains(name, "東京") {
			t.Errorf("%s: the name is %q", tt.label, name)
		}
		if f.Bytes != int64(len(raw)) {
			t.Errorf("%s: %d of %d bytes", tt.label, f.Bytes, len(raw))
		}
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("disk on fire") }

func TestReadingFailure(t *testing.T) {
	_, err := Read(io.MultiReader(strings.NewReader("<iati-activities>"), failing{}), DefaultLimits)
	if err == nil || ledger.ErrorCode(err) != "" || !strings.Contains(err.Error(), "disk on fire") {
		t.Errorf("a failing disk is the file's fault: %v", err)
	}
}

// FuzzRead: whatever the bytes, Read answers a file or a refusal with a line, and a file can be planned.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"testdata/one.xml", "testdata/two.xml"} {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("\xff\xfe<\x00"))
	f.Add([]byte("<?xml version='1.0' encoding='gb18030'?><iati-activities>\x81"))
	f.Add([]byte("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"))
	limits := Limits{Bytes: 1 << 20, Token: 1 << 16, Depth: 20, Attributes: 20, Text: 1000, Activities: 50, Transactions: 200}
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := Read(bytes.NewReader(raw), limits)
		if err != nil {
			var e *ledger.Error
			if !errors.As(err, &e) || e.Detail["line"] == "" {
				t.Fatalf("no refusal with a line: %v", err)
			}
			return
		}
		if file.Bytes != int64(len(raw)) {
			t.Fatalf("%d of %d bytes were read", file.Bytes, len(raw))
		}
		if _, err := NewPlan("fuzz", file, Options{Writer: "officer@finance", Today: "2026-01-01", EntryOps: 7}); err != nil {
			t.Fatal(err)
		}
	})
}
