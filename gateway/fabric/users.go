package fabric

import (
	"context"
	"strings"
	"time"

	"fundtrace/chaincode/ledger"
)

// renewalPause keeps an authority that cannot be reached from being asked at every request.
const renewalPause = 10 * time.Minute

// Enrol proves user and password to the organisation's Fabric CA, which certifies a new key, and keeps both in the
// wallet. Users are called name@organisation, so that no two organisations have a user of one name.
// Errors: ORGANISATION_UNKNOWN, ENROLMENT_REFUSED, AUTHORITY_UNAVAILABLE.
func (c *Client) Enrol(ctx context.Context, organisation, user, password string) (*Identity, error) {
	a, ok := c.authorities[organisation]
	if !ok {
		return nil, ledger.Refuse(OrganisationUnknown, "this gateway does not serve that organisation: use the gateway of your own", "organisation", organisation)
	}
	if name, at, _ := strings.Cut(user, "@"); name == "" || at != organisation {
		return nil, ledger.Refuse(EnrolmentRefused, "users of the organisation are called name@"+organisation+": check the user and try again")
	}
	id, err := a.enrol(ctx, user, password)
	if err != nil {
		return nil, err
	}
	return id, c.keep(id)
}

// Identity answers a user who enrolled earlier. A certificate in the last quarter of its life is renewed in the
// background, with the certificate itself as proof. Errors: IDENTITY_UNKNOWN, WALLET_TAMPERED.
func (c *Client) Identity(_ context.Context, user string) (*Identity, error) {
	c.mu.Lock()
	id := c.known[user]
	c.mu.Unlock()
	if id == nil {
		var err error
		if id, err = c.wallet.get(user); err != nil {
			return nil, err
		}
		c.mu.Lock()
		if newer := c.known[user]; newer != nil {
			id = newer
		}
		c.known[user] = id
		c.mu.Unlock()
	}
	now := time.Now()
	if now.After(id.Expires) {
		return nil, ledger.Refuse(IdentityUnknown, "the certificate has run out: sign in again", "user", user)
	}
	if id.due(now) {
		c.renewSoon(id, now)
	}
	return id, nil
}

// renewSoon starts one renewal, unless one was tried a moment ago.
func (c *Client) renewSoon(id *Identity, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(c.renewals[id.Name]) < renewalPause {
		return
	}
	c.renewals[id.Name] = now
	a, ok := c.authorities[id.Organisation]
	if !ok || c.enter() != nil { // not served any more, or closing
		return
	}
	go func() {
		defer c.work.Done()
		renewed, err := a.renew(c.ctx, id)
		if err == nil {
			err = c.keep(renewed)
		}
		if err != nil {
			c.log.Warn("certificate cannot be renewed", "user", id.Name, "expires", id.Expires, "error", err)
		}
	}()
}

// keep puts an identity into the wallet and in place of an earlier one.
func (c *Client) keep(id *Identity) error {
	if err := c.wallet.put(id); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[id.Name] = id
	return nil
}
