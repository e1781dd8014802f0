package memledger

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/queryresult"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Tx is a transaction being simulated. It is the stub that a chaincode sees, and a ledger.View. Methods of the stub that
// this package does not define belong to private data, rich queries and the like, which Fundtrace does not use: they
// panic. A Tx is not safe for concurrent use.
type Tx struct {
	shim.ChaincodeStubInterface
	state *state
	id    string
	by    *member
	nonce []byte
	args  [][]byte
	at    time.Time

	reads     map[string]*version // first version seen of each key
	ranges    []rangeRead
	writes    map[string][]byte
	batched   []Write // writes between StartWriteBatch and FinishWriteBatch
	inBatch   bool
	paginated bool
	event     *peer.ChaincodeEvent
	response  *peer.Response
}

func newTx(s *state, by *member, nonce []byte, args []string, at time.Time) *Tx {
	sum := sha256.Sum256(append(slices.Clone(nonce), by.creator...))
	t := &Tx{state: s, id: hex.EncodeToString(sum[:]), by: by, nonce: nonce, at: at,
		reads: map[string]*version{}, writes: map[string][]byte{}, response: shim.Success(nil)}
	for _, a := range args {
		t.args = append(t.args, []byte(a))
	}
	return t
}

// Put writes what ledger.Apply answered.
func (t *Tx) Put(writes []ledger.Write) error {
	for _, w := range writes {
		if err := t.PutState(w.Key, w.Value); err != nil {
			return err
		}
	}
	return nil
}

// Read answers committed values and records their versions, nil for what does not exist: a Tx is a ledger.View.
func (t *Tx) Read(keys []string) ([][]byte, error) { return t.GetMultipleStates(keys...) }

// Writes answers the changes made so far, sorted by key.
func (t *Tx) Writes() []Write { return sortedWrites(t.writes) }

// ReadKeys answers the keys read so far, sorted; range queries are not among them.
func (t *Tx) ReadKeys() []string {
	keys := make([]string, 0, len(t.reads))
	for k := range t.reads {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// GetTxID answers SHA-256 of nonce and creator, in hexadecimal, as Fabric computes it.
func (t *Tx) GetTxID() string { return t.id }

// GetChannelID answers Channel.
func (t *Tx) GetChannelID() string { return Channel }

// GetCreator answers the serialised identity of the caller.
func (t *Tx) GetCreator() ([]byte, error) { return t.by.creator, nil }

// GetTxTimestamp answers the time that the proposal claims.
func (t *Tx) GetTxTimestamp() (*timestamppb.Timestamp, error) { return timestamppb.New(t.at), nil }

// GetArgs answers function and arguments.
func (t *Tx) GetArgs() [][]byte { return t.args }

// GetStringArgs answers function and arguments as strings.
func (t *Tx) GetStringArgs() []string {
	out := make([]string, len(t.args))
	for i, a := range t.args {
		out[i] = string(a)
	}
	return out
}

// GetFunctionAndParameters answers the function and its arguments.
func (t *Tx) GetFunctionAndParameters() (string, []string) {
	args := t.GetStringArgs()
	if len(args) == 0 {
		return "", nil
	}
	return args[0], args[1:]
}

// GetTransient answers nothing: Fundtrace sends no transient data.
func (t *Tx) GetTransient() (map[string][]byte, error) { return nil, nil }

// GetState answers the committed value, whatever this transaction has written, and records its version.
func (t *Tx) GetState(key string) ([]byte, error) {
	if _, again := t.reads[key]; !again {
		t.reads[key] = t.state.versionOf(key)
	}
	return t.state.value(key), nil
}

// GetMultipleStates answers the committed values in the order of the keys.
func (t *Tx) GetMultipleStates(keys ...string) ([][]byte, error) {
	out := make([][]byte, len(keys))
	for i, k := range keys {
		out[i], _ = t.GetState(k)
	}
	return out, nil
}

// PutState writes a value. Reads of this transaction do not see it.
func (t *Tx) PutState(key string, value []byte) error {
	if key == "" {
		return errors.New("key must not be an empty string")
	}
	if len(value) == 0 {
		return fmt.Errorf("key %s: a peer takes an empty value for a deletion", key)
	}
	return t.write(key, slices.Clone(value))
}

// DelState deletes a key.
func (t *Tx) DelState(key string) error { return t.write(key, nil) }

func (t *Tx) write(key string, value []byte) error {
	if t.inBatch {
		t.batched = append(t.batched, Write{Key: key, Value: value})
		return nil
	}
	if t.paginated {
		return errors.New("unsupported transaction: it has performed a paginated query, writes are not allowed")
	}
	t.writes[key] = value
	return nil
}

// StartWriteBatch holds writes back until FinishWriteBatch.
func (t *Tx) StartWriteBatch() { t.inBatch = true }

// FinishWriteBatch makes the writes held back.
func (t *Tx) FinishWriteBatch() error {
	t.inBatch = false
	for _, w := range t.batched {
		if err := t.write(w.Key, w.Value); err != nil {
			return err
		}
	}
	t.batched = nil
	return nil
}

// SetEvent sets the transaction's event; the last one wins.
func (t *Tx) SetEvent(name string, payload []byte) error {
	if name == "" {
		return errors.New("event name can not be empty string")
	}
	t.event = &peer.ChaincodeEvent{ChaincodeId: Chaincode, TxId: t.id, EventName: name, Payload: payload}
	return nil
}

// chunk is how many rows of a range a peer sends to the chaincode at a time. It has read one more by then.
const chunk = 100

// GetStateByRange answers committed values by key, end excluded. What the peer reads for it is recorded, a chunk at a
// time whether or not the chaincode looks at all of it, so that a phantom invalidates the transaction.
func (t *Tx) GetStateByRange(start, end string) (shim.StateQueryIteratorInterface, error) {
	if start == "" {
		start = "\x01"
	}
	t.ranges = append(t.ranges, rangeRead{start: start, end: end})
	r := &rows{tx: t, keys: t.state.scan(start, end, false), record: len(t.ranges) - 1}
	r.fetch()
	return r, nil
}

// GetStateByRangeWithPagination answers a page of committed values. The bookmark is the first key of the next page,
// empty after the last. Transactions that page may not write.
func (t *Tx) GetStateByRangeWithPagination(start, end string, size int32, bookmark string) (shim.StateQueryIteratorInterface, *peer.QueryResponseMetadata, error) {
	if len(t.writes) > 0 {
		return nil, nil, errors.New("unsupported transaction: paginated queries are supported only in a read-only transaction")
	}
	t.paginated = true
	if start == "" {
		start = "\x01"
	}
	if bookmark != "" {
		start = bookmark
	}
	keys := t.state.scan(start, end, false)
	next := ""
	if int(size) > 0 && len(keys) > int(size) {
		next, keys = keys[size], keys[:size]
	}
	return &rows{tx: t, keys: keys, record: -1}, &peer.QueryResponseMetadata{FetchedRecordsCount: int32(len(keys)), Bookmark: next}, nil
}

// rows iterates over a range; record is the index of the range query to note reads in, -1 for none.
type rows struct {
	tx     *Tx
	keys   []string
	next   int
	record int
}

// fetch records what the peer reads to send the chunk that begins at the next row.
func (r *rows) fetch() {
	q := &r.tx.ranges[r.record]
	for len(q.seen) < len(r.keys) && len(q.seen) <= r.next+chunk {
		k := r.keys[len(q.seen)]
		q.seen = append(q.seen, readAt{key: k, version: r.tx.state.versionOf(k)})
	}
	q.exhausted = len(r.keys) <= r.next+chunk
}

// HasNext reports whether another row follows.
func (r *rows) HasNext() bool { return r.next < len(r.keys) }

// Next answers the next row.
func (r *rows) Next() (*queryresult.KV, error) {
	if !r.HasNext() {
		return nil, errors.New("the range has no further row")
	}
	if r.record >= 0 && r.next > 0 && r.next%chunk == 0 {
		r.fetch()
	}
	k := r.keys[r.next]
	r.next++
	return &queryresult.KV{Namespace: Chaincode, Key: k, Value: r.tx.state.value(k)}, nil
}

// Close ends the iteration.
func (r *rows) Close() error { return nil }
