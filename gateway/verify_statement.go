package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/statement"
)

// isStatement reports whether a file is a statement, not a pack.
func isStatement(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	var beginning [64]byte
	n, err := io.ReadFull(f, beginning[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, err
	}
	return statement.Is(beginning[:n]), nil
}

// verifyStatement verifies a statement and prints the report.
func verifyStatement(path string, o statement.Options, asJSON bool, out io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the statement: %w", err)
	}
	defer f.Close()
	r, failure := readStatement(f, o)
	if r == nil {
		return failure
	}
	return answer(out, asJSON, r, r.OK, func() {
		summary{"Statement", "statement", r.Question, r.Checks, r.OK, string(r.Reason), r.RestsOn, r.Limits}.print(out, func() { printStatement(out, r) })
	})
}

// printStatement prints what the peers say.
func printStatement(out io.Writer, r *statement.Report) {
	if s := r.Statement; s != nil {
		for i := range s.Lots {
			printLot(out, &s.Lots[i])
		}
		for i := range s.Movements {
			m := &s.Movements[i]
			fmt.Fprintf(out, "\nmovement %s, now %s, level %d\n", m.ID, m.State.Stage, m.State.Level)
			printMovement(out, &m.Movement, &m.Writer, m.At)
			for _, c := range m.State.Steps {
				fmt.Fprintf(out, "  %s on %s by %s of %s\n", c.Stage, c.Date, c.Writer.Name, c.Writer.MSP)
			}
		}
		for _, e := range s.Roots {
			fmt.Fprintf(out, "\nentry %s (%d operations) has the root %s\n", e.Entry, e.Ops, e.Root)
		}
	}
	if d := r.Disclosure; d != nil {
		fmt.Fprintf(out, "\nmovement %s as recorded\n", d.Movement)
		printMovement(out, &r.Leaf.Movement, &r.Leaf.Writer, r.Leaf.At)
		fmt.Fprintf(out, "  under the root %s\n", d.Root)
	}
}

func printLot(out io.Writer, l *ledger.LotRecord) {
	money := in(l.Currency)
	fmt.Fprintf(out, "\nlot %s, %s %s, in %s\n", l.Lot, money(l.Amount), l.Currency, l.Account)
	fmt.Fprintf(out, "  drawn %s, can be drawn %s; came by %s, %s, level %d\n", money(l.Drawn), money(l.Remaining), l.Kind, l.Stage, l.Level)
	if l.Parent != "" {
		fmt.Fprintf(out, "  from lot %s\n", l.Parent)
	}
}

func printMovement(out io.Writer, m *ledger.Movement, by *ledger.Writer, at string) {
	from, to := m.From, m.To
	if from == "" && m.Origin != nil {
		from = strings.TrimSpace("outside: " + string(m.Origin.Source) + " " + m.Origin.BudgetLine)
	}
	if to == "" {
		to = string(m.Purpose) + " at " + m.Payee
	}
	fmt.Fprintf(out, "  %s %s %s on %s, %s → %s\n", m.Kind, in(m.Currency)(m.Amount), m.Currency, m.Date, from, to)
	for _, d := range m.Draws {
		fmt.Fprintf(out, "  draws %s on lot %s\n", in(m.Currency)(d.Amount), d.Lot)
	}
	fmt.Fprintf(out, "  recorded by %s of %s at %s\n", by.Name, by.MSP, at)
}
