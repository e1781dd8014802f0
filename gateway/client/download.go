package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Download sends a JSON body to path, writes the file that is answered to w, and answers the headers, of which
// X-Export-Id names the answer in the gateway's read log. It waits as long as ctx. Errors: what the gateway refuses, and
// then nothing was written.
func (c *Client) Download(ctx context.Context, path string, body any, w io.Writer) (http.Header, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode the request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address+base+path, bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	patient := http.Client{Transport: c.http.Transport}
	res, err := patient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("the gateway cannot be reached: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusBadRequest {
		text, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer))
		if err != nil {
			return nil, fmt.Errorf("read the answer: %w", err)
		}
		return nil, refusal(res, text)
	}
	if _, err := io.Copy(w, res.Body); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	return res.Header, nil
}
