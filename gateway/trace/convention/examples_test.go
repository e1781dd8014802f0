package convention

import (
	"context"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
)

func read(t *testing.T, text string) *Book {
	t.Helper()
	movements, err := ReadCSV(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(movements, BySequence)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Worked examples of forensic accounting: own and trust money in one account, tracing of stolen coins, the three cases of
// the lowest intermediate balance (In re Dameron).
func TestForensicExamples(t *testing.T) {
	cases := []struct {
		name           string
		csv            string
		method         Method
		source, target string
		amount, holds  int64
		account        string
		left           int64
	}{
		{"lowest intermediate balance: 254,500 of 300,000 spent", "id,date,from,to,amount\nown,2026-01-01,,a,100000\ntrust,2026-01-02,,a,200000\ncar,2026-01-03,a,shop,75000\nrest,2026-01-04,a,others,179500\n",
			LIBR, "trust", "shop", 0, 0, "a", 45500},
		{"FIFO: Peter's hundred left", "id,date,from,to,amount\npeter,2026-01-01,,a,100\nlisa,2026-01-02,,a,100\nw,2026-01-03,a,x,100\n", FIFO, "peter", "x", 100, 100, "a", 0},
		{"LIFO: Lisa's hundred left", "id,date,from,to,amount\npeter,2026-01-01,,a,100\nlisa,2026-01-02,,a,100\nw,2026-01-03,a,x,100\n", LIFO, "lisa", "x", 100, 100, "a", 0},
		{"pro rata: half and half", "id,date,from,to,amount\npeter,2026-01-01,,a,100\nlisa,2026-01-02,,a,100\nw,2026-01-03,a,x,100\n", ProRata, "lisa", "x", 50, 50, "a", 50},
		{"poison: three stolen spoil ten", "id,date,from,to,amount\nstolen,2026-01-01,,a,3\nclean,2026-01-02,,a,7\nw,2026-01-03,a,x,10\n", Poison, "stolen", "x", 10, 10, "a", 0},
		{"FIFO: the first three of ten are stolen", "id,date,from,to,amount\nstolen,2026-01-01,,a,3\nclean,2026-01-02,,a,7\nw,2026-01-03,a,x,4\n", FIFO, "stolen", "x", 3, 3, "a", 0},
		{"FIFO: two clean, then three stolen", "id,date,from,to,amount\nclean,2026-01-01,,a,2\nstolen,2026-01-02,,a,3\nw,2026-01-03,a,x,4\n", FIFO, "stolen", "x", 2, 2, "a", 1},
		{"the balance never fell below the trust: all is there", "id,date,from,to,amount\nown,2026-01-01,,a,50\ntrust,2026-01-02,,a,100\nw,2026-01-03,a,x,50\n", LIBR, "trust", "x", 0, 0, "a", 100},
		{"the account was emptied: nothing is there, and new money does not replenish", "id,date,from,to,amount\ntrust,2026-01-02,,a,100\nw,2026-01-03,a,x,100\nown,2026-01-04,,a,80\n", LIBR, "trust", "x", 100, 100, "a", 0},
		{"in between: the lowest balance, not replenished", "id,date,from,to,amount\ntrust,2026-01-02,,a,100\nw,2026-01-03,a,x,70\nown,2026-01-04,,a,80\n", LIBR, "trust", "x", 70, 70, "a", 30},
		{"an earmark is honoured while it lasts", "id,date,from,to,amount,earmark\nown,2026-01-01,,a,50,\ngrant,2026-01-02,,a,30,\nw,2026-01-03,a,x,40,grant\n", Specific, "grant", "x", 30, 30, "a", 0},
		{"what comes back is the target's own", "id,date,from,to,amount\ns,2026-01-01,,a,100\n1,2026-01-02,a,x,100\n2,2026-01-03,x,a,100\n3,2026-01-04,a,x,100\n", FIFO, "s", "x", 100, 0, "a", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := read(t, c.csv)
			got, err := Compare(context.Background(), b, c.source, c.target, Blend, c.method)
			if err != nil {
				t.Fatal(err)
			}
			if f := got.Figures[0]; f.Amount != c.amount {
				t.Errorf("%s says %d, want %d", f.Version, f.Amount, c.amount)
			}
			r, err := Run(context.Background(), b, Options{Method: c.method, Protected: c.source})
			if err != nil {
				t.Fatal(err)
			}
			if left := r.Of(r.Holds(c.account), c.source); left != c.left {
				t.Errorf("%s leaves %d in %s, want %d", r.Version, left, c.account, c.left)
			}
		})
	}
}

func TestBoundsOfTheGoldenExample(t *testing.T) {
	movements := slices.Clone(e1)
	for i := range movements {
		if movements[i].To == "" {
			movements[i].To = "payee-" + movements[i].ID
		}
	}
	b, err := Open(movements, BySequence)
	if err != nil {
		t.Fatal(err)
	}
	// 5.4 million of public money among 34 million that reached the account before X; everything but 540 could be others'.
	want := map[string]Bounds{"payee-X": {0, 540_000_000, 1_200_000_000}, "payee-Y": {0, 540_000_000, 2_000_000_000}, "payee-Z": {0, 400_000_000, 400_000_000}}
	for target, w := range want {
		got, err := Bound(context.Background(), b, "gov", target)
		if err != nil || *got != w {
			t.Errorf("%s: %+v, %v, want %+v", target, got, err, w)
		}
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	head := "id,date,from,to,amount\n"
	cases := []struct {
		name, text string
		code       ledger.Code
		says       string
	}{
		{"empty", "", ledger.Malformed, "header"},
		{"unknown column", "id,date,from,to,amount,colour\n", ledger.FieldInvalid, "colour"},
		{"column twice", "id,id,date,from,to,amount\n", ledger.FieldInvalid, "twice"},
		{"column missing", "id,date,from,to\n", ledger.FieldMissing, "amount"},
		{"decimals", head + "1,2026-01-01,,a,1.50\n", ledger.FieldInvalid, "row 2, column amount"},
		{"negative", head + "1,2026-01-01,,a,5\n2,2026-01-02,a,b,-5\n", ledger.AmountInvalid, "row 3"},
		{"no such day", head + "1,2026-02-30,,a,5\n", ledger.DateInvalid, "row 2"},
		{"short row", head + "1,2026-01-01,,a\n", ledger.Malformed, "row 2"},
		{"to itself", head + "1,2026-01-01,a,a,5\n", ledger.FieldInvalid, "itself"},
		{"neither side", head + "1,2026-01-01,,,5\n", ledger.FieldMissing, "neither"},
	}
	for _, c := range cases {
		_, err := ReadCSV(strings.NewReader(c.text))
		if ledger.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s with %q", c.name, err, c.code, c.says)
		}
	}
	movements, err := ReadCSV(strings.NewReader(head + "1,2026-01-01,,a,5\n1,2026-01-02,,a,5\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(movements, BySequence); ledger.ErrorCode(err) != ledger.AlreadyExists {
		t.Errorf("an identifier twice gave %v", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("id,date,from,to,amount\n1,2026-01-01,,a,5\n2,2026-01-02,a,b,5\n")
	f.Fuzz(func(t *testing.T, text string) {
		movements, err := ReadCSV(strings.NewReader(text))
		if err != nil {
			if ledger.ErrorCode(err) == "" {
				t.Fatalf("no code: %v", err)
			}
			return
		}
		if len(movements) > 200 {
			return
		}
		b, err := Open(movements, CreditsFirst)
		if err != nil {
			return
		}
		for _, m := range Methods() {
			r, err := Run(context.Background(), b, Options{Method: m, Protected: UnknownSource})
			if err != nil {
				continue
			}
			for i := range r.Carried {
				if m != Poison && sum(r.Carried[i]) != b.Movements[i].Amount {
					t.Fatalf("%s does not conserve movement %s", m, b.Movements[i].ID)
				}
			}
		}
	})
}

func TestQuestions(t *testing.T) {
	b := read(t, "id,date,from,to,amount,tag\ng,2026-01-01,,a,10,gov\no,2026-01-01,,b,10,own\n1,2026-01-02,a,x,4,\n2,2026-01-03,b,x,3,\n3,2026-01-04,x,y,2,\n")
	pairs := func(q Question) (out []string) {
		got, err := Ask(context.Background(), b, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range got {
			out = append(out, c.Source+">"+c.Target)
		}
		return out
	}
	if got := pairs(Question{Source: "gov"}); !slices.Equal(got, []string{"gov>a", "gov>x", "gov>y"}) {
		t.Errorf("gov may have reached %v", got)
	}
	if got := pairs(Question{Target: "y"}); !slices.Equal(got, []string{"gov>y", "own>y"}) {
		t.Errorf("y may have received %v", got)
	}
	for name, c := range map[string]struct {
		q    Question
		code ledger.Code
	}{
		"nothing asked":  {Question{}, ledger.FieldMissing},
		"unknown source": {Question{Source: "z"}, ledger.LotUnknown},
		"unknown target": {Question{Target: "z"}, ledger.AccountUnknown},
		"unknown both":   {Question{Source: "gov", Target: "z"}, ledger.AccountUnknown},
		"unknown method": {Question{Source: "gov", Target: "x", Methods: []Method{"GUESS"}}, ""},
	} {
		got, err := Ask(context.Background(), b, c.q)
		if ledger.ErrorCode(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
		if c.code == "" && got[0].Figures[0].Code != string(ledger.FieldInvalid) {
			t.Errorf("%s: %+v", name, got[0].Figures)
		}
	}
}

// What was traced forward by FIFO with ordered deposits is found again backward: running the payments in reverse, newest
// first, gives every source back its money.
func TestOrderedFIFOIsReversible(t *testing.T) {
	movements := e1[:0:0]
	for _, m := range e1 {
		if m.To == "" {
			m.To = "payee-" + m.ID
		}
		movements = append(movements, m)
	}
	b, err := Open(movements, BySequence)
	if err != nil {
		t.Fatal(err)
	}
	forward, err := Run(context.Background(), b, Options{Method: FIFO, Inside: Ordered})
	if err != nil {
		t.Fatal(err)
	}
	// Backward: each account's deposits, in order, are matched to its payments, in order; the sources of a payment are
	// those of the deposits that it lies on.
	for i, m := range b.Movements {
		if m.From == "" {
			continue
		}
		if got, want := forward.Carried[i], backward(b, i, 0, m.Amount); !slices.Equal(got, merge(want, forward)) {
			t.Errorf("%s carries %v forward, %v backward", m.ID, got, merge(want, forward))
		}
	}
}

// origin is a stretch of money of one source.
type origin struct {
	tag    string
	amount int64
}

// backward answers the sources of a stretch of movement i, that begins after skip and is amount long, by position alone.
func backward(b *Book, i int, skip, amount int64) (out []origin) {
	m := b.Movements[i]
	if m.From == "" {
		return []origin{{m.tag(), amount}}
	}
	spent := int64(0) // by earlier payments of the account
	for k := range i {
		if b.Movements[k].From == m.From {
			spent += b.Movements[k].Amount
		}
	}
	low, high := spent+skip, spent+skip+amount
	at := int64(0)
	for k := range b.Movements {
		d := b.Movements[k]
		if d.To != m.From {
			continue
		}
		from, to := max(low, at), min(high, at+d.Amount)
		if from < to {
			out = append(out, backward(b, k, from-at, to-from)...)
		}
		at += d.Amount
	}
	return out
}

func merge(list []origin, r *Result) (parts []Part) {
	for _, o := range list {
		n := r.number(o.tag)
		if k := len(parts); k > 0 && parts[k-1].Source == n {
			parts[k-1].Amount += o.amount
		} else {
			parts = append(parts, Part{n, o.amount})
		}
	}
	return parts
}
