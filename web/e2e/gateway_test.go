// Package web_test drives the page in a real browser against a running gateway: what it shows is checked against what
// the API answers.
package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"testing"
)

// gateway is a running gateway with its demo users.
type gateway struct {
	url   string
	users []user
}

type user struct {
	User     string `json:"user"`
	Password string `json:"password"`
	Role     string `json:"role"`
}

// session is a user signed in at the API.
type session struct {
	user
	gateway *gateway
	Token   string `json:"token"`
	Party   string `json:"party"`
}

// running answers the gateway that the environment names, or skips the test.
func running(t *testing.T) *gateway {
	t.Helper()
	url, file := os.Getenv("FUNDTRACE_URL"), os.Getenv("FUNDTRACE_CREDENTIALS")
	if url == "" || file == "" {
		t.Skip("set FUNDTRACE_URL to a running gateway and FUNDTRACE_CREDENTIALS to its credentials.json to test the page in a browser")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{url: url}
	if err := json.Unmarshal(data, &g.users); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return g
}

// first answers the first user of a role.
func (g *gateway) first(t *testing.T, role string) user {
	t.Helper()
	for _, u := range g.users {
		if u.Role == role {
			return u
		}
	}
	t.Fatalf("the credentials have no user of role %s", role)
	return user{}
}

// signIn signs in at the API.
func (g *gateway) signIn(t *testing.T, u user) *session {
	t.Helper()
	s := &session{user: u, gateway: g}
	body, err := json.Marshal(map[string]string{"user": u.User, "password": u.Password})
	if err != nil {
		t.Fatal(err)
	}
	call(t, http.MethodPost, g.url+"/api/v1/sessions", "", body, s)
	return s
}

// keeper answers the custodian who acts for a bank.
func (g *gateway) keeper(t *testing.T, bank string) user {
	t.Helper()
	for _, u := range g.users {
		if u.Role == "custodian" && g.signIn(t, u).Party == bank {
			return u
		}
	}
	t.Fatalf("the credentials have no custodian of bank %s", bank)
	return user{}
}

// get reads from the API.
func (s *session) get(t *testing.T, path string, into any) {
	t.Helper()
	call(t, http.MethodGet, s.gateway.url+"/api/v1"+path, s.Token, nil, into)
}

// post writes to the API and answers the identifier of what was recorded.
func (s *session) post(t *testing.T, path string, body any) string {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	var written struct{ ID string }
	call(t, http.MethodPost, s.gateway.url+"/api/v1"+path, s.Token, data, &written)
	return written.ID
}

func call(t *testing.T, method, url, token string, body []byte, into any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode >= 300 {
		t.Fatalf("%s %s answered %d: %s", method, url, answer.StatusCode, data)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
}

// account is what the test needs of an account.
type account struct {
	ID      string `json:"id"`
	Bank    string `json:"bank"`
	Place   string `json:"place"`
	Balance struct {
		Remaining int64 `json:"remaining,string"`
	} `json:"balance"`
}

// payment is a disbursement that a manager could make.
type payment struct {
	manager     user
	fund        string
	payer, paid account
}

// payable finds a manager with a fund that has money, and an enterprise that the fund may pay.
func (g *gateway) payable(t *testing.T) payment {
	t.Helper()
	for _, u := range g.users {
		if u.Role != "manager" {
			continue
		}
		s := g.signIn(t, u)
		var funds struct {
			Items []struct{ ID, Account string }
		}
		s.get(t, "/funds?manager="+s.Party, &funds)
		var accounts struct{ Items []account }
		s.get(t, "/accounts?limit=500", &accounts)
		for _, f := range funds.Items {
			p := payment{manager: u, fund: f.ID}
			for _, a := range accounts.Items {
				switch {
				case a.ID == f.Account:
					p.payer = a
				case a.Place == "ENTERPRISE":
					p.paid = a
				}
			}
			if p.payer.Balance.Remaining > 1000 && p.paid.ID != "" {
				return p
			}
		}
	}
	t.Fatal("no manager has a fund with money and an enterprise to pay")
	return payment{}
}
