package fingerprint_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fundtrace/chaincode/ledger"
	. "fundtrace/gateway/fingerprint"
)

const (
	seller = "uscc:91350100M000100Y43"
	buyer  = "uscc:91330100799655058B"
	third  = "uscc:9144030071526726XG"
)

var key = Key(strings.Repeat("k", KeySize))

// digital is an invoice of the kind that most are now.
func digital() Particulars {
	return Particulars{Seller: seller, Buyer: buyer, Type: Digital, Number: "26212000000012345678", Date: "2026-03-01", Amount: 1_000_000_00, Currency: "CNY"}
}

func paper() Particulars {
	p := digital()
	p.Type, p.Code, p.Number = VATSpecial, "2100204130", "01234567"
	return p
}

func of(t interface {
	Helper()
	Fatal(...any)
}, p Particulars) string {
	t.Helper()
	f, _, err := key.Of(p)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		name string
		p    Particulars
		want string
	}{
		{"digital", digital(), seller + "|" + buyer + "|DIGITAL||26212000000012345678|2026-03-01|100000000|CNY"},
		{"paper", paper(), seller + "|" + buyer + "|VAT_SPECIAL|2100204130|01234567|2026-03-01|100000000|CNY"},
		{"separators in values", Particulars{Seller: "other:a|b", Buyer: `other:c\`, Type: Other, Code: "x|y", Number: "n", Date: "2026-03-01", Amount: 1, Currency: "JPY"},
			`other:a\|b|other:c\\|OTHER|X\|Y|N|2026-03-01|1|JPY`},
	} {
		if got, err := c.p.Canonical(); err != nil || got != c.want {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

// The fingerprint is part of the contract between the members of a consortium: it must never change. The value was
// computed with openssl: printf '%s' CANONICAL | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk.
func TestGolden(t *testing.T) {
	const want = "16b57e5625b22063432dcf3bfd4d90e764ce47b10a303824a6ec1629dd16e04e"
	if got := of(t, digital()); got != want {
		t.Errorf("got %s", got)
	}
}

func TestSameInvoiceWrittenDifferently(t *testing.T) {
	for name, change := range map[string]func(*Particulars){
		"bare code":           func(p *Particulars) { p.Seller = "91350100M000100Y43" },
		"lower case code":     func(p *Particulars) { p.Seller = "uscc:91350100m000100y43" },
		"scheme in capitals":  func(p *Particulars) { p.Buyer = "USCC:91330100799655058B" },
		"full width":          func(p *Particulars) { p.Number = "２６２１２０００００００１２３４５６７８" },
		"spaces":              func(p *Particulars) { p.Number = " 2621 2000 0000 1234 5678\t" },
		"ideographic space":   func(p *Particulars) { p.Number = "2621　2000000012345678" },
		"zero-width and mark": func(p *Particulars) { p.Number = "\ufeff26212000\u200b000012345678" },
		"type":                func(p *Particulars) { p.Type = "digital" },
		"currency":            func(p *Particulars) { p.Currency = "cny" },
		"date":                func(p *Particulars) { p.Date = "２０２６-03-01 " },
	} {
		p := digital()
		change(&p)
		if of(t, p) != of(t, digital()) {
			t.Errorf("%s: another fingerprint", name)
		}
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Particulars)
		code   ledger.Code
	}{
		"no seller":               {func(p *Particulars) { p.Seller = "" }, ledger.FieldMissing},
		"seller fails its check":  {func(p *Particulars) { p.Seller = "uscc:91350100M000100Y44" }, ledger.IdentifierInvalid},
		"buyer of no scheme":      {func(p *Particulars) { p.Buyer = "tax:1" }, ledger.IdentifierInvalid},
		"a person's name":         {func(p *Particulars) { p.Buyer = "pid:王五" }, ledger.PersonalData},
		"no type":                 {func(p *Particulars) { p.Type = "" }, ledger.FieldMissing},
		"another type":            {func(p *Particulars) { p.Type = "RECEIPT" }, ledger.FieldInvalid},
		"no number":               {func(p *Particulars) { p.Number = " " }, ledger.FieldMissing},
		"19 digits":               {func(p *Particulars) { p.Number = p.Number[1:] }, ledger.FieldInvalid},
		"letter in the number":    {func(p *Particulars) { p.Number = "O" + p.Number[1:] }, ledger.FieldInvalid},
		"digital with a code":     {func(p *Particulars) { p.Code = "2100204130" }, ledger.FieldInvalid},
		"paper without a code":    {func(p *Particulars) { p.Type, p.Number = VATSpecial, "01234567" }, ledger.FieldMissing},
		"code of 11 digits":       {func(p *Particulars) { p.Type, p.Code, p.Number = VATOrdinary, "21002041301", "01234567" }, ledger.FieldInvalid},
		"number of 7 digits":      {func(p *Particulars) { p.Type, p.Code, p.Number = VATOrdinary, "2100204130", "0123456" }, ledger.FieldInvalid},
		"endless number":          {func(p *Particulars) { p.Type, p.Number = Other, strings.Repeat("9", 101) }, ledger.FieldInvalid},
		"endless code":            {func(p *Particulars) { p.Type, p.Code = Other, strings.Repeat("9", 101) }, ledger.FieldInvalid},
		"not UTF-8":               {func(p *Particulars) { p.Number = "2621\xff" }, ledger.FieldInvalid},
		"seller not UTF-8":        {func(p *Particulars) { p.Seller = "other:\xff" }, ledger.FieldInvalid},
		"no date":                 {func(p *Particulars) { p.Date = "" }, ledger.DateInvalid},
		"a day that is not there": {func(p *Particulars) { p.Date = "2026-02-30" }, ledger.DateInvalid},
		"amount of nothing":       {func(p *Particulars) { p.Amount = 0 }, ledger.AmountInvalid},
		"negative amount":         {func(p *Particulars) { p.Amount = -1 }, ledger.AmountInvalid},
		"no currency":             {func(p *Particulars) { p.Currency = "" }, ledger.CurrencyInvalid},
		"no such currency":        {func(p *Particulars) { p.Currency = "RMB" }, ledger.CurrencyInvalid},
	} {
		p := digital()
		c.change(&p)
		f, near, err := key.Of(p)
		if ledger.ErrorCode(err) != c.code || f != "" || near != nil {
			t.Errorf("%s: %q %v %v, want %s", name, f, near, err, c.code)
		}
	}
	if _, _, err := Key("short").Of(digital()); err == nil {
		t.Error("a short key was used")
	}
}

// invoices draws valid particulars of every type.
func invoices() *rapid.Generator[Particulars] {
	return rapid.Custom(func(t *rapid.T) Particulars {
		p := Particulars{
			Seller:   rapid.SampledFrom([]string{seller, buyer, third, "lei:5493001KJTIIGC8Y1R12", "other:acme", "other:Acme", "other:a|b"}).Draw(t, "seller"),
			Buyer:    rapid.SampledFrom([]string{seller, buyer, third, "other:acme", "iati:CN-1"}).Draw(t, "buyer"),
			Type:     rapid.SampledFrom([]string{Digital, VATSpecial, VATOrdinary, Other}).Draw(t, "type"),
			Date:     fmt.Sprintf("20%02d-%02d-%02d", rapid.IntRange(20, 30).Draw(t, "y"), rapid.IntRange(1, 12).Draw(t, "m"), rapid.IntRange(1, 28).Draw(t, "d")),
			Amount:   rapid.Int64Range(1, 1<<62).Draw(t, "amount"),
			Currency: rapid.SampledFrom([]string{"CNY", "USD", "JPY", "KWD"}).Draw(t, "currency"),
		}
		switch p.Type {
		case Digital:
			p.Number = rapid.StringMatching(`[0-9]{20}`).Draw(t, "number")
		case Other:
			p.Number = rapid.StringMatching(`[A-Z0-9|/\\-]{1,30}`).Draw(t, "number")
			p.Code = rapid.StringMatching(`[A-Z0-9|\\]{0,12}`).Draw(t, "code")
		default:
			p.Number = rapid.StringMatching(`[0-9]{8}`).Draw(t, "number")
			p.Code = rapid.StringMatching(`[0-9]{10}([0-9]{2})?`).Draw(t, "code")
		}
		return p
	})
}

// disguise writes a text as another person or program may write it.
func disguise(t *rapid.T, s string) string {
	var b strings.Builder
	for _, r := range s {
		if rapid.IntRange(0, 4).Draw(t, "noise") == 0 {
			b.WriteString(rapid.SampledFrom([]string{" ", "\u3000", "\u200b", "\u00a0", "\t"}).Draw(t, "space"))
		}
		switch rapid.IntRange(0, 3).Draw(t, "form") {
		case 0:
			r = []rune(strings.ToLower(string(r)))[0]
		case 1:
			if r > ' ' && r < 0x7f { // the full-width form
				r += 0xfee0
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

func TestEveryWritingHasOneFingerprint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := invoices().Draw(t, "invoice")
		q := p
		for _, f := range []*string{&q.Type, &q.Code, &q.Number, &q.Date, &q.Currency} {
			*f = disguise(t, *f)
		}
		for _, f := range []*string{&q.Seller, &q.Buyer} {
			if strings.HasPrefix(*f, "uscc:") || strings.HasPrefix(*f, "lei:") { // others tell upper and lower case apart
				*f = disguise(t, *f)
			}
		}
		if of(t, p) != of(t, q) {
			t.Fatalf("%+v and %+v", p, q)
		}
	})
}

func TestEveryDifferenceIsAnotherInvoice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := invoices().Draw(t, "one"), invoices().Draw(t, "other")
		if rapid.Bool().Draw(t, "alike") { // one particular apart
			alike := p
			switch rapid.IntRange(0, 6).Draw(t, "which") {
			case 0:
				alike.Seller = q.Seller
			case 1:
				alike.Buyer = q.Buyer
			case 2:
				alike.Date = q.Date
			case 3:
				alike.Amount = q.Amount
			case 4:
				alike.Currency = q.Currency
			case 5:
				if p.Type == q.Type {
					alike.Number = q.Number
				}
			case 6:
				if p.Type == q.Type {
					alike.Code = q.Code
				}
			}
			q = alike
		}
		if (p == q) != (of(t, p) == of(t, q)) {
			t.Fatalf("%+v and %+v", p, q)
		}
	})
}

func TestNearDuplicates(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Particulars)
		agree  [3]bool // number, trade, mistyped number
	}{
		{"nothing", func(*Particulars) {}, [3]bool{true, true, true}},
		{"another amount", func(p *Particulars) { p.Amount++ }, [3]bool{true, false, true}},
		{"another day", func(p *Particulars) { p.Date = "2026-03-02" }, [3]bool{true, false, true}},
		{"another number", func(p *Particulars) { p.Number = "26212000000012345679" }, [3]bool{false, true, false}},
		{"another seller", func(p *Particulars) { p.Seller = third }, [3]bool{false, false, false}},
		{"another buyer", func(p *Particulars) { p.Buyer = third }, [3]bool{true, false, false}},
		{"another type, number as read from paper", func(p *Particulars) { p.Type, p.Number = Other, "2621-2OOO-OOOO-I2345678" }, [3]bool{false, true, true}},
		{"another type, leading zero", func(p *Particulars) { p.Type, p.Number = Other, "026212000000012345678" }, [3]bool{false, true, true}},
	} {
		p := digital()
		c.change(&p)
		_, want, _ := key.Of(digital())
		f, near, err := key.Of(p)
		if err != nil || len(near) != len(NearKinds) {
			t.Fatalf("%s: %v %v", c.name, near, err)
		}
		for i := range near {
			if (near[i] == want[i]) != c.agree[i] {
				t.Errorf("%s: the hash of %v agrees is %v", c.name, NearKinds[i], near[i] == want[i])
			}
			if near[i] == f {
				t.Errorf("%s: a partial fingerprint is the whole one", c.name)
			}
		}
	}
}

func TestAnotherKeyIsAnotherFingerprint(t *testing.T) {
	other := Key(strings.Repeat("l", KeySize))
	f, near, err := other.Of(digital())
	if err != nil {
		t.Fatal(err)
	}
	g, same, _ := key.Of(digital())
	if f == g || near[0] == same[0] || near[1] == same[1] || near[2] == same[2] {
		t.Error("two keys give one fingerprint")
	}
}

func TestLoadKey(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text := hex.EncodeToString(key)
	k, err := LoadKey(write("good", text+"\n", 0o600))
	if err != nil || string(k) != string(key) {
		t.Fatalf("%v %v", k, err)
	}
	if shown := fmt.Sprintf("%v %s %+v %#v", k, k, k, k); strings.Contains(shown, "k\x6bk") || strings.Contains(shown, "107") {
		t.Errorf("the key shows itself: %s", shown)
	}
	for name, path := range map[string]string{
		"none":     filepath.Join(dir, "none"),
		"readable": write("readable", text, 0o644),
		"group":    write("group", text, 0o640),
		"short":    write("short", text[2:], 0o600),
		"odd":      write("odd", text[1:], 0o600),
		"long":     write("long", text+"00", 0o600),
		"no hex":   write("nohex", "z"+text[1:], 0o600),
		"empty":    write("empty", "", 0o600),
	} {
		_, err := LoadKey(path)
		if err == nil || strings.Contains(err.Error(), text[4:20]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add(seller, buyer, Digital, "", "26212000000012345678", "2026-03-01", int64(1), "CNY")
	f.Add("other:a|b", `other:\`, Other, "|", "n\\|", "2026-03-01", int64(1), "USD")
	f.Add("USCC：91350100m000100y43", "lei:5493001KJTIIGC8Y1R12", "ｏｔｈｅｒ", "ŉ", "e\u200d\u0301", "２０２６-03-01", int64(5), "jpy")
	f.Fuzz(func(t *testing.T, seller, buyer, kind, code, number, date string, amount int64, currency string) {
		p := Particulars{Seller: seller, Buyer: buyer, Type: kind, Code: code, Number: number, Date: date, Amount: amount, Currency: currency}
		text, err := p.Canonical()
		if err != nil {
			if ledger.ErrorCode(err) == "" {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		n, err := p.Normal()
		if err != nil {
			t.Fatal(err)
		}
		again, err := n.Normal()
		if err != nil || again != n {
			t.Fatalf("the canonical writing is not its own: %+v, then %+v, %v", n, again, err)
		}
		if ledger.CheckIdentifier(n.Seller) != nil || ledger.CheckIdentifier(n.Buyer) != nil {
			t.Fatalf("the ledger would not take %+v", n)
		}
		if strings.ContainsAny(text, " \t\r\n\u3000") {
			t.Fatalf("%q holds a space", text)
		}
	})
}
