// Package proof re-establishes, from blocks alone, what a Fabric channel has committed. It asks nobody: no network, no
// database, no peer. It knows blocks and transactions and nothing of what they mean.
//
// A Chain takes the channel's blocks in order, whole or as bare headers, from block 0 on. Of every block it checks the
// place in the chain of hashes; of a whole block also the data hash, the ordering service's signatures against the
// BlockValidation policy in force there, each configuration change against the policies that it had to satisfy, and each
// transaction as a peer validates it: creator, transaction identifier, endorsements against the policy of the
// chaincode's definition in force, double identifiers, and the versions that were read.
//
// Nobody signs the validity flags of a block: every peer writes its own. So they are not believed but computed again,
// and a flag that says something else is a Failure. When some blocks came as headers only, what is computed is less, and
// each transaction says how much: see Standing.
//
// The rules are those of Fabric 2.x and 3.x peers (channel capability V2_0 or later, application capability V2_0 or
// later, MSPs of X.509 certificates). What this package does not understand it refuses with Unsupported and never passes
// over: validation plug-ins, key-level endorsement policies, explicit private collections, hashed range queries.
package proof
