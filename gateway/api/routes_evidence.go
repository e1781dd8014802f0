package api

import (
	"net/http"
	"time"

	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/statement"
)

// packTime is how long a pack of a long channel may take.
const packTime = 15 * time.Minute

// evidenceRoutes are those of evidence packs, statements and the read log.
func (s *Server) evidenceRoutes() []Route {
	return []Route{
		{Method: http.MethodPost, Path: "/evidence", Name: "makeEvidence", Tag: tagEvidence,
			Summary: "A zip that answers a question and holds what is needed to verify the answer offline", who: overseers, limit: LimitJSON, time: packTime,
			body: evidence.Subject{}, status: http.StatusOK, binary: []string{"application/zip"}, run: s.sendEvidence,
			query: []param{{name: "coverage", about: "whole (when absent): every block; part: those on which the answer rests, and the headers of the others",
				values: []string{string(evidence.Whole), string(evidence.Part)}},
				{name: "known_at", about: "block: the answer as of it; the last one when absent", number: true}}},
		{Method: http.MethodPost, Path: "/statements", Name: "makeStatement", Tag: tagEvidence,
			Summary: "A small file in which peers of bank, finance bureau and audit office sign what the ledger says of lots and movements", who: signedIn,
			limit: LimitJSON, body: statement.Request{}, status: http.StatusOK, binary: []string{"application/json"}, run: s.sendStatement},
		get("/readlog", "readLog", tagEvidence, "Who asked for which trace, export or evidence, newest first", auditors, listed(readLogFilters...), s.readLogPage),
		get("/anchors", "anchors", tagAbout, "How logs that are kept outside the ledger stood, as the ledger has it", signedIn, anchorQuery, s.anchors),
		get("/channel", "channel", tagAbout, "The channel that this gateway reads, and the hash of its block 0", anyone, nil, s.channelFacts),
	}
}
