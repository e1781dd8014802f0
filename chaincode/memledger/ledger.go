package memledger

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"fundtrace/chaincode/contract"
	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// The channel and the chaincode that the blocks speak of.
const (
	Channel   = "fundtrace"
	Chaincode = "fundtrace"
)

// Ledger is a channel with one chaincode. It is safe for concurrent use.
type Ledger struct {
	now func() time.Time

	mu        sync.Mutex     // guards what follows
	chaincode shim.Chaincode // nil until first used
	state     *state
	seen      map[string]struct{} // committed transaction identifiers
	done      []*Commit           // block n is done[n-1]
	block     []*common.Block     // made when somebody asks for it
	who       *registry
}

// Option changes how a Ledger is made.
type Option func(*Ledger)

// WithClock replaces the clock from which transactions take the time that they claim. The contract judges that time by
// the same clock, so that tests can live on any day.
func WithClock(now func() time.Time) Option { return func(l *Ledger) { l.now = now } }

// WithChaincode replaces the contract of Fundtrace by another chaincode.
func WithChaincode(cc shim.Chaincode) Option { return func(l *Ledger) { l.chaincode = cc } }

// New makes an empty ledger that serves the contract of Fundtrace.
func New(options ...Option) *Ledger {
	l := &Ledger{now: time.Now, state: newState(), seen: map[string]struct{}{}, who: newRegistry()}
	for _, o := range options {
		o(l)
	}
	return l
}

// serving answers the chaincode, assembling the contract on first use: tests of the rules alone never need it.
func (l *Ledger) serving() shim.Chaincode {
	if l.chaincode == nil {
		l.chaincode = must(contract.NewChaincode(func() time.Time { return l.now() }))
	}
	return l.chaincode
}

// Receipt says where an entry was recorded.
type Receipt struct {
	Entry    string // identifier of the entry
	TxID     string // of this submission, even where an earlier one recorded the entry
	Block    uint64
	Replayed bool // the entry had been recorded before
}

// Submit records one entry in a transaction and a block of its own. A refusal is a *ledger.Error and leaves no trace.
func (l *Ledger) Submit(by ledger.Caller, entry ledger.Entry) (Receipt, error) {
	r, err := l.SubmitBatch(by, ledger.Batch{Entries: []ledger.Entry{entry}})
	if err != nil {
		return Receipt{}, err
	}
	return r[0], nil
}

// SubmitBatch records several entries in one transaction and a block of its own, and answers a receipt for each.
func (l *Ledger) SubmitBatch(by ledger.Caller, batch ledger.Batch) ([]Receipt, error) {
	body, err := json.Marshal(batch)
	if err != nil {
		return nil, fmt.Errorf("encode batch: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	tx, answer, err := l.invoke(by, "Apply", string(body))
	if err != nil {
		return nil, err
	}
	var result ledger.Result
	if err := json.Unmarshal(answer, &result); err != nil {
		return nil, fmt.Errorf("decode result: %w", err)
	}
	commit := l.commit([]*Tx{tx})
	if code := commit.Txs[0].Code; code != peer.TxValidationCode_VALID {
		return nil, fmt.Errorf("transaction %s is %s", tx.id, code) // nobody else can commit in between
	}
	out := make([]Receipt, len(result.Entries))
	for i, e := range result.Entries {
		out[i] = Receipt{Entry: e.Entry, TxID: tx.id, Block: commit.Block, Replayed: e.Replayed}
	}
	return out, nil
}

// Evaluate calls a function and answers its result without committing anything.
func (l *Ledger) Evaluate(by ledger.Caller, function string, args ...string) ([]byte, error) {
	_, answer, err := l.Invoke(by, function, args...)
	return answer, err
}

// Invoke simulates a call of the chaincode against the present state and answers the transaction, ready for Commit.
// The error of a refused call is the *ledger.Error that the chaincode sent.
func (l *Ledger) Invoke(by ledger.Caller, function string, args ...string) (*Tx, []byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.invoke(by, function, args...)
}

func (l *Ledger) invoke(by ledger.Caller, function string, args ...string) (*Tx, []byte, error) {
	tx := l.begin(by, append([]string{function}, args...))
	response := l.serving().Invoke(tx)
	tx.response = response
	if response.GetStatus() != shim.OK {
		return nil, nil, refusal(response.GetMessage())
	}
	return tx, response.GetPayload(), nil
}

// Begin opens a transaction that a test drives itself, without the chaincode: read and write on it, then Commit it.
func (l *Ledger) Begin(by ledger.Caller) *Tx {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.begin(by, []string{"Apply", ""})
}

func (l *Ledger) begin(by ledger.Caller, args []string) *Tx {
	nonce := make([]byte, 24)
	if _, err := rand.Read(nonce); err != nil {
		panic(err) // documented never to happen
	}
	return newTx(l.state, l.who.client(by), nonce, args, l.now().UTC())
}

// Read answers committed values in the order of the keys, nil for what does not exist: a Ledger is a ledger.View.
func (l *Ledger) Read(keys []string) ([][]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([][]byte, len(keys))
	for i, k := range keys {
		out[i] = l.state.value(k)
	}
	return out, nil
}

// Keys answers the committed keys that begin with prefix, sorted.
func (l *Ledger) Keys(prefix string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for _, k := range l.state.sorted() {
		if strings.HasPrefix(k, prefix) {
			out = append(out, k)
		}
	}
	return out
}

// refusal turns the message of a failed call into the *ledger.Error that it carries, if any.
func refusal(message string) error {
	if i := strings.IndexByte(message, '{'); i >= 0 {
		var e ledger.Error
		if json.Unmarshal([]byte(message[i:]), &e) == nil && e.Code != "" {
			return &e
		}
	}
	return errors.New(message)
}
