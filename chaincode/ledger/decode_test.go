package ledger_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

func TestDecodeBatch(t *testing.T) {
	const op = `{"type":"movement.void","step":{"movement":"m"}}`
	for _, c := range []struct {
		name, body string
		want       Code
	}{
		{"good", `{"entries":[{"key":"k","ops":[` + op + `]}]}`, ""},
		{"white space around", " \n{\"entries\":[{\"key\":\"k\",\"ops\":[" + op + "]}]}\n\t", ""},
		{"nothing", ``, Malformed},
		{"null", `null`, Malformed},
		{"a list", `[]`, Malformed},
		{"no entry", `{}`, Malformed},
		{"no operation", `{"entries":[{"key":"k","ops":[]}]}`, Malformed},
		{"cut short", `{"entries":[{"key":"k","ops":[` + op, Malformed},
		{"a second value", `{"entries":[{"key":"k","ops":[` + op + `]}]} {}`, Malformed},
		{"rubbish behind", `{"entries":[{"key":"k","ops":[` + op + `]}]}x`, Malformed},
		{"a field of the batch that is unknown", `{"entries":[{"key":"k","ops":[` + op + `]}],"force":true}`, Malformed},
		{"a field of a body that is unknown", `{"entries":[{"key":"k","ops":[{"type":"movement.void","step":{"movement":"m","amount":"1"}}]}]}`, Malformed},
		{"an amount that is a number", amountBody(`1`), Malformed},
		{"an amount with a fraction", amountBody(`"1.5"`), Malformed},
		{"an amount with an exponent", amountBody(`"1e3"`), Malformed},
		{"an amount beyond 63 bits", amountBody(`"9223372036854775808"`), Malformed},
		{"the greatest amount", amountBody(`"9223372036854775807"`), ""},
		{"an amount that is empty", amountBody(`""`), Malformed},
		{"too many operations", `{"entries":[{"key":"k","ops":[` + strings.Repeat(op+",", MaxOps) + op + `]}]}`, TooLarge},
		{"the most operations", `{"entries":[{"key":"k","ops":[` + strings.Repeat(op+",", MaxOps-1) + op + `]}]}`, ""},
		{"too many operations over two entries", `{"entries":[{"key":"a","ops":[` + op + `]},{"key":"k","ops":[` + strings.Repeat(op+",", MaxOps-1) + op + `]}]}`, TooLarge},
		{"very deep", strings.Repeat(`{"entries":[`, 20000), Malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			batch, err := DecodeBatch([]byte(c.body))
			if ErrorCode(err) != c.want || (err == nil) != (c.want == "") {
				t.Errorf("%v, want %q", err, c.want)
			}
			if (batch == nil) != (err != nil) {
				t.Errorf("batch %v beside error %v", batch, err)
			}
		})
	}
}

func amountBody(v string) string {
	return `{"entries":[{"key":"k","ops":[{"type":"movement.settle","movement":{"n":0,"kind":"USE","amount":` + v + `,"currency":"CNY","date":"2026-01-01"}}]}]}`
}

// Amounts cross the wire as strings of minor units, so that no reader turns them into floating point.
func TestAmountsAreStrings(t *testing.T) {
	b, err := json.Marshal(Movement{Amount: 9007199254740993, Draws: []Draw{{Amount: 9007199254740993}}})
	if err != nil || strings.Count(string(b), `"amount":"9007199254740993"`) != 2 {
		t.Errorf("%s, %v", b, err)
	}
}

func TestHashEntry(t *testing.T) {
	w := newWorld(t)
	one := Entry{Key: "k", Ops: []Op{party(outsider, Private)}}
	if HashEntry(&one) != HashEntry(&Entry{Key: "k", Ops: []Op{party(outsider, Private)}}) {
		t.Error("equal entries have different hashes")
	}
	if HashEntry(&one) == HashEntry(&Entry{Key: "k", Ops: []Op{party(outsider, Foreign)}}) {
		t.Error("different entries have equal hashes")
	}
	before := HashEntry(&one)
	w.do(officer, one.Ops...)
	if HashEntry(&one) != before {
		t.Error("recording an entry changed it")
	}
}

func TestErrorIsTellsCodesApart(t *testing.T) {
	err := error(Refuse(LotOverdrawn, "draw less", "lot", "x"))
	if !errors.Is(err, &Error{Code: LotOverdrawn}) || errors.Is(err, &Error{Code: LotUnknown}) {
		t.Error("errors.Is does not go by code")
	}
	var back Error
	if json.Unmarshal([]byte(Refuse(LotOverdrawn, "draw less", "lot", "x").JSON()), &back) != nil || back.Code != LotOverdrawn || back.Detail["lot"] != "x" {
		t.Errorf("the wire form loses something: %+v", back)
	}
	if ErrorCode(errors.New("disk")) != "" {
		t.Error("a failure has a code")
	}
}

// Hostile text must not fill an error message.
func TestErrorsStayShort(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("长", 100_000)
	_, err := w.try(custodian1, settle(Movement{Kind: Kind(long), From: long, To: long, Amount: 1}))
	if err == nil || len(err.Error()) > 2000 {
		t.Errorf("message of %d bytes", len(err.Error()))
	}
}
