package projection

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"sync"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"

	"fundtrace/chaincode/ledger"
)

// node is what folding needs of a ledger.VoucherNode. The ledger writes all of a voucher with every step that it takes,
// its whole history included; reading no more of it than is asked for is what makes folding vouchers fast.
type node struct {
	Lot       string              `json:"lot"`
	Root      string              `json:"root"`
	Parent    string              `json:"parent"`
	Claim     string              `json:"claim"`
	Issuer    string              `json:"issuer"`
	Holder    string              `json:"holder"`
	Pledgee   string              `json:"pledgee"`
	Face      int64               `json:"face,string"`
	Settled   int64               `json:"settled,string"`
	Currency  string              `json:"currency"`
	Issued    string              `json:"issued"`
	Maturity  string              `json:"maturity"`
	Tier      int                 `json:"tier"`
	State     ledger.VoucherState `json:"state"`
	Pending   offer               `json:"pending"`
	Financing financing           `json:"financing"`
	Defaulted string              `json:"defaulted"`
	Interest  int64               `json:"interest,string"`
	Events    []json.RawMessage   `json:"events"`

	body string // the voucher as it came, without its events
	last eventFacts
}

// offer is what folding needs of a ledger.Pending.
type offer struct {
	To        string          `json:"to"`
	Financing json.RawMessage `json:"financing"`
}

// financing is what folding needs of ledger.Facts.
type financing struct {
	Funder   string `json:"funder"`
	Discount int64  `json:"discount,string"`
}

// eventFacts is what folding needs of a ledger.VoucherEvent.
type eventFacts struct {
	Seq  int           `json:"seq"`
	Op   ledger.OpType `json:"op"`
	Date string        `json:"date"`
}

// Open is what of the face nobody has paid or passed on yet.
func (n *node) Open() int64 {
	whole := ledger.VoucherNode{Face: n.Face, Settled: n.Settled, State: n.State}
	return whole.Open()
}

// rawVoucher is a write of a voucher that has yet to be read.
type rawVoucher struct {
	tx    int64
	write *kvrwset.KVWrite
}

// readVouchers reads the vouchers of a block on all processors: in a block of thousands that is most of what reading it
// costs. It answers the first failure in the order of the block, with its transaction.
func readVouchers(raw []rawVoucher) (vouchers []fact[*node], failed int64, err error) {
	vouchers = make([]fact[*node], len(raw))
	errs := make([]error, len(raw))
	part := max(256, (len(raw)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	var work sync.WaitGroup
	for from := 0; from < len(raw); from += part {
		work.Go(func() {
			for i := from; i < min(from+part, len(raw)); i++ {
				vouchers[i].tx = raw[i].tx
				vouchers[i].value, errs[i] = readVoucher(raw[i].write)
			}
		})
	}
	work.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, raw[i].tx, fmt.Errorf("its write of %q: %w", raw[i].write.GetKey(), err)
		}
	}
	return vouchers, 0, nil
}

func readVoucher(w *kvrwset.KVWrite) (*node, error) {
	n := &node{}
	if err := read(w, n); err != nil {
		return nil, err
	}
	if len(n.Events) == 0 {
		return nil, fmt.Errorf("voucher %q has no events", n.Lot)
	}
	if err := json.Unmarshal(n.Events[len(n.Events)-1], &n.last); err != nil {
		return nil, err
	}
	var err error
	n.body, err = n.withoutEvents(w.GetValue())
	return n, err
}

var eventsKey = []byte(`,"events":[`)

// withoutEvents answers the voucher as it came, without its events. They stand at the end, so that it is cut before
// them; anything else is spelt anew.
func (n *node) withoutEvents(value []byte) (string, error) {
	length := len(eventsKey) + len(n.Events) - 1 + len("]}")
	for _, e := range n.Events {
		length += len(e)
	}
	// No text can hold the key: its quotes would be escaped.
	if at := bytes.Index(value, eventsKey); at > 0 && len(value)-at == length {
		return string(value[:at]) + "}", nil
	}
	var whole ledger.VoucherNode
	if err := json.Unmarshal(value, &whole); err != nil {
		return "", err
	}
	whole.Events = nil
	return bodyOf(&whole)
}
