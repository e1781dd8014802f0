// Package contract is the Fabric face of the ledger: it reads who calls, hands batches to ledger.Apply and writes what
// comes back. It holds no rule of money.
package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/cid"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

// Window is how far the time that a proposal claims may lie from the peer's clock. The clock only refuses; it never
// reaches what is written, so endorsers with different clocks cannot disagree on a write.
const Window = 15 * time.Minute

// Contract has one function that writes, Apply, and the reads in read.go. Every exported method is a transaction.
type Contract struct {
	contractapi.Contract
	now func() time.Time
}

// New makes the contract. now is the peer-side clock of the time window.
func New(now func() time.Time) *Contract {
	c := &Contract{now: now}
	c.Name = "fundtrace"
	c.Info.Title = "Fundtrace"
	c.Info.Version = Version
	c.BeforeTransaction = checkArguments
	return c
}

// Version of the contract, as its metadata and its statements carry it. 2: entries have roots.
const Version = "2"

// NewChaincode makes the chaincode that a peer serves.
func NewChaincode(now func() time.Time) (*contractapi.ContractChaincode, error) {
	cc, err := contractapi.NewChaincode(New(now))
	if err != nil {
		return nil, fmt.Errorf("assemble chaincode: %w", err)
	}
	return cc, nil
}

// arguments is how many arguments each function takes. The contract API ignores surplus ones, and would so accept two
// different signed proposals with one effect.
var arguments = map[string]int{"Apply": 1, "Heartbeat": 0, "Lot": 1, "Lots": 1, "Movement": 1, "Party": 1, "Account": 1,
	"Fund": 1, "Commitment": 1, "Document": 1, "Balance": 3, "Rule": 1, "Calendar": 1, "Issuer": 1, "Invoice": 1, "Claim": 1, "Voucher": 1,
	"Statement": 1, "Disclose": 1, "Anchor": 1}

func checkArguments(ctx contractapi.TransactionContextInterface) error {
	name, args := ctx.GetStub().GetFunctionAndParameters()
	if want, known := arguments[name]; !known || len(args) != want {
		return wire(ledger.Refuse(ledger.Malformed, fmt.Sprintf("there is no function %.40q with %d arguments", name, len(args))))
	}
	return nil
}

// Apply records a ledger.Batch given as JSON and answers a ledger.Result. All of it is written or nothing. A refusal
// is the JSON of a ledger.Error; see ledger.Code for the reasons.
func (c *Contract) Apply(ctx contractapi.TransactionContextInterface, batch string) (string, error) {
	stub := ctx.GetStub()
	by, err := caller(stub)
	if err != nil {
		return "", wire(err)
	}
	at, err := c.claimedTime(stub)
	if err != nil {
		return "", wire(err)
	}
	b, err := ledger.DecodeBatch([]byte(batch))
	if err != nil {
		return "", wire(err)
	}
	writes, result, err := ledger.Apply(b, by, at, view{stub})
	if err != nil {
		return "", wire(err)
	}
	if err := put(stub, writes); err != nil {
		return "", wire(err)
	}
	return answer(result)
}

// Heartbeat commits a value that says nothing, so that an operator can prove that endorsement across organisations,
// ordering and validation work. It is open to every member of the channel.
func (c *Contract) Heartbeat(ctx contractapi.TransactionContextInterface) error {
	if err := ctx.GetStub().PutState("heartbeat", []byte(ctx.GetStub().GetTxID())); err != nil {
		return wire(fmt.Errorf("write heartbeat: %w", err))
	}
	return nil
}

// put sends all writes to the peer in large messages instead of one for each key.
func put(stub shim.ChaincodeStubInterface, writes []ledger.Write) error {
	stub.StartWriteBatch()
	for _, w := range writes {
		if err := stub.PutState(w.Key, w.Value); err != nil {
			return fmt.Errorf("write %s: %w", w.Key, err)
		}
	}
	if err := stub.FinishWriteBatch(); err != nil {
		return fmt.Errorf("write batch: %w", err)
	}
	return nil
}

// caller reads organisation, attributes and common name from the certificate of the proposal's creator.
func caller(stub shim.ChaincodeStubInterface) (ledger.Caller, error) {
	id, err := cid.New(stub)
	if err != nil {
		return ledger.Caller{}, ledger.Refuse(ledger.NotPermitted, "the proposal's creator has no certificate that can be read")
	}
	msp, err := id.GetMSPID()
	if err != nil {
		return ledger.Caller{}, fmt.Errorf("read MSP of creator: %w", err)
	}
	cert, err := id.GetX509Certificate()
	if err != nil || cert == nil {
		return ledger.Caller{}, ledger.Refuse(ledger.NotPermitted, "the proposal's creator has no X.509 certificate")
	}
	by := ledger.Caller{MSP: msp, Name: cert.Subject.CommonName}
	if by.Role, _, err = id.GetAttributeValue("role"); err != nil {
		return ledger.Caller{}, fmt.Errorf("read attribute role of creator: %w", err)
	}
	if by.Party, _, err = id.GetAttributeValue("party"); err != nil {
		return ledger.Caller{}, fmt.Errorf("read attribute party of creator: %w", err)
	}
	return by, nil
}

// claimedTime answers the proposal's time, refusing one outside Window. Errors: TIME_WINDOW.
func (c *Contract) claimedTime(stub shim.ChaincodeStubInterface) (time.Time, error) {
	ts, err := stub.GetTxTimestamp()
	if err != nil {
		return time.Time{}, fmt.Errorf("read time of proposal: %w", err)
	}
	at := ts.AsTime()
	if d := c.now().Sub(at); d > Window || d < -Window {
		return time.Time{}, ledger.Refuse(ledger.TimeWindow, "the proposal's time lies more than 15 minutes from the peer's: set the clock and propose again")
	}
	return at, nil
}

// view reads committed state through the stub, many keys in one message.
type view struct{ stub shim.ChaincodeStubInterface }

// readSize keeps one message to the peer small.
const readSize = 2000

func (v view) Read(keys []string) ([][]byte, error) {
	out := make([][]byte, 0, len(keys))
	for len(keys) > 0 {
		n := min(len(keys), readSize)
		values, err := v.stub.GetMultipleStates(keys[:n]...)
		if err != nil {
			return nil, fmt.Errorf("get states: %w", err)
		}
		for _, value := range values {
			if len(value) == 0 { // the shim answers absent keys as empty
				value = nil
			}
			out = append(out, value)
		}
		keys = keys[n:]
	}
	return out, nil
}

func answer(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", wire(fmt.Errorf("encode answer: %w", err))
	}
	return string(b), nil
}

// wire turns any error into the JSON of a ledger.Error, the only form in which errors leave the chaincode. What is no
// refusal is a failure of the peer or of state and says so.
func wire(err error) error {
	var e *ledger.Error
	if !errors.As(err, &e) {
		e = ledger.Refuse(Failed, "the chaincode failed: "+err.Error())
	}
	return errors.New(e.JSON())
}

// Failed is the code of an error that is nobody's refusal: state or peer could not be read or written.
const Failed ledger.Code = "CHAINCODE_FAILED"
