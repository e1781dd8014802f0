package relate_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/relate"
)

// Every report has a page in both languages, whatever the sample carries, with no blank left in a sentence.
func TestPages(t *testing.T) {
	one, alone, early := standard(), standard(), standard()
	one.treated = 1
	alone.regions, alone.treated = 1, 1
	early.skip = 2011
	whole := asked()
	whole.Others, whole.FlowsFrom, whole.FlowsTo = []string{"patents"}, 2010, 2020
	primary := asked()
	primary.Only = "primary"
	for name, tc := range map[string]struct {
		world   world
		request relate.Request
		zh, en  []string
	}{
		"a panel":       {standard(), whole, []string{"资金流翻一倍", "万元", "对 patents", "滞后 2 期", "样本不足以支持此设计", "事件研究", "FIFO", "LIBR"}, []string{"twice as high", "10,000 yuan", "Leads are a placebo", "does not carry", "FIFO"}},
		"one treated":   {one, asked(), []string{"可达到的最小 p", "安慰剂"}, []string{"smallest p", "Placebos"}},
		"one region":    {alone, whole, []string{"样本不足以支持此设计", "只有 1 个地区", "一阶差分"}, []string{"does not carry", "only 1 regions", "first differences"}},
		"a gap":         {early, asked(), []string{"[2011]"}, []string{"[2011]"}},
		"primary alone": {standard(), primary, []string{"预先声明的主要规格"}, []string{"declared beforehand"}},
	} {
		in := tc.world.input(t)
		if name == "a panel" {
			in.Others = []relate.Alternative{{Method: "FIFO", Flows: in.Flows}, {Method: "LIBR", Err: ledger.Refuse(ledger.FieldInvalid, "LIBR protects one source")}}
		}
		out := run(t, in, tc.request)
		for language, wants := range map[string][]string{"zh": tc.zh, "en": tc.en} {
			var text bytes.Buffer
			if err := out.Page(language).Write(&text); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, want := range wants {
				if !strings.Contains(text.String(), want) {
					t.Errorf("%s in %s: %q is missing", name, language, want)
				}
			}
			for _, bad := range []string{"%!", "NaN", "Inf"} {
				if strings.Contains(text.String(), bad) {
					t.Errorf("%s in %s: the page holds %q", name, language, bad)
				}
			}
		}
	}
}

// A convention that fails for no reason of the data is a failure, not a line of the report.
func TestAFailureIsNoRefusal(t *testing.T) {
	in := standard().input(t)
	broken := errors.New("the disk is full")
	in.Others = []relate.Alternative{{Method: "FIFO", Err: broken}}
	if _, err := relate.Run(t.Context(), in, asked(), nil); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

// The outcome counted from deals is that of the columns.
func TestDealsAreCounted(t *testing.T) {
	panel := "region,year\n辽宁,2019\n辽宁,2020\n吉林,2019\n吉林,2020\n"
	flows := "region,year,amount,new_firms\n21,2019,5000000,2\n21,2020,7000000,1\n22,2019,0,0\n"
	deals := "firm,region,year,traced\na,21,2019,1\na,辽宁省,2019,0\nb,21,2019,1\nc,21,2020,0\nd,22,2020,0\nd,22,2020,1\nb,21,2020,1\n"
	out := run(t, relate.Input{Indicators: read(t, panel), Flows: series(t, flows), Deals: read(t, deals)}, relate.Request{Only: "primary", Bootstrap: 99})
	got := map[[2]any][3]float64{}
	for _, r := range out.Rows {
		got[[2]any{r.Region, r.Year}] = [3]float64{*r.Y, *r.Total, *r.Alone}
	}
	for at, want := range map[[2]any][3]float64{{"21", 2019}: {1, 2, 1}, {"21", 2020}: {1, 2, 1}, {"22", 2019}: {0, 0, 0}, {"22", 2020}: {1, 1, 0}} {
		if got[at] != want {
			t.Errorf("%v: %v, want %v", at, got[at], want)
		}
	}
	for name, tc := range map[string]struct {
		deals string
		code  ledger.Code
	}{
		"of no row":        {deals + "e,21,2018,0\n", ledger.FieldInvalid},
		"no firm":          {deals + ",21,2019,0\n", ledger.FieldInvalid},
		"no region":        {deals + "e,,2019,0\n", ledger.FieldInvalid},
		"traced by halves": {deals + "e,21,2019,0.5\n", ledger.FieldInvalid},
		"no column":        {"firm,region,year\na,21,2019\n", ledger.FieldMissing},
	} {
		_, err := relate.Run(t.Context(), relate.Input{Indicators: read(t, panel), Flows: series(t, flows), Deals: read(t, tc.deals)}, relate.Request{Bootstrap: 99}, nil)
		if ledger.ErrorCode(err) != tc.code {
			t.Errorf("deals %s: %v, want %s", name, err, tc.code)
		}
	}
}
