package ledger_test

import (
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"

	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"
)

const salt = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

// canonical is the canonical form by way of a library.
func canonical(t rapid.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err == nil {
		b, err = jcs.Transform(b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// fill sets every field below v to something, so that a field that leaves do not know is found.
func fill(v reflect.Value, text func() string, number func() int64) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), text, number)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text, number)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), text, number)
		}
	case reflect.String:
		v.SetString(text())
	default:
		v.SetInt(number())
	}
}

// A leaf's text is the canonical form of the leaf, whatever its fields hold, and holds every field of a movement.
func TestLeafTextIsCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "a\"b\\c", "\b\t\n\f\r\x00\x1f\x7f", "<&>\u2028\u2029", "中文\U0001f600", "\xff\xfe"}))
		// Numbers that are no decimal strings (n, level) are small: canonical JSON knows no others exactly.
		number := rapid.Int64Range(0, 1<<53)
		var l Leaf
		fill(reflect.ValueOf(&l).Elem(), func() string { return text.Draw(t, "text") }, func() int64 { return number.Draw(t, "number") })
		if rapid.Bool().Draw(t, "bare") {
			l.Movement.Draws, l.Movement.Origin = nil, nil
		}
		if got, want := string(l.Text()), canonical(t, l); got != want {
			t.Fatalf("%s\nwant\n%s", got, want)
		}
	})
	var full Leaf
	fill(reflect.ValueOf(&full).Elem(), func() string { return "x" }, func() int64 { return 7 })
	var back Leaf
	if err := DecodeStrict(full.Text(), &back); err != nil || !reflect.DeepEqual(back, full) {
		t.Errorf("a full leaf reads back as %+v, %v", back, err)
	}
}

// printf 4 | openssl dgst -sha256 -mac hmac -macopt hexkey:000102…1f
func TestLeafSalt(t *testing.T) {
	const want = "2ff948f12c8cfff82ad50cae3de4a7cffa1e9571b7f0f71fac59c7ab3cbf3cea"
	if got := LeafSalt(salt, 4); got != want {
		t.Errorf("salt of leaf 4 is %s, want %s", got, want)
	}
	if LeafSalt(salt, 5) == LeafSalt(salt, 4) || LeafSalt("", 4) != "" {
		t.Error("leaves share a salt, or have one without the entry's")
	}
}

// head answers the first page of an entry.
func (w *world) head(entry string) Page {
	w.Helper()
	values, err := w.Read([]string{PageKey(entry, 0)})
	if err != nil {
		w.Fatal(err)
	}
	var p Page
	if err := json.Unmarshal(values[0], &p); err != nil {
		w.Fatal(err)
	}
	return p
}

// An entry of three pages, with operations between that move nothing: the root on the first page is that of the movements
// as the pages hold them, made here from the pages' text in the library's way.
func TestRootFollowsFromPages(t *testing.T) {
	w := newWorld(t)
	lot := w.paidIn(1000 * yuan)
	e := Entry{Key: "large", Salt: salt}
	for i := range 2*PageSize + 20 {
		if i%7 == 3 || i/PageSize == 1 && i != 77 {
			e.Ops = append(e.Ops, receiptFor(parentFund, ""))
			e.Ops[i].Document.SHA256 = strings.Repeat("0", 61) + hex.EncodeToString([]byte{byte(i)}) + "a"
		} else {
			e.Ops = append(e.Ops, instruct(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot, int64(i)+1), Memo: "<&> 第一期"}))
		}
	}
	entry, err := w.record(parentMgr, e)
	if err != nil {
		t.Fatal(err, refusalOf(err).Rows)
	}
	head := w.head(entry)
	if head.Salt != salt || len(head.Root) != 64 {
		t.Fatalf("salt %q, root %q", head.Salt, head.Root)
	}
	var leaves []Digest
	var movements []string
	for n := 0; n < len(e.Ops); n += PageSize {
		raw, err := w.Read([]string{PageKey(entry, n)})
		if err != nil {
			t.Fatal(err)
		}
		var p struct {
			Writer    json.RawMessage
			At        string
			Movements []json.RawMessage
		}
		if err := json.Unmarshal(raw[0], &p); err != nil {
			t.Fatal(err)
		}
		for _, m := range p.Movements {
			var of struct{ N int }
			if err := json.Unmarshal(m, &of); err != nil {
				t.Fatal(err)
			}
			movements = append(movements, MovementID(entry, of.N))
			leaves = append(leaves, LeafDigest([]byte(canonical(t, map[string]any{"at": p.At, "id": MovementID(entry, of.N), "movement": m,
				"salt": LeafSalt(salt, of.N), "writer": p.Writer}))))
		}
	}
	if root, _ := MerkleRoot(leaves); hex.EncodeToString(root[:]) != head.Root {
		t.Fatalf("the root is %s, the pages make it %x", head.Root, root)
	}
	for i, id := range movements {
		d, err := ReadDisclosure(w, id)
		if err != nil {
			t.Fatal(err)
		}
		if d.Index != i || d.Size != len(movements) || d.Root != head.Root || d.Check() != nil {
			t.Fatalf("disclosure %+v: %v", d, d.Check())
		}
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), salt) || strings.Count(string(text), entry) != 2 {
			t.Fatalf("the disclosure of %s tells more than of it: %s", id, text)
		}
	}
}

// Every field of a disclosure is held to the others.
func TestDisclosureCheck(t *testing.T) {
	w := newWorld(t)
	lot := w.paidIn(1000 * yuan)
	var ops []Op
	for i := range 5 {
		ops = append(ops, instruct(Movement{Kind: Disbursement, From: parentAcct, To: e1Acct, Draws: draws(lot, int64(i)+1)}))
	}
	entry := w.do(parentMgr, ops...)
	for name, change := range map[string]func(*Disclosure){
		"movement": func(d *Disclosure) { d.Movement = MovementID(entry, 3) },
		"amount":   func(d *Disclosure) { d.Leaf = strings.Replace(d.Leaf, `"amount":"3"`, `"amount":"4"`, 1) },
		"space":    func(d *Disclosure) { d.Leaf += " " },
		"no leaf":  func(d *Disclosure) { d.Leaf = "" },
		"unknown":  func(d *Disclosure) { d.Leaf = strings.Replace(d.Leaf, `{"at"`, `{"a":1,"at"`, 1) },
		"index":    func(d *Disclosure) { d.Index = 1 },
		"negative": func(d *Disclosure) { d.Index = -1 },
		"size":     func(d *Disclosure) { d.Size = 9 },
		"shorter":  func(d *Disclosure) { d.Path = d.Path[1:] },
		"longer":   func(d *Disclosure) { d.Path = append(d.Path, d.Root) },
		"digest":   func(d *Disclosure) { d.Path[0] = d.Root },
		"no hex":   func(d *Disclosure) { d.Path[0] = strings.Repeat("x", 64) },
		"short":    func(d *Disclosure) { d.Path[0] = d.Path[0][2:] },
		"root":     func(d *Disclosure) { d.Root = d.Path[0] },
	} {
		d, err := ReadDisclosure(w, MovementID(entry, 2))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Check(); err != nil {
			t.Fatal(err)
		}
		if change(d); d.Check() == nil {
			t.Errorf("%s was changed and nobody noticed", name)
		}
	}
}

// A salt changes the root and nothing else: not the entry's identity, not what a repeated key is held against.
func TestSalt(t *testing.T) {
	w := newWorld(t)
	pay := Entry{Key: "pay", Ops: []Op{settle(Movement{Kind: OwnFunds, To: e1Acct, Amount: yuan, Origin: &Origin{Source: OwnMoney}, BankRef: "r"})}}
	bare := HashEntry(&pay)
	entry, err := w.record(custodian1, pay)
	if err != nil {
		t.Fatal(err)
	}
	unsalted := w.head(entry)
	if unsalted.Salt != "" || unsalted.Root == "" || unsalted.Hash != bare {
		t.Errorf("unsalted: %+v", unsalted)
	}
	pay.Salt = salt
	if HashEntry(&pay) != bare {
		t.Error("the salt is part of the entry's hash")
	}
	_, result, err := Apply(&Batch{Entries: []Entry{pay}}, custodian1, now, w)
	if err != nil || !result.Entries[0].Replayed {
		t.Errorf("the same entry with another salt: %+v, %v", result, err)
	}
	pay.Key, pay.Ops[0].Movement.BankRef = "again", "r2"
	if entry, err = w.record(custodian1, pay); err != nil {
		t.Fatal(err)
	}
	if salted := w.head(entry); salted.Salt != salt || salted.Root == unsalted.Root {
		t.Errorf("salted: %+v", salted)
	}
	registered, err := w.record(officer, Entry{Key: "party", Salt: salt, Ops: []Op{party(outsider, Private)}})
	if err != nil {
		t.Fatal(err)
	}
	if p := w.head(registered); p.Root != "" || p.Salt != "" {
		t.Errorf("an entry that moves nothing has a root: %+v", p)
	}
	for _, bad := range []string{"00", salt[2:], salt + "00", strings.ToUpper(salt), "x" + salt[1:]} {
		if _, err := w.record(officer, Entry{Key: "bad", Salt: bad, Ops: []Op{party(outsider, Private)}}); ErrorCode(err) != FieldInvalid {
			t.Errorf("salt %q: %v", bad, err)
		}
	}
}
