package client

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// File is a file as it is sent: a UBL document or a table.
type File struct {
	Name    string // without folders
	Content []byte
}

// PostFile sends a file to path as the body, such as a table to "/vouchers/transfers/bulk" as "text/csv". The key may be
// empty.
func (c *Client) PostFile(ctx context.Context, path, key, media string, content []byte, out any) error {
	header := http.Header{"Content-Type": {media}}
	if key != "" {
		header.Set("Idempotency-Key", key)
	}
	return c.do(ctx, http.MethodPost, path, header, content, out)
}

// PostFiles sends files to path in one form, such as invoices to "/invoices/import": all of them are recorded, or none.
func (c *Client) PostFiles(ctx context.Context, path, key string, files []File, out any) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range files {
		part, err := form.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename="%s"`, escape.Replace(f.Name))},
			"Content-Type":        {"application/octet-stream"}})
		if err == nil {
			_, err = part.Write(f.Content)
		}
		if err != nil {
			return fmt.Errorf("write the form: %w", err)
		}
	}
	if err := form.Close(); err != nil {
		return fmt.Errorf("write the form: %w", err)
	}
	return c.PostFile(ctx, path, key, form.FormDataContentType(), body.Bytes(), out)
}

var escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", "_", "\n", "_")

// Items reads all pages of a list, such as "/vouchers?live=true", as they are asked for. It ends after the first error.
func Items[T any](ctx context.Context, c *Client, path string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		join := "?"
		if strings.Contains(path, "?") {
			join = "&"
		}
		for cursor := ""; ; {
			var page struct {
				Items []T    `json:"items"`
				Next  string `json:"next"`
			}
			if err := c.Get(ctx, path+join+"limit=500"+cursor, &page); err != nil {
				var zero T
				yield(zero, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			cursor = "&cursor=" + url.QueryEscape(page.Next)
		}
	}
}
