package report

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/synthetic"
	"fundtrace/gateway/analytics/table"
)

// Any table ends in a refusal with a code, or in an answer that can be written as JSON and as a page.
func FuzzRun(f *testing.F) {
	f.Add("u,t,y\na,1,1\na,2,2\na,3,9\nb,1,1\nb,2,4\nb,3,4\nc,1,0\nc,2,1\nc,3,2\n", 3, 0, false)
	f.Add("u,t,y\na,1,5\na,2,2\na,3,9\nb,1,1\nb,2,1\nb,3,4\nc,1,1\nc,2,1\nc,3,2\n", 3, 1, false)
	f.Add("u,t,y\na,1,5\na,2,2\na,3,9\nb,1,1\nb,2,1e99\nb,3,4\nc,1,1\nc,2,1\nc,3,2\nd,1,0\nd,2,0\nd,3,0\n", 3, 2, true)
	f.Fuzz(func(t *testing.T, text string, start, method int, predictor bool) {
		in, err := table.Read(strings.NewReader(text))
		if err != nil || in.Rows() > 200 {
			return
		}
		q := Request{Columns: synthetic.Columns{Unit: "u", Time: "t", Outcome: "y"}, Options: synthetic.Options{Treated: "a", Start: start, Alpha: 0.5}}
		q.Options.Method = synthetic.Methods[uint(method)%3]
		if predictor && q.Options.Method == "synthetic" {
			q.Options.Predictors = []synthetic.Predictor{{Column: "y", From: start - 2, To: start - 1}, {Column: "y", From: start - 1, To: start - 1}}
			q.Options.Weigh = "fit"
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
