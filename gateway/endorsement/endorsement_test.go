package endorsement

import (
	"errors"
	"fmt"
	"testing"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
)

// failure is what the peer's Gateway service answers, with a detail for each endorser that failed.
func failure(t *testing.T, details ...string) error {
	t.Helper()
	list := make([]protoadapt.MessageV1, len(details))
	for i, d := range details {
		list[i] = &gateway.ErrorDetail{Address: "127.0.0.1:1", MspId: "BankMSP", Message: d}
	}
	st, err := status.New(codes.Aborted, "failed to collect enough transaction endorsements").WithDetails(list...)
	if err != nil {
		t.Fatal(err)
	}
	return st.Err()
}

func TestJudge(t *testing.T) {
	refusal := &ledger.Error{Code: ledger.LotOverdrawn, Message: "lot holds {5}: draw at most that", Detail: map[string]string{"left": "5"},
		Rows: []ledger.RowError{{Entry: 1, Op: 2, Code: ledger.LotOverdrawn}}}
	one := "chaincode response 500, " + refusal.JSON()
	other := "chaincode response 500, " + ledger.Refuse(ledger.LotUnknown, "there is no lot").JSON()
	denied := "error validating proposal: access denied: channel [c] creator org [BankMSP]"
	differ := "ProposalResponsePayloads do not match"
	for name, c := range map[string]struct {
		err  error
		want Verdict
	}{
		"refused by both":        {failure(t, one, one), Verdict{Refusal: refusal}},
		"refused by one":         {failure(t, one), Verdict{Refusal: refusal, Apart: true}},
		"refused differently":    {failure(t, one, other), Verdict{Refusal: refusal, Apart: true}},
		"different states":       {failure(t, differ), Verdict{Apart: true}},
		"wrapped":                {fmt.Errorf("record it: %w", failure(t, differ)), Verdict{Apart: true}},
		"one refuses, one away":  {failure(t, one, "connection refused"), Verdict{Refusal: refusal}},
		"certificate not wanted": {failure(t, denied), Verdict{Denied: true}},
		"JSON of something else": {failure(t, `{"status":1}`, `{"status":1}`), Verdict{}},
		"peers away":             {failure(t), Verdict{}},
		"no gRPC error":          {errors.New("broken {"), Verdict{}},
		"no error":               {nil, Verdict{}},
	} {
		got := Judge(c.err, 2)
		if got.Apart != c.want.Apart || got.Denied != c.want.Denied || (got.Refusal == nil) != (c.want.Refusal == nil) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		} else if got.Refusal != nil && got.Refusal.JSON() != c.want.Refusal.JSON() {
			t.Errorf("%s: the refusal changed on the way: %v", name, got.Refusal)
		}
	}
}
