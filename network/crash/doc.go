// Package crash holds tests alone: they run a whole network and a load on it, end and stop its processes in the midst of
// it, and then compare what the clients were told with what the ledger says, block by block and peer by peer. On another
// one traders play with vouchers at random while funders fight over them, and the blocks are audited.
package crash
