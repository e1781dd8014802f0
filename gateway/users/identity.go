// Package users answers who is calling: sign-in with a password, sessions, and what the certificate says of a user.
//
// The certificate authority of the user's organisation decides the first sign-in, by enrolling the user. From then on
// the password is checked against an argon2id hash kept here, so that the authority need not be asked again. Sessions
// are random tokens of which only the SHA-256 is kept.
package users

import (
	"context"
	"strings"

	"fundtrace/chaincode/ledger"
)

// Identity is a user as the certificate describes it.
type Identity struct {
	User         string `json:"user"`         // enrolment id and common name of the certificate, "name@organisation"
	Organisation string `json:"organisation"` // short name: finance, bank, audit, manager, enterprise or an operator's own
	MSP          string `json:"msp"`          // membership service provider, such as BankMSP
	Role         string `json:"role"`         // certificate attribute: see ledger.Role…
	Party        string `json:"party"`        // certificate attribute: the party that the user acts for
}

// Caller is the identity as the ledger's rules take it.
func (i Identity) Caller() ledger.Caller {
	return ledger.Caller{MSP: i.MSP, Role: i.Role, Party: i.Party, Name: i.User}
}

// Entry is the identifier that an entry of this user under an idempotency key has on the ledger.
func (i Identity) Entry(key string) string { return ledger.EntryID(i.MSP, i.User, key) }

// Authority is the certificate authority's side of a sign-in.
type Authority interface {
	// Enrol lets the authority check the password and issues a certificate. It answers ErrCredentials when the
	// authority refuses the user, any other error when it cannot be asked.
	Enrol(ctx context.Context, organisation, user, password string) (Identity, error)
	// Known answers the identity that is still enrolled and valid in the wallet, and whether there is one.
	Known(ctx context.Context, user string) (Identity, bool)
}

// Organisation is the part of a user name after the last "@", empty when there is none.
func Organisation(user string) string {
	if i := strings.LastIndexByte(user, '@'); i >= 0 {
		return user[i+1:]
	}
	return ""
}
