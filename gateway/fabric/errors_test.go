package fabric

import (
	"errors"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
)

// failure is what the peer's Gateway service answers, with a detail for each endorser that failed.
func failure(code codes.Code, message string, details ...string) error {
	st := status.New(code, message)
	list := make([]protoadapt.MessageV1, len(details))
	for i, d := range details {
		list[i] = &gateway.ErrorDetail{Address: "127.0.0.1:1", MspId: "BankMSP", Message: d}
	}
	st, err := st.WithDetails(list...)
	if err != nil {
		panic(err)
	}
	return st.Err()
}

func TestEndorseError(t *testing.T) {
	refusal := &ledger.Error{Code: ledger.LotOverdrawn, Message: "lot holds {5}: draw at most that", Detail: map[string]string{"left": "5"},
		Rows: []ledger.RowError{{Entry: 1, Op: 2, Code: ledger.LotOverdrawn}}}
	wire := "chaincode response 500, " + refusal.JSON()
	for name, c := range map[string]struct {
		err   error
		code  ledger.Code // "" for a disagreement
		inner ledger.Code
	}{
		"refused by both":        {failure(codes.Aborted, "failed", wire, wire), ledger.LotOverdrawn, ""},
		"refused by one":         {failure(codes.Aborted, "failed", wire), "", ledger.LotOverdrawn},
		"different states":       {failure(codes.Aborted, "failed", "ProposalResponsePayloads do not match"), "", ""},
		"peers away":             {failure(codes.Unavailable, "no peers available"), Unavailable, ""},
		"chaincode away":         {failure(codes.Aborted, "failed", "error in simulation: timeout", "error in simulation: timeout"), Unavailable, ""},
		"too many requests":      {status.Error(codes.Unknown, "too many requests for gateway.Gateway, exceeding concurrency limit (500)"), Unavailable, ""},
		"certificate not wanted": {failure(codes.Aborted, "failed", "error validating proposal: access denied: channel [c] creator org [BankMSP]"), ledger.NotPermitted, ""},
		"no gRPC error":          {errors.New("broken {"), Unavailable, ""},
	} {
		got := endorseError(c.err, 2)
		var apart *disagreement
		if errors.As(got, &apart) {
			inner := ledger.Code("")
			if apart.refusal != nil {
				inner = apart.refusal.Code
			}
			if c.code != "" || inner != c.inner {
				t.Errorf("%s: %v", name, got)
			}
			continue
		}
		if ledger.ErrorCode(got) != c.code {
			t.Errorf("%s: %v, want %s", name, got, c.code)
		}
	}
	var e *ledger.Error
	if err := endorseError(failure(codes.Aborted, "failed", wire, wire), 2); !errors.As(err, &e) || e.JSON() != refusal.JSON() {
		t.Errorf("the refusal changed on the way: %v", err)
	}
}

func TestSubmitError(t *testing.T) {
	for name, c := range map[string]struct {
		err      error
		rejected bool
	}{
		"orderer refuses the content": {status.Error(codes.Aborted, "received unsuccessful response from orderer: status=FORBIDDEN, info=expired"), true},
		"no orderer":                  {failure(codes.Unavailable, "no orderers could successfully process transaction", "EOF"), false},
		"timeout":                     {status.Error(codes.DeadlineExceeded, "submit timeout expired while broadcasting to ordering service"), false},
		"connection":                  {errors.New("EOF"), false},
	} {
		if got := submitError(c.err); errors.Is(got, errRejected) != c.rejected {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestEvaluateError(t *testing.T) {
	wire := ledger.Refuse(ledger.MovementUnknown, "there is no movement").JSON()
	for name, c := range map[string]struct {
		err  error
		code ledger.Code
	}{
		"in the details": {failure(codes.Unknown, "evaluate call to endorser returned error", "chaincode response 500, "+wire), ledger.MovementUnknown},
		"in the message": {status.Error(codes.Unknown, "evaluate call to endorser returned error: chaincode response 500, "+wire), ledger.MovementUnknown},
		"peer away":      {status.Error(codes.Unavailable, "connection refused"), Unavailable},
	} {
		if got := evaluateError(c.err); ledger.ErrorCode(got) != c.code {
			t.Errorf("%s: %v, want %s", name, got, c.code)
		}
	}
	long := unavailable(errors.New(strings.Repeat("金", 1000)))
	if n := len([]rune(long.Detail["cause"])); n > 301 {
		t.Errorf("a cause of %d characters", n)
	}
}
