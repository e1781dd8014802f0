package fabric

import (
	"context"
	"errors"
	"fmt"
	"os"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/config"
	"fundtrace/gateway/enrol"
)

// authority is an organisation's Fabric CA.
type authority struct {
	organisation config.Organisation
	ca           *enrol.Authority
}

func newAuthority(o config.Organisation) (*authority, error) {
	roots, err := os.ReadFile(o.CA.TLSCA)
	if err != nil {
		return nil, fmt.Errorf("read the TLS authority of %s: %w", o.CA.Name, err)
	}
	ca, err := enrol.New(o.CA.URL, o.CA.Name, roots)
	if err != nil {
		return nil, fmt.Errorf("use %s: %w", o.CA.TLSCA, err)
	}
	return &authority{organisation: o, ca: ca}, nil
}

// wanted is the certificate of a user, with what the chaincode reads in it.
func wanted(user string) enrol.Wanted {
	return enrol.Wanted{ID: user, Attributes: []string{"role", "party"}}
}

// enrol has a key certified for the user. Errors: ENROLMENT_REFUSED, AUTHORITY_UNAVAILABLE.
func (a *authority) enrol(ctx context.Context, user, password string) (*Identity, error) {
	c, err := a.ca.Enrol(ctx, wanted(user), password)
	return a.identity(user, c, err)
}

// renew has a new key certified for a user whose certificate is still valid. Errors: as enrol.
func (a *authority) renew(ctx context.Context, id *Identity) (*Identity, error) {
	c, err := a.ca.Renew(ctx, wanted(id.Name), enrol.Credential{Certificate: id.certificate, Key: id.key})
	return a.identity(id.Name, c, err)
}

// identity makes the user's identity of what the authority certified, or its answer of the authority's error.
func (a *authority) identity(user string, c enrol.Credential, err error) (*Identity, error) {
	var refusal *enrol.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Denied():
		// One sentence for every reason: who may not enter does not learn which users exist.
		return nil, ledger.Refuse(EnrolmentRefused, "user or password is wrong, or the user may not enrol: check both and try again")
	case err != nil:
		return nil, ledger.Refuse(AuthorityUnavailable, "the organisation's certificate authority cannot be reached: try again in a moment",
			"authority", a.organisation.CA.Name, "cause", cause(err))
	}
	id, err := newIdentity(a.organisation.Name, a.organisation.MSP, c.Certificate, c.Key)
	if err != nil {
		return nil, fmt.Errorf("use what %s certified: %w", a.organisation.CA.Name, err)
	}
	if id.Name != user {
		return nil, fmt.Errorf("%s certified %q instead of %q", a.organisation.CA.Name, id.Name, user)
	}
	return id, nil
}
