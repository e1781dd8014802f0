package rulepack_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/rulepack"
)

// published is every rule of the domain: those that block, warn and detect.
var published = strings.Fields(`S-TRM-01 S-TRM-02 S-TRM-03 S-TRM-04 S-ISS-01 S-ISS-02 S-ISS-03 S-ISS-04 S-SPL-01 S-SPL-02
	S-TRF-01 S-TRF-02 S-FIN-01 S-FIN-02 S-FIN-03 S-FIN-03N S-FIN-04 S-FIN-05 S-FIN-06 S-SET-01 S-SET-02 S-CON-01`)

func TestPackHoldsEveryRule(t *testing.T) {
	versions := map[string]int{}
	from := map[string]string{}
	for _, r := range rulepack.SCF() {
		versions[r.ID]++
		if r.Version != versions[r.ID] {
			t.Errorf("%s has version %d after %d", r.ID, r.Version, versions[r.ID]-1)
		}
		if r.EffectiveFrom < from[r.ID] {
			t.Errorf("%s version %d begins before the one before it", r.ID, r.Version)
		}
		from[r.ID] = r.EffectiveFrom
		if r.Source == "" || r.Title == "" || r.Severity == "" {
			t.Errorf("%s lacks source, title or severity: %+v", r.ID, r)
		}
		if !slices.Contains(published, r.ID) {
			t.Errorf("%s is no rule of the domain", r.ID)
		}
	}
	for _, id := range published {
		if versions[id] == 0 {
			t.Errorf("%s is missing", id)
		}
	}
}

// The source of the ledger says which rules it enforces and which parameters it reads; the pack has to hold them all,
// and must not call a rule blocking that the ledger does not enforce.
func TestPackServesTheLedger(t *testing.T) {
	rules, parameters := readLedger(t)
	if len(rules) < 10 || len(parameters) < 5 {
		t.Fatalf("the ledger's source gives rules %v and parameters %v: this test reads it wrongly", rules, parameters)
	}
	names := map[string]bool{}
	for _, r := range rulepack.SCF() {
		enforced := slices.Contains(rules, r.ID)
		if r.Mode == ledger.Block && !enforced {
			t.Errorf("%s is to block, and the ledger does not enforce it", r.ID)
		}
		if enforced && r.ID != ledger.RuleLate && r.Mode != ledger.Block {
			t.Errorf("%s is %s, and the domain blocks", r.ID, r.Mode)
		}
		rules = slices.DeleteFunc(rules, func(id string) bool { return id == r.ID })
		for name := range r.Parameters {
			names[name] = true
		}
	}
	if len(rules) > 0 {
		t.Errorf("the pack lacks rules that the ledger enforces: %v", rules)
	}
	for _, p := range parameters {
		if !names[p] && p != "cap_months" { // cap_months stands in for cap_days in a later version
			t.Errorf("the pack lacks parameter %s, which the ledger reads", p)
		}
	}
}

// readLedger answers the rule identifiers among the ledger's constants, and the parameters it takes from rules.
func readLedger(t *testing.T) (rules, parameters []string) {
	t.Helper()
	files, err := filepath.Glob("../../chaincode/ledger/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GenDecl:
				if n.Tok != token.CONST {
					break
				}
				for _, s := range n.Specs {
					v := s.(*ast.ValueSpec)
					for i, name := range v.Names {
						if i < len(v.Values) && strings.HasPrefix(name.Name, "Rule") {
							if id := literal(v.Values[i]); strings.HasPrefix(id, "S-") {
								rules = append(rules, id)
							}
						}
					}
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "parameter" && len(n.Args) > 1 {
					parameters = append(parameters, literal(n.Args[1]))
				}
			case *ast.IndexExpr:
				if of, ok := n.X.(*ast.SelectorExpr); ok && of.Sel.Name == "Parameters" {
					if p := literal(n.Index); p != "" {
						parameters = append(parameters, p)
					}
				}
			}
			return true
		})
	}
	return rules, parameters
}

func literal(e ast.Expr) string {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(l.Value)
	return s
}

func TestCalendars(t *testing.T) {
	open := func(date string) bool {
		day, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range rulepack.Calendars() {
			if c.Year == day.Year() {
				return c.Open(day)
			}
		}
		t.Fatal("no calendar for ", date)
		return false
	}
	for date, want := range map[string]bool{
		"2025-10-08": false, "2025-10-09": true, "2025-10-11": true, "2025-10-12": false,
		"2026-01-01": false, "2026-01-02": false, "2026-01-04": true, // a Sunday on which banks work
		"2026-02-16": false, "2026-02-24": true, "2026-02-28": true, "2026-03-01": false,
		"2026-05-09": true, "2026-09-20": true, "2026-09-25": false, "2026-10-07": false, "2026-10-08": true,
	} {
		if open(date) != want {
			t.Errorf("on %s open is %v", date, !want)
		}
	}
	for _, c := range rulepack.Calendars() {
		for _, day := range c.Workdays {
			if d, _ := time.Parse(time.DateOnly, day); d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
				t.Errorf("%s is called a workday and is one anyway", day)
			}
		}
		if !slices.IsSorted(c.Holidays) || !slices.IsSorted(c.Workdays) {
			t.Errorf("the days of %d are not in order", c.Year)
		}
	}
}

func TestSlicesAreNew(t *testing.T) {
	rulepack.SCF()[0].Parameters["cap_days"] = 1
	if got := rulepack.SCF()[0].Parameters["cap_days"]; got != 365 {
		t.Errorf("a caller's change stayed: %d", got)
	}
}
