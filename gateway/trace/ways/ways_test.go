package ways

import (
	"context"
	"fmt"
	"testing"

	"fundtrace/gateway/trace"
	"fundtrace/gateway/trace/attribution"
)

// town is payments between accounts; account n is owned by party n/10.
type town struct{ payments []trace.Payment }

// pay adds a payment that leaves on a day and arrives as many days later.
func (w *town) pay(day int32, from, to trace.Ref, amount int64, takes int32) {
	seq := int64(len(w.payments))
	w.payments = append(w.payments, trace.Payment{Movement: seq, From: from, To: to, Left: trace.Instant{Day: day, Seq: seq}, Arrived: trace.Instant{Day: day + takes, Seq: seq},
		Lots: []trace.Piece{{Lot: trace.Ref(seq + 1), Amount: amount}}})
}

func (w *town) Payments(account trace.Ref) (in, out []trace.Payment) {
	for _, p := range w.payments {
		if p.To == account {
			in = append(in, p)
		}
		if p.From == account {
			out = append(out, p)
		}
	}
	return in, out
}

func (w *town) PaymentsOf([]trace.Ref) []trace.Payment { return nil }
func (w *town) Accounts() []trace.Ref                  { return nil }
func (w *town) Returns(context.Context, func(trace.Ref) int, int, func([]trace.Ref)) error {
	return nil
}

func (w *town) Terms(_ context.Context, accounts []trace.Ref) (out []attribution.Terms, err error) {
	for _, ref := range accounts {
		out = append(out, attribution.Terms{Account: trace.Account{Ref: ref, ID: fmt.Sprint("acct:", ref), Owner: fmt.Sprint("p", ref/10), Place: trace.InEnterprise, Currency: "CNY"}, Whole: true, Seen: true})
	}
	return out, nil
}

func (w *town) Facts(_ context.Context, lots []trace.Ref) (out []trace.Fact, err error) {
	for _, ref := range lots {
		out = append(out, trace.Fact{Ref: ref, ID: fmt.Sprint("m", ref-1)})
	}
	return out, nil
}

func (w *town) between(t *testing.T, from, to trace.Ref, o Options) *Answer {
	t.Helper()
	a, err := Between(t.Context(), w, []trace.Ref{from}, []trace.Ref{to}, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// text writes a way as its stops, its amount and its days.
func text(w Way) string {
	s := w.Hops[0].From.ID
	for _, h := range w.Hops {
		s += " " + h.To.ID
	}
	return fmt.Sprintf("%s %d in %d days, %s to %s", s, w.Amount, w.Days, w.First, w.Last)
}

func TestBetween(t *testing.T) {
	w := &town{}
	w.pay(1, 10, 20, 100, 0)
	w.pay(2, 20, 30, 70, 1)
	w.pay(3, 20, 21, 20, 0)
	w.pay(4, 21, 30, 50, 0)
	w.pay(5, 10, 30, 5, 0)
	w.pay(0, 30, 40, 500, 0) // before anything came
	w.pay(9, 30, 40, 90, 0)
	w.pay(9, 30, 10, 8, 0)
	for _, tc := range []struct {
		name     string
		from, to trace.Ref
		o        Options
		want     []string
	}{
		{"two ways", 10, 30, Options{}, []string{"p1 p2 p3 100 in 2 days, 1970-01-02 to 1970-01-05", "p1 p3 5 in 0 days, 1970-01-06 to 1970-01-06"}},
		{"one hop", 10, 30, Options{Hops: 1}, []string{"p1 p3 5 in 0 days, 1970-01-06 to 1970-01-06"}},
		{"three hops", 10, 40, Options{}, []string{"p1 p2 p3 p4 90 in 8 days, 1970-01-02 to 1970-01-10", "p1 p3 p4 5 in 4 days, 1970-01-06 to 1970-01-10"}},
		{"within days", 10, 40, Options{Days: 5}, []string{"p1 p3 p4 5 in 4 days, 1970-01-06 to 1970-01-10"}},
		{"round trips", 10, 10, Options{}, []string{"p1 p2 p3 p1 8 in 8 days, 1970-01-02 to 1970-01-10", "p1 p3 p1 5 in 4 days, 1970-01-06 to 1970-01-10"}},
		{"none", 40, 10, Options{}, nil},
	} {
		a := w.between(t, tc.from, tc.to, tc.o)
		var got []string
		for _, x := range a.Ways {
			got = append(got, text(x))
		}
		if fmt.Sprint(got) != fmt.Sprint(tc.want) || a.Found != len(tc.want) || a.Truncated {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	way := w.between(t, 10, 30, Options{}).Ways[0]
	if h := way.Hops[1]; h.Payments != 2 || h.Amount != 120 || h.First != "1970-01-03" || h.Last != "1970-01-05" || fmt.Sprint(h.Movements) != "[m1 m3]" {
		t.Errorf("%+v", h)
	}
	if a := w.between(t, 10, 30, Options{Limit: 1}); len(a.Ways) != 1 || a.Found != 2 {
		t.Errorf("%+v", a)
	}
}
