package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/amount"
	"fundtrace/gateway/trace"
)

// printTrace writes a lot's trace as a tree, lots below the lots that they were drawn from, and the totals under it.
func printTrace(out io.Writer, a *trace.Answer) error {
	money := in(a.Currency)
	fmt.Fprintf(out, "lot %s, %s %s, %s\n\n", a.Lot, money(a.Amount), a.Currency, a.Direction)
	if a.Direction == "backward" {
		printChain(out, a, money)
	} else {
		printTree(out, a, money)
	}
	t := a.Totals
	fmt.Fprintf(out, "\ntraced     %20s\n", money(t.Traced))
	for _, line := range []struct {
		name  string
		value int64
	}{{"idle", t.Idle}, {"in transit", t.InTransit}, {"reached", t.Reached}, {"spent", t.Spent}, {"hidden", t.Hidden}} {
		if line.value != 0 || line.name != "hidden" {
			fmt.Fprintf(out, "  %-10s %18s\n", line.name, money(line.value))
		}
	}
	printSettlements(out, a, money)
	return printRest(out, a.Truncated, a.Next)
}

// in writes amounts of a currency in major units, with their thousands apart.
func in(currency string) func(int64) string {
	return func(minor int64) string {
		whole, fraction, _ := strings.Cut(amount.Format(minor, currency), ".")
		for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
		if fraction == "" {
			return whole
		}
		return whole + "." + fraction
	}
}

// printTree nests the rows by parent, each level by date. A row whose parent is not listed stands at the left.
func printTree(out io.Writer, a *trace.Answer, money func(int64) string) {
	below := map[string][]int{}
	listed := map[string]bool{}
	for _, r := range a.Rows {
		listed[r.Lot] = true
	}
	var tops []int
	for i, r := range a.Rows {
		if r.Parent != "" && listed[r.Parent] {
			below[r.Parent] = append(below[r.Parent], i)
		} else {
			tops = append(tops, i)
		}
	}
	byDate := func(i, j int) int { return strings.Compare(a.Rows[i].Date, a.Rows[j].Date) }
	for _, children := range below {
		slices.SortStableFunc(children, byDate)
	}
	var branch func(i int, lead, own string)
	branch = func(i int, lead, own string) {
		r := &a.Rows[i]
		fmt.Fprintf(out, "%s%s\n", lead+own, rowText(r, money))
		switch own {
		case "├─ ":
			lead += "│  "
		case "└─ ":
			lead += "   "
		}
		for n, child := range below[r.Lot] {
			if n == len(below[r.Lot])-1 {
				branch(child, lead, "└─ ")
			} else {
				branch(child, lead, "├─ ")
			}
		}
	}
	for _, i := range tops {
		branch(i, "", "")
	}
}

// printChain writes the ancestors of a lot, one under the other.
func printChain(out io.Writer, a *trace.Answer, money func(int64) string) {
	for i := range a.Rows {
		fmt.Fprintf(out, "%s%s\n", strings.Repeat("  ", min(i, 20)), rowText(&a.Rows[i], money))
	}
}

func rowText(r *trace.Row, money func(int64) string) string {
	where := r.To
	if r.Payee != "" {
		where += " " + r.Payee
	}
	if r.Voucher != "" {
		where += " for voucher " + r.Voucher
	}
	text := fmt.Sprintf("%s %s %s → %s", r.Date, r.Kind, money(r.Amount), where)
	if r.Origin != nil {
		text = fmt.Sprintf("%s %s %s from %s → %s", r.Date, r.Kind, money(r.Amount), strings.TrimSpace(string(r.Origin.Source)+" "+r.Origin.BudgetLine), where)
	}
	if r.Stage != ledger.Credited {
		text += " " + string(r.Stage)
	} else if r.Remaining > 0 && r.Remaining != r.Amount {
		text += " (left " + money(r.Remaining) + ")"
	}
	return text + "  " + r.Lot
}

// printSources writes whose money a party received.
func printSources(out io.Writer, s *trace.Sources) error {
	money := in(s.Currency)
	fmt.Fprintf(out, "party %s, %s\n\n", s.Party, s.Currency)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "received\tholds\tin transit\tspent\tpassed on\t  source\t")
	for _, r := range s.BySource {
		name := strings.TrimSpace(string(r.Source) + " " + r.BudgetLine)
		if name == "" {
			name = "(not to be seen)"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t  %s\t\n", money(r.Received), money(r.Holds), money(r.InTransit), money(r.Spent), money(r.PassedOn), name)
	}
	fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t  all\t\n", money(s.Totals.Received), money(s.Totals.Holds), money(s.Totals.InTransit), money(s.Totals.Spent), money(s.Totals.PassedOn))
	if err := t.Flush(); err != nil {
		return err
	}
	if s.Arriving != 0 {
		fmt.Fprintf(out, "\narriving, not counted yet: %s\n", money(s.Arriving))
	}
	if s.Hidden != 0 {
		fmt.Fprintf(out, "\nin lots that you may not see: %s\n", money(s.Hidden))
	}
	return printRest(out, s.Truncated, s.Next)
}

// printFund writes where a fund's money is, by where it came from.
func printFund(out io.Writer, f *trace.FundAnswer) error {
	money := in(f.Currency)
	fmt.Fprintf(out, "fund %s, account %s, %s\n\n", f.Fund, f.Account, f.Currency)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "paid in\tidle\tin transit\treached\tspent\thidden\t  source\t")
	line := func(x trace.FundTotals, name string) {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t  %s\t\n", money(x.In), money(x.Idle), money(x.InTransit), money(x.Reached), money(x.Spent), money(x.Hidden), name)
	}
	for _, r := range f.Rows {
		line(r.FundTotals, strings.TrimSpace(string(r.Source)+" "+r.BudgetLine+" "+r.Date))
	}
	line(f.Totals, "all")
	if err := t.Flush(); err != nil {
		return err
	}
	return printRest(out, f.Truncated, f.Next)
}

func printRest(out io.Writer, truncated bool, next string) error {
	if !truncated && next == "" {
		return nil
	}
	_, err := fmt.Fprintln(out, "\nThe listing is cut; the totals are not. Use --limit, --depth or --json for the rest.")
	return err
}

// printSettlements writes who stands behind the vouchers that the money settled, tier by tier: since when each held the
// voucher, and when and by whom it was paid for it.
func printSettlements(out io.Writer, a *trace.Answer, money func(int64) string) {
	for i := range a.Settlements {
		s := &a.Settlements[i]
		issuer := cmp.Or(s.IssuerName, s.Issuer, "an issuer that you may not see")
		fmt.Fprintf(out, "\n%s %s settled voucher %s of %s\n", s.Date, money(s.Amount), s.Voucher, issuer)
		for _, h := range s.Chain {
			fmt.Fprintf(out, "  tier %d  %s%s\n", h.Tier, cmp.Or(h.Name, h.Party), hopText(&h))
		}
		if s.Hidden > 0 {
			fmt.Fprintf(out, "  %d more that you may not see\n", s.Hidden)
		}
	}
}

// paidWords say in a sentence how a holder came to its money.
var paidWords = map[trace.PaidBy]string{trace.ByIssuer: "paid by the issuer", trace.ByFunder: "paid by a funder", trace.ByRecourse: "paid in the issuer's place", trace.ByNext: "passed it on in payment"}

func hopText(h *trace.Hop) string {
	text := ""
	if h.Acquired != "" {
		text = ", had it on " + h.Acquired + " by " + h.Via
	}
	if words := paidWords[h.PaidBy]; words != "" {
		text += ", " + words
	}
	if h.CashDate != "" {
		text += " on " + h.CashDate
	}
	if h.DaysWaited != nil {
		text += fmt.Sprintf(" after %d days", *h.DaysWaited)
	}
	return text
}
