package api

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// mostLag is how many blocks the read model may be behind the peer and still count as ready.
const mostLag = 100

// Readiness answers /readyz.
type Readiness struct {
	Status  string `json:"status" enum:"ready,not ready"`
	Reason  string `json:"reason,omitempty"`
	Height  uint64 `json:"height"`  // blocks on the peer
	Next    uint64 `json:"next"`    // first block that the read model has not folded
	Lag     uint64 `json:"lag"`     // blocks that it is behind
	Pending int    `json:"pending"` // transactions of unknown outcome
}

// healthz says that the process answers.
func (s *Server) healthz(g *gin.Context) { g.JSON(http.StatusOK, gin.H{"status": "ok"}) }

// readyz says whether writes can be recorded and reads are current.
func (s *Server) readyz(g *gin.Context) {
	ctx, cancel := context.WithTimeout(g.Request.Context(), 3*time.Second)
	defer cancel()
	r := s.readiness(ctx)
	status := http.StatusOK
	if r.Status != "ready" {
		status = http.StatusServiceUnavailable
	}
	g.JSON(status, r)
}

func (s *Server) readiness(ctx context.Context) Readiness {
	r := Readiness{Status: "not ready", Next: s.Store.Next(), Pending: s.Ledger.Pending()}
	if err := s.Stopped(); err != nil {
		r.Reason = "the read model has stopped: " + err.Error()
		return r
	}
	height, err := s.Ledger.Height(ctx)
	if err != nil {
		r.Reason = "the ledger cannot be reached"
		return r
	}
	r.Height = height
	if height > r.Next {
		r.Lag = height - r.Next
	}
	if r.Lag > mostLag {
		r.Reason = "the read model is catching up"
		return r
	}
	r.Status = "ready"
	return r
}
