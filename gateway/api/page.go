package api

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fundtrace/chaincode/ledger"
)

// page answers every address that no route has: files of the web page, its start page for the addresses that the page
// resolves by itself, and a problem for the rest.
func (s *Server) page(g *gin.Context) {
	name := strings.TrimPrefix(path.Clean(g.Request.URL.Path), "/")
	reads := g.Request.Method == http.MethodGet || g.Request.Method == http.MethodHead
	if s.Page == nil || !reads || name == "api" || strings.HasPrefix(name, "api/") {
		s.callOf(g, &Route{}).fail(ledger.Refuse(CodeNotFound, "there is nothing at this address: see GET "+Base+"/openapi.json"))
		return
	}
	if name == "" {
		name = "index.html"
	}
	data, err := fs.ReadFile(s.Page, name)
	navigates := path.Ext(name) == "" || strings.Contains(g.GetHeader("Accept"), "text/html") // lots have points in their names
	if err != nil && navigates && !strings.HasPrefix(name, "assets/") {
		name = "index.html"
		data, err = fs.ReadFile(s.Page, name)
	}
	if err != nil {
		s.callOf(g, &Route{}).fail(ledger.Refuse(CodeNotFound, "there is no such file"))
		return
	}
	cache := "no-cache"
	if strings.HasPrefix(name, "assets/") { // their names carry a digest of the content
		cache = "public, max-age=31536000, immutable"
	}
	g.Header("Cache-Control", cache)
	http.ServeContent(g.Writer, g.Request, name, time.Time{}, bytes.NewReader(data))
}
