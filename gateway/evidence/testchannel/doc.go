// Package testchannel is a channel for tests: it makes what memledger leaves out. It has a first block with real
// memberships and policies, an ordering service that signs blocks, and chaincode definitions; and it takes the blocks of a
// memledger over, with what the contract read and wrote, signed and endorsed anew by its own members.
//
//	l := memledger.New()
//	… l.Submit(…)
//	c := testchannel.New()
//	c.Follow(l)
//	c.Blocks()
//
// Tests that play a dishonest ordering service change a block and Reseal the chain.
package testchannel
