// Package client talks to a gateway over HTTP, for commands, importers and the loader of sample data. Errors that the
// gateway answers are *ledger.Error with the code of the problem document.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"fundtrace/chaincode/ledger"
)

// base is where the API lives under a gateway's address.
const base = "/api/v1"

// mostAnswer bounds what is read of an answer, in bytes.
const mostAnswer = 256 << 20

// Client is a session with one gateway. It is safe for concurrent use once signed in.
type Client struct {
	address string
	http    *http.Client
	token   string
	session Session
}

// Session says who is signed in.
type Session struct {
	Token        string    `json:"token"`
	Expires      time.Time `json:"expires"`
	User         string    `json:"user"`
	Organisation string    `json:"organisation"`
	MSP          string    `json:"msp"`
	Role         string    `json:"role"`
	Party        string    `json:"party"`
}

// Written answers a write. Outcome is VISIBLE, RECORDED (reads show it soon) or UNKNOWN (send it again).
type Written struct {
	Entry    string   `json:"entry"`
	ID       string   `json:"id"`
	Movement string   `json:"movement"`
	Lots     []string `json:"lots"`
	Vouchers []string `json:"vouchers"` // that came into being
	Ops      int      `json:"ops"`
	Tx       string   `json:"tx"`
	Block    uint64   `json:"block"`
	Replayed bool     `json:"replayed"`
	Outcome  string   `json:"outcome"`
}

// New makes a client of the gateway at an address such as http://127.0.0.1:8080.
func New(address string) *Client {
	return &Client{address: strings.TrimRight(address, "/"), http: &http.Client{Timeout: 4 * time.Minute}}
}

// Address is the gateway's address.
func (c *Client) Address() string { return c.address }

// Session answers who is signed in; zero before SignIn.
func (c *Client) Session() Session { return c.session }

// SignIn opens a session; later requests are made in it. Errors: CREDENTIALS_WRONG, TOO_MANY_ATTEMPTS, AUTHORITY_UNAVAILABLE.
func (c *Client) SignIn(ctx context.Context, user, password string) error {
	var s Session
	err := c.Post(ctx, "/sessions", map[string]string{"user": user, "password": password}, &s)
	if err != nil {
		return err
	}
	c.token, c.session = s.Token, s
	return nil
}

// SignOut ends the session.
func (c *Client) SignOut(ctx context.Context) error {
	err := c.do(ctx, http.MethodDelete, "/sessions", nil, nil, nil)
	c.token, c.session = "", Session{}
	return err
}

// Get reads path, such as "/lots?account=…", into out.
func (c *Client) Get(ctx context.Context, path string, out any) error {
	return c.do(ctx, http.MethodGet, path, nil, nil, out)
}

// Post sends a JSON body to path and reads the answer into out, which may be nil. It is sent once: give a write an
// idempotency key with PostKeyed where it may have to be sent again.
func (c *Client) Post(ctx context.Context, path string, body, out any) error {
	return c.PostKeyed(ctx, path, "", body, out)
}

// PostKeyed is Post under an idempotency key: sent again with the same key and body it is recorded once.
func (c *Client) PostKeyed(ctx context.Context, path, key string, body, out any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode the request: %w", err)
	}
	header := http.Header{"Content-Type": {"application/json"}}
	if key != "" {
		header.Set("Idempotency-Key", key)
	}
	return c.do(ctx, http.MethodPost, path, header, data, out)
}

func (c *Client) do(ctx context.Context, method, path string, header http.Header, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, c.address+base+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("the gateway cannot be reached: %w", err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		return refusal(res, data)
	}
	if out == nil || len(data) == 0 {
		return nil
	}
	if raw, ok := out.(*json.RawMessage); ok {
		*raw = data
		return nil
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fmt.Errorf("the answer of %s %s cannot be read: %w", method, path, err)
	}
	return nil
}

// problem is the part of a problem document that becomes a *ledger.Error.
type problem struct {
	Code          ledger.Code       `json:"code"`
	Detail        string            `json:"detail"`
	Values        map[string]string `json:"values"`
	ErrorsOmitted int               `json:"errors_omitted"`
	Errors        []struct {
		Row    int               `json:"row"`
		File   string            `json:"file"`
		Column string            `json:"column"`
		Code   ledger.Code       `json:"code"`
		Detail string            `json:"detail"`
		Values map[string]string `json:"values"`
	} `json:"errors"`
}

// refusal turns a problem document into the *ledger.Error that it tells of.
func refusal(res *http.Response, data []byte) error {
	var p problem
	if json.Unmarshal(data, &p) != nil || p.Code == "" {
		return fmt.Errorf("the gateway answered %s without a problem document: is %s a Fundtrace gateway?", res.Status, res.Request.URL.Host)
	}
	e := &ledger.Error{Code: p.Code, Message: p.Detail, Detail: p.Values, RowsOmitted: p.ErrorsOmitted}
	for _, r := range p.Errors {
		for _, place := range []string{r.Column, r.File} { // where in which file
			if place != "" {
				r.Detail = place + ": " + r.Detail
			}
		}
		e.Rows = append(e.Rows, ledger.RowError{Op: r.Row, Code: r.Code, Message: r.Detail, Detail: r.Values})
	}
	return e
}
