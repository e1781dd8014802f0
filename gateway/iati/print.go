package iati

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"fundtrace/gateway/amount"
)

// Print writes the report as tables for people. Refusals and roots of unknown origin are listed one by one up to most
// of each; how many follow is said. The JSON form of the report lists all.
func (r *Report) Print(w io.Writer, most int) error {
	t := &table{w: tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)}
	t.row("File", r.File)
	t.row("SHA-256", r.SHA256)
	t.row("Size", fmt.Sprintf("%d bytes, %s", r.Bytes, r.Encoding))
	t.row("Activities", fmt.Sprintf("%d of %d reporting organisations%s", r.Activities, r.Reporters, r.versions()))
	t.row("Transactions", fmt.Sprintf("%d read = %d recorded + %d refused", r.Read, r.Recorded, r.Refused))
	t.row("Types", pairs(r.Types))
	t.row("Recorded as", fmt.Sprintf("%d parties, %d accounts, %d commitments, %d movements; receipts that the payer's own statements record: %d",
		r.Parties, len(r.Accounts), r.Commitments, r.Movements, r.Confirmations))

	t.head("Upstream identifiers", "of", "present", "non-blank", "resolved", "(to itself)", "amount-conserving")
	t.score("all transactions", r.Traceability.Transactions)
	t.score("activities with incoming funds", r.Traceability.Activities)

	t.head("Money", "came in", "unknown origin", "spent", "left", "(passed on)")
	for _, m := range r.Money {
		t.row(m.Currency, show(m.CameIn, m), show(m.Unknown, m), show(m.Spent, m), show(m.Left, m), "("+show(m.PassedOn, m)+")")
	}
	t.head("Refused because", "count", "reason")
	for _, why := range sortedKeys(r.Reasons, cmp.Compare[Reason]) {
		t.row(string(why), fmt.Sprint(r.Reasons[why]), sentences[why])
	}
	t.head("Promised, not paid", "type", "count", "amount")
	for _, p := range r.Promises {
		unread := ""
		if p.Unreadable > 0 {
			unread = fmt.Sprintf(" and %d without an exact amount", p.Unreadable)
		}
		t.row(cmp.Or(p.Currency, "no currency"), p.Type, fmt.Sprint(p.Count), amount.FormatText(p.Amount, p.Currency)+unread)
	}
	t.head("Unknown origin", "date", "amount", "because", "activity")
	for i, u := range r.Unknown {
		if i == most {
			t.row(fmt.Sprintf("… and %d more", len(r.Unknown)-most))
			break
		}
		t.row(place(u.Position), u.Date, amount.FormatText(u.Amount, u.Currency)+" "+u.Currency, string(u.Reason), u.Activity)
	}
	t.head("Leads out of the file", "attribute", "to", "activity")
	for i, u := range r.Unresolved {
		if i == most {
			t.row(fmt.Sprintf("… and %d more", len(r.Unresolved)-most))
			break
		}
		t.row(place(u.Position), u.Attribute, u.ID, u.Activity)
	}
	t.head("Refused", "type", "date", "value", "because", "activity")
	listed := 0
	for _, f := range r.Refusals {
		if f.Reason == NotMoney { // summed up above
			continue
		}
		if listed++; listed > most {
			t.row(fmt.Sprintf("… and %d more", r.Refused-r.Reasons[NotMoney]-most))
			break
		}
		t.row(place(f.Position), f.Type, f.Date, strings.TrimSpace(f.Value+" "+f.Currency), string(f.Reason), f.Activity)
	}
	return cmp.Or(t.err, t.w.Flush())
}

// table writes tab-separated cells and keeps the first error.
type table struct {
	w   *tabwriter.Writer
	err error
}

func (t *table) row(cells ...string) {
	for i, c := range cells {
		cells[i] = plain(c) // published text must not steer the terminal
	}
	if _, err := fmt.Fprintln(t.w, strings.Join(cells, "\t")); t.err == nil {
		t.err = err
	}
}

// head starts a new table: columns of the one before do not shape it.
func (t *table) head(cells ...string) {
	if err := t.w.Flush(); t.err == nil {
		t.err = err
	}
	t.row("")
	t.row(cells...)
}

func (t *table) score(what string, s Score) {
	share := func(n int) string {
		if s.Of == 0 {
			return "0"
		}
		tenths := n * 1000 / s.Of // rounded down: 100 % means all
		return fmt.Sprintf("%d (%d.%d %%)", n, tenths/10, tenths%10)
	}
	t.row(what, fmt.Sprint(s.Of), share(s.Present), share(s.NonBlank), share(s.Resolved), fmt.Sprintf("(%d)", s.SelfReferring), share(s.Conserving))
}

func (r *Report) versions() string {
	if len(r.Versions) == 0 {
		return ""
	}
	return ", versions " + pairs(r.Versions)
}

func show(minor string, m Money) string { return amount.FormatText(minor, m.Currency) }

func place(p Position) string { return fmt.Sprintf("line %d:%d", p.Line, p.Column) }

func pairs(m map[string]int) string {
	var out []string
	for _, k := range sortedKeys(m, cmp.Compare[string]) {
		out = append(out, fmt.Sprintf("%s: %d", cmp.Or(k, "none"), m[k]))
	}
	return strings.Join(out, ", ")
}
