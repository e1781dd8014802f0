package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"fundtrace/gateway/enrol"

	"golang.org/x/sync/errgroup"
)

// Login is a user with the password to sign in with.
type Login struct {
	User
	Password string `json:"password"`
}

// credentialsFile lists the users and their passwords, for the owner's eyes.
const credentialsFile = "credentials.json"

// Logins reads the users of the network in dir and their passwords.
func Logins(dir string) ([]Login, error) {
	text, err := os.ReadFile(paths(dir).join(credentialsFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the users' passwords: %w", err)
	}
	var logins []Login
	if err := json.Unmarshal(text, &logins); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", credentialsFile, err)
	}
	return logins, nil
}

// registerUsers makes the users known to their organisations' authorities.
// The gateway enrols as them when they sign in.
func (n *Network) registerUsers(ctx context.Context) error {
	existing, err := Logins(n.paths.join())
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, l := range existing {
		known[l.Name] = true
	}
	logins := existing
	byOrganisation := map[string][]Login{}
	for _, u := range n.options.Users {
		if known[u.Name] {
			continue
		}
		login := Login{User: u}
		if login.Password, err = n.secrets.password(u.Name); err != nil {
			return err
		}
		logins = append(logins, login)
		byOrganisation[u.Organisation] = append(byOrganisation[u.Organisation], login)
	}
	if len(byOrganisation) == 0 {
		return nil
	}
	n.options.report(fmt.Sprintf("registering %d users", len(logins)-len(existing)))
	group, ctx := errgroup.WithContext(ctx)
	for organisation, logins := range byOrganisation {
		group.Go(func() error { return n.registerLogins(ctx, organisation, logins) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	// Written last: a user in the file is a user who can sign in.
	return saveJSON(n.paths.join(credentialsFile), logins, 0o600)
}

// registering is how many users one authority is asked to register at a time:
// it hashes their passwords side by side.
const registering = 4

func (n *Network) registerLogins(ctx context.Context, organisation string, logins []Login) error {
	o, err := n.topology.organisation(organisation)
	if err != nil {
		return err
	}
	ca, err := n.CA(organisation)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(registering)
	for _, l := range logins {
		attributes := []enrol.Attribute{{Name: "role", Value: l.Role, ECert: true}}
		if l.Party != "" {
			attributes = append(attributes, enrol.Attribute{Name: "party", Value: l.Party, ECert: true})
		}
		group.Go(func() error { return n.register(ctx, ca, o, l.Name, l.Password, attributes) })
	}
	return group.Wait()
}
