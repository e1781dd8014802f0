// Package ca pins the Hyperledger Fabric CA server as a Go tool, in a module
// of its own so that it is built with its own dependency versions.
//
// One is raised on purpose: go-sqlite3, which is C and takes most of a minute
// to compile, is the version that the gateway uses too, so that the Go build
// cache compiles it once for both.
package ca
