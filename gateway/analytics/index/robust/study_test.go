package robust

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
)

func TestStudiesThatCannotBe(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name string
		edit func(*Study)
		runs int
		says string
	}{
		{"nothing", func(s *Study) { s.Noise, s.Factors = 0, nil }, 10, "nothing is varied"},
		{"noise", func(s *Study) { s.Noise = 1 }, 10, "weight noise"},
		{"no runs", func(s *Study) {}, 0, "runs"},
		{"too many", func(s *Study) {}, 10_000_000, "name fewer"},
		{"years", func(s *Study) { s.Years = []int{1066} }, 10, "1066"},
		{"choices", func(s *Study) { s.Factors = []Factor{{Name: "empty"}} }, 10, "no choices"},
		{"drop", func(s *Study) { s.Factors = []Factor{{"d", []Choice{{Name: "x", Drop: "gdp"}}}} }, 10, `"gdp"`},
		{"combination", func(s *Study) {
			s.Factors = append(s.Factors, Factor{"mean", []Choice{{Name: "geometric", Method: json.RawMessage(`{"aggregate":["geometric"],"carry":"values"}`)}}})
		}, 10, "normalise z"},
		{"base", func(s *Study) { s.Factors = []Factor{{"b", []Choice{{Name: "x", Base: "2030-2040"}}}} }, 10, "2030"},
		{"vintage", func(s *Study) {
			s.Factors = []Factor{{"v", []Choice{{Name: "x", Vintage: engine(t, panel(1, 31, 2011, 2021), "table1")}}}}
		}, 10, "vintage"},
	} {
		s := study(t, 8)
		c.edit(&s)
		if _, err := s.Uncertainty(ctx, UncertaintyOptions{Runs: c.runs}); ledger.ErrorCode(err) == "" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

func TestProgressAndCancellation(t *testing.T) {
	s := study(t, 9)
	var reports []int
	s.Progress = func(done, total int) {
		if total != 500 {
			t.Errorf("total %d", total)
		}
		reports = append(reports, done)
	}
	if _, err := s.Uncertainty(context.Background(), UncertaintyOptions{Runs: 500}); err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(reports) || reports[len(reports)-1] != 500 || len(reports) < 50 {
		t.Errorf("reports %v", reports)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.Progress = func(done, _ int) {
		if done > 20 {
			cancel()
		}
	}
	if _, err := s.Uncertainty(ctx, UncertaintyOptions{Runs: 20_000}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
