// Package fabric pins the Hyperledger Fabric programs (peer, orderer, configtxgen, osnadmin) as Go tools.
//
// They live in a module of their own so that a node is built with exactly the
// dependency versions its authors tested, untouched by what the rest of the
// project needs. Operators can run one directly: go tool osnadmin --help.
package fabric
