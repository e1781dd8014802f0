package ledger_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	. "fundtrace/chaincode/ledger"
)

// Every code that the package declares has a case above; a new code without one fails here.
func TestEveryCodeHasACase(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "error.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	covered := map[Code]bool{}
	for _, c := range refusalCases {
		covered[c.code] = true
	}
	for _, c := range slices.Concat(voucherRefusals, tradeRefusals, paymentRefusals, anchorRefusals, statementRefusals) {
		covered[c.code] = true
	}
	declared := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Code" {
			return true
		}
		literal, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		declared++
		if !covered[Code(literal)] {
			t.Errorf("%s (%s) has no case", spec.Names[0].Name, literal)
		}
		return true
	})
	if declared < 40 {
		t.Errorf("found %d codes in error.go: the test does not see them", declared)
	}
}
