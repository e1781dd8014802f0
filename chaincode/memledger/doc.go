// Package memledger is a ledger in memory that does what a Fabric peer does to transactions, so that rules, contract,
// read model and API can be tested without a network.
//
// Submit runs the real contract on a simulated transaction and commits it in a block of its own:
//
//	l := memledger.New()
//	receipt, err := l.Submit(ledger.Caller{MSP: ledger.BankMSP, Role: ledger.RoleCustodian, Party: bank, Name: "custodian@bank"}, entry)
//	for _, block := range l.Blocks() { … } // real *common.Block messages, block 0 is a configuration block
//
// Invoke and Commit take the two steps apart: simulate several transactions against the same state, then commit them
// in one block and see which of them a peer would have invalidated.
//
// What is like Fabric: reads see committed state only and record its versions; a transaction's own writes are invisible
// to its reads; range queries record what they saw; paginated queries forbid writes; commit checks transaction
// identifiers, read versions and phantoms in block order, transactions of the same block included; creators are X.509
// certificates with the attributes that a Fabric CA writes; blocks carry a hash chain, signatures of clients and
// endorsers, read-write sets and the filter of validation codes. What is not: nobody orders, no policy is evaluated,
// and the orderer's signature and the commit hash are left empty.
package memledger
