package report

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/event"
	"fundtrace/gateway/analytics/table"
)

// Any table ends in a refusal with a code, or in an answer that can be written as JSON and as a page.
func FuzzRun(f *testing.F) {
	var b strings.Builder
	b.WriteString("u,t,y,g,x\n")
	for i := range 8 {
		for t := range 4 {
			start := "0"
			if i < 4 {
				start = "3"
			}
			b.WriteString(string(rune('a'+i)) + "," + string(rune('1'+t)) + "," + string(rune('1'+(i*7+t*3)%9)) + "," + start + "," + string(rune('0'+i)) + "\n")
		}
	}
	f.Add(b.String(), false, 0, 2)
	f.Add(b.String(), true, 1, 2)
	f.Add("u,t,y,g,x\na,1,1,2,0\na,2,1e99,2,0\nb,1,1,2,0\nb,2,5,2,0\nc,1,1,,0\nc,2,-1e99,,0\nd,1,1,,0\nd,2,1,,0\n", false, 0, 2)
	f.Fuzz(func(t *testing.T, text string, covariate bool, anticipation, least int) {
		in, err := table.Read(strings.NewReader(text))
		if err != nil || in.Rows() > 300 {
			return
		}
		q := Request{
			Columns: event.Columns{Unit: "u", Time: "t", Outcome: "y", Start: "g"},
			Options: event.Options{Anticipation: anticipation % 4, MinCohort: least % 6, Draws: 9, Permutations: 9, Controls: "not-yet", SmallCohorts: "drop"},
		}
		if covariate {
			q.Columns.Covariates = []string{"x"}
		}
		r, err := Run(context.Background(), in, q, nil)
		if err != nil {
			if ledger.ErrorCode(err) == "" {
				t.Fatalf("no code: %v", err)
			}
			return
		}
		if _, err := json.Marshal(r); err != nil {
			t.Fatal(err)
		}
		if err := Page(r, "zh").Write(&bytes.Buffer{}); err != nil {
			t.Fatal(err)
		}
	})
}
