package channel

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestPackIsStable(t *testing.T) {
	first, err := Pack("fundtrace_1")
	if err != nil {
		t.Fatal(err)
	}
	// The id is part of what organisations approve: it may change only when
	// the format of the package is changed on purpose.
	const want = "fundtrace_1:"
	if !strings.HasPrefix(first.ID, want) || len(first.ID) != len(want)+64 {
		t.Errorf("the id is %s", first.ID)
	}
	second, err := Pack("fundtrace_1")
	if err != nil {
		t.Fatal(err)
	}
	if first.ID != second.ID || !bytes.Equal(first.Bytes, second.Bytes) {
		t.Error("packing the same twice gives different packages")
	}
	other, err := Pack("fundtrace_2")
	if err != nil {
		t.Fatal(err)
	}
	if other.ID[len(want):] == first.ID[len(want):] {
		t.Error("another label gives the same digest")
	}
	assertTimeless(t, first.Bytes)
}

// assertTimeless checks that upstream accepts the package and that no file in
// it has a time.
func assertTimeless(t *testing.T, pack []byte) {
	t.Helper()
	metadata, code, err := chaincode.ParseChaincodePackage(pack)
	if err != nil {
		t.Fatal(err)
	}
	if metadata.Type != "ccaas" || metadata.Label != "fundtrace_1" {
		t.Errorf("the metadata is %+v", metadata)
	}
	for _, archive := range [][]byte{pack, code} {
		unzip, err := gzip.NewReader(bytes.NewReader(archive))
		if err != nil {
			t.Fatal(err)
		}
		files := tar.NewReader(unzip)
		for {
			header, err := files.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if header.ModTime.Unix() != 0 {
				t.Errorf("%s has the time %v", header.Name, header.ModTime)
			}
		}
	}
}

func TestMajority(t *testing.T) {
	for want, msps := range map[string][]string{
		"OutOf(1, 'A.peer')":                     {"A"},
		"OutOf(2, 'A.peer', 'B.peer')":           {"A", "B"},
		"OutOf(2, 'A.peer', 'B.peer', 'C.peer')": {"A", "B", "C"},
	} {
		if got := Majority(msps); got != want {
			t.Errorf("%v: got %s, want %s", msps, got, want)
		}
		if _, err := chaincode.NewApplicationPolicy(want, ""); err != nil {
			t.Errorf("%s is no policy: %v", want, err)
		}
	}
}

func TestConfigDocument(t *testing.T) {
	c := Config{
		Name: "fundtrace", OrdererMSP: "OrdererMSP", OrdererMSPDir: "/orderer",
		Organisations: []Organisation{{MSP: "BankMSP", MSPDir: "/bank", Peer: "127.0.0.1:7051"}, {MSP: "ManagerMSP", MSPDir: "/manager"}},
		Orderers:      []Orderer{{Address: "127.0.0.1:7050", Certificate: "/cert.pem"}},
	}
	document, err := c.document()
	if err != nil {
		t.Fatal(err)
	}
	network := document["Profiles"].(object)[profile].(object)
	members := network["Application"].(object)["Organizations"].([]object)
	if len(members) != 2 {
		t.Fatalf("%d members, want 2", len(members))
	}
	if anchor := members[0]["AnchorPeers"].([]object)[0]; anchor["Host"] != "127.0.0.1" || anchor["Port"] != 7051 {
		t.Errorf("the anchor peer is %v", anchor)
	}
	if _, has := members[1]["AnchorPeers"]; has {
		t.Error("an organisation without a peer has an anchor peer")
	}
	c.Orderers[0].Address = "no port"
	if _, err := c.document(); err == nil {
		t.Error("an address without a port was accepted")
	}
}

func TestSettle(t *testing.T) {
	final := errors.New("no such function")
	for name, test := range map[string]struct {
		failures []error
		want     error
		calls    int
	}{
		"at once":        {nil, nil, 1},
		"after a while":  {[]error{status.Error(codes.Unavailable, "no leader"), status.Error(codes.FailedPrecondition, "no peers")}, nil, 3},
		"not in vain":    {[]error{final}, final, 1},
		"wrapped status": {[]error{errors.Join(status.Error(codes.Unavailable, "x"))}, nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			err := Settle(t.Context(), func(context.Context) error {
				calls++
				if calls <= len(test.failures) {
					return test.failures[calls-1]
				}
				return nil
			})
			if !errors.Is(err, test.want) || calls != test.calls {
				t.Errorf("got %v after %d calls, want %v after %d", err, calls, test.want, test.calls)
			}
		})
	}
	t.Run("gives up with the context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		last := status.Error(codes.Unavailable, "no leader")
		err := Settle(ctx, func(context.Context) error {
			cancel()
			return last
		})
		if !errors.Is(err, last) {
			t.Errorf("got %v, want it to wrap the last failure", err)
		}
	})
}
