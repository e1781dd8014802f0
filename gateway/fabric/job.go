package fabric

import (
	"encoding/json"
	"sync/atomic"

	"fundtrace/chaincode/ledger"
)

// job is an entry on its way to the ledger.
type job struct {
	by    *Identity
	entry ledger.Entry // as asked for
	id    string       // ledger.EntryID
	size  int          // bytes of the entry as JSON, with its salt
	lane  string       // signer and payer: jobs of one lane may share a transaction
	needs []string     // what no two transactions under way share: the entry and the accounts that it draws on

	adopted  *ledger.Entry // with the draws under which the ledger has it already
	picked   bool          // the gateway chose draws in the latest attempt
	attempts int           // lost against other writers
	gone     atomic.Bool   // nobody waits for the answer
	tx       atomic.Value  // string: the transaction that may record it

	done    chan struct{} // closed once receipt or err is set
	receipt Receipt
	err     error
}

func newJob(by *Identity, entry ledger.Entry) *job {
	j := &job{by: by, entry: entry, id: by.EntryID(entry.Key), done: make(chan struct{})}
	if text, err := json.Marshal(entry); err == nil { // strings and integers only: always
		j.size = len(text) + saltBytes
	}
	j.needs = []string{entryKey(j.id)}
	for _, account := range payers(&entry) {
		j.needs = append(j.needs, accountKey(account))
	}
	// What draws on no account (registrations, confirmations, money from outside) shares one lane for each signer.
	payer := "-"
	if len(j.needs) > 1 {
		payer = j.needs[1]
	} else {
		j.needs = append(j.needs, "signer "+by.MSP+" "+by.Name)
	}
	j.lane = by.MSP + " " + by.Name + " " + payer
	return j
}

func entryKey(id string) string        { return "entry " + id }
func accountKey(account string) string { return "account " + account }

// payers lists the accounts that the entry draws on, in the order of their first payment.
func payers(e *ledger.Entry) []string {
	var list []string
	seen := map[string]struct{}{}
	for i := range e.Ops {
		m := e.Ops[i].Movement
		if m == nil || m.From == "" {
			continue
		}
		if _, ok := seen[m.From]; !ok {
			seen[m.From] = struct{}{}
			list = append(list, m.From)
		}
	}
	return list
}

// finish gives the answer.
func (j *job) finish(r Receipt, err error) {
	j.receipt, j.err = r, err
	close(j.done)
}

// finished reports whether the answer was given.
func (j *job) finished() bool {
	select {
	case <-j.done:
		return true
	default:
		return false
	}
}

// submitted is the transaction that may record the entry, or "".
func (j *job) submitted() string {
	tx, _ := j.tx.Load().(string)
	return tx
}
