package api

import (
	"encoding/hex"
	"io"
	"mime"
	"net/http"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/projection"
)

// documentKinds lists what documents are, for the query parameter.
var documentKinds = []string{"AGREEMENT", "INVOICE", "RECEIPT", "MINUTES", "CONTRACT", "DELIVERY", "ASSIGNMENT_NOTICE", "REGISTRATION", "COURT_ORDER", "OTHER"}

// saltHeader carries the salt of a salted document, in hexadecimal, to whoever is shown the content.
const saltHeader = "X-Document-Salt"

func (s *Server) documents(c *call) (projection.Page[projection.Document], error) {
	return page(c, func(l projection.List) (*projection.Page[projection.Document], error) {
		return s.Store.Documents(c.ctx(), c.scope(), projection.DocumentFilter{Subject: c.query("subject"), Kind: c.query("kind")}, l)
	})
}

func (s *Server) document(c *call) (projection.Document, error) {
	return found(s.Store.Document(c.ctx(), c.scope(), c.param("sha256")))
}

// content sends a document's content as a download: it came from a user and must not run in the page.
func (s *Server) content(c *call) {
	d, err := s.Store.Document(c.ctx(), c.scope(), c.param("sha256"))
	if err != nil {
		c.fail(missingIs404(err))
		return
	}
	f, salt, err := s.Documents.Open(d.SHA256)
	if err != nil {
		c.fail(err)
		return
	}
	defer f.Close()
	h := c.gin.Writer.Header()
	h.Set("Content-Type", d.MediaType)
	h.Set("Content-Disposition", `attachment; filename="`+d.SHA256[:16]+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if salt != nil {
		h.Set(saltHeader, hex.EncodeToString(salt))
	}
	info, err := f.Stat()
	if err != nil {
		c.fail(err)
		return
	}
	http.ServeContent(c.gin.Writer, c.gin.Request, "", info.ModTime(), f)
}

// addDocument stores a content and records its fingerprint. What it belongs to is looked up first, so that nothing is
// read for a subject that the caller cannot see.
func (s *Server) addDocument(c *call) {
	r, err := s.storeDocument(c)
	c.finish(reply[any]{r.status, r.location, r.body}, err)
}

func (s *Server) storeDocument(c *call) (reply[Written], error) {
	var none reply[Written]
	salted, err := c.flag("salted")
	if err != nil {
		return none, err
	}
	subject := c.query("subject")
	if err := c.mustSee(subject); err != nil {
		return none, err
	}
	media, content, err := c.upload()
	if err != nil {
		return none, err
	}
	key := c.key()
	saltFor := ""
	if salted {
		saltFor = c.who.Entry(key)
	}
	stored, err := s.Documents.Put(content, LimitDocument, saltFor)
	if err != nil {
		return none, err
	}
	r, err := c.record(key, ledger.Op{Type: ledger.DocumentRecord, Document: &ledger.Document{SHA256: stored.SHA256, Size: stored.Size,
		MediaType: media, Salted: stored.Salted, Subject: subject, Kind: c.query("kind")}})
	if err == nil {
		r.body.ID = stored.SHA256
		r.location = Base + "/documents/" + stored.SHA256
	}
	return r, err
}

// mustSee refuses a document's subject that the caller cannot see. Errors: the subject's …_UNKNOWN code.
func (c *call) mustSee(subject string) (err error) {
	store := c.server.Store
	switch {
	case strings.HasPrefix(subject, "fund:"):
		_, err = store.Fund(c.ctx(), c.scope(), subject)
	case strings.HasPrefix(subject, "cmt:"):
		_, err = store.Commitment(c.ctx(), c.scope(), subject)
	case strings.Contains(subject, ":"):
		_, err = store.Party(c.ctx(), c.scope(), subject)
	case isLot(subject):
		_, err = store.Voucher(c.ctx(), c.scope(), subject)
	default:
		if _, err = store.Movement(c.ctx(), c.scope(), subject); ledger.ErrorCode(err) == ledger.MovementUnknown { // a claim looks like a movement
			if _, claim := store.Claim(c.ctx(), c.scope(), subject); ledger.ErrorCode(claim) != ledger.ClaimUnknown {
				err = claim
			}
		}
	}
	return err
}

// isLot reports whether an identifier has the shape of a lot's.
func isLot(id string) bool {
	_, _, err := ledger.SplitLotID(id)
	return err == nil
}

// upload answers the media type and the content of a raw body, or of the first file of a form.
// Errors: MEDIA_TYPE_UNSUPPORTED, MALFORMED.
func (c *call) upload() (media string, content io.Reader, err error) {
	header := c.gin.GetHeader("Content-Type")
	media, _, err = mime.ParseMediaType(header)
	if err != nil {
		return "", nil, ledger.Refuse(CodeMediaType, "state the document's media type in Content-Type, such as application/pdf")
	}
	if media != "multipart/form-data" {
		return media, c.gin.Request.Body, nil
	}
	form, err := c.gin.Request.MultipartReader()
	if err != nil {
		return "", nil, ledger.Refuse(ledger.Malformed, "the form cannot be read: send multipart/form-data with a boundary")
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return "", nil, ledger.Refuse(ledger.Malformed, "the form holds no file: send one part with a file name")
		}
		if part.FileName() == "" {
			continue
		}
		media, _, err = mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil {
			media = "application/octet-stream"
		}
		return media, part, nil
	}
}
