// Command sdkgo shows that an application written on fabric-sdk-go keeps working against a Fundtrace network: it enrols
// a user at the certificate authority, reads a lot and logs one disbursement through that SDK.
//
//	go run . --dir ../../.fundtrace --user custodian@bank --lot LOT                     # read
//	go run . --dir ../../.fundtrace --user custodian@bank --lot LOT --to ACCOUNT --amount FEN --reference REF
//
// The SDK is archived and cannot share a process with the protocol buffers that the rest of Fundtrace uses, so this is a
// module and a program of its own; the network and files are all that it shares with the others.
package main
