package main

import (
	"context"
	"fmt"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/api"
	"fundtrace/gateway/fabric"
	"fundtrace/gateway/users"
)

// channel lets the API use the Fabric client: it finds the user's key for what the user signs.
type channel struct{ client *fabric.Client }

func (c channel) Submit(ctx context.Context, by users.Identity, entry ledger.Entry) (api.Receipt, error) {
	id, err := c.client.Identity(ctx, by.User)
	if err != nil {
		return api.Receipt{}, err
	}
	r, err := c.client.Submit(ctx, id, entry)
	return api.Receipt{Entry: r.Entry, TxID: r.TxID, Block: r.Block, Replayed: r.Replayed}, err
}

func (c channel) Check(ctx context.Context, by users.Identity, entry ledger.Entry) error {
	id, err := c.client.Identity(ctx, by.User)
	if err != nil {
		return err
	}
	return c.client.Check(ctx, id, entry)
}

func (c channel) Height(ctx context.Context) (uint64, error) { return c.client.Height(ctx) }

func (c channel) Pending() int { return c.client.Pending() }

// authority lets sign-in use the organisations' certificate authorities and the wallet.
type authority struct{ client *fabric.Client }

func (a authority) Enrol(ctx context.Context, organisation, user, password string) (users.Identity, error) {
	id, err := a.client.Enrol(ctx, organisation, user, password)
	switch ledger.ErrorCode(err) {
	case fabric.EnrolmentRefused, fabric.OrganisationUnknown: // which of them is nobody's business
		return users.Identity{}, fmt.Errorf("%w: %w", users.ErrCredentials, err)
	}
	if err != nil {
		return users.Identity{}, err
	}
	return identityOf(id), nil
}

func (a authority) Known(ctx context.Context, user string) (users.Identity, bool) {
	id, err := a.client.Identity(ctx, user)
	if err != nil {
		return users.Identity{}, false
	}
	return identityOf(id), true
}

func identityOf(id *fabric.Identity) users.Identity {
	return users.Identity{User: id.Name, Organisation: id.Organisation, MSP: id.MSP, Role: id.Role, Party: id.Party}
}
