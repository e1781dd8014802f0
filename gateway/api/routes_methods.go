package api

import (
	"strings"

	"fundtrace/gateway/trace/attribution"
	"fundtrace/gateway/trace/convention"
)

// methodRoutes are those of conventions of tracing, paths and circles.
func (s *Server) methodRoutes() []Route {
	return []Route{
		get("/traces", "sourceTrace", tagTrace, "Where the money of a source went under one convention", signedIn,
			join(fromSource, oneMethod, conventions, linesOf), s.traceSource),
		get("/traces/table", "sourceTable", tagTrace, "Where the money of a source went under every convention, side by side", signedIn,
			join(fromSource, manyMethods, conventions, []param{depthOf}), s.tableSource),
		get("/traces/comparison", "comparison", tagTrace, "How much of a source reached a target under every convention, and the bounds that hold under each", signedIn,
			join(fromSource, toTarget, manyMethods, conventions), s.compareSource),
		get("/accounts/{id}/composition", "composition", tagTrace, "Whose money an account received and holds, under one convention", signedIn,
			join(oneMethod, conventions, []param{{name: "by", about: "what counts as one source; CLASS when absent", values: texts(attribution.Kinds())},
				{name: "protected", about: "the source that LIBR and POISON are about"}}), s.composition),
		get("/paths", "paths", tagTrace, "Every way on which money can have gone from one party or account to another", signedIn,
			join([]param{{name: "from", about: "party or account", required: true}, {name: "to", about: "party or account; the same as from: round trips", required: true}}, routeQuery), s.paths),
		get("/circles", "circles", tagTrace, "Money that came back to who had paid it, as the ledger recorded it", signedIn,
			join([]param{{name: "party", about: "only what came back to this party"}}, routeQuery), s.circles),
	}
}

var (
	fromSource  = []param{{name: "source", about: "a lot; a fund (fund:…), for the capital paid in to it; a funding source such as GENERAL_BUDGET, or PUBLIC, for all of it that entered", required: true}}
	toTarget    = []param{{name: "target", about: "account, fund or party", required: true}}
	oneMethod   = []param{{name: "method", about: "which money in an account a payment spends; RECORDED when absent", values: texts(convention.Methods())}}
	manyMethods = []param{{name: "methods", about: "some of " + strings.Join(texts(convention.Methods()), ",") + "; all when absent"}}
	depthOf     = param{name: "depth", about: "how many steps to list; no limit when absent. Totals are always over everything", number: true}
	linesOf     = []param{depthOf, {name: "limit", about: "lines of a page, 1 to 2000; 200 when absent", number: true}, {name: "cursor", about: "next of the page before"}}
	// lotConventions ask for the trace of a lot under a convention.
	lotConventions = join([]param{{name: "method", about: "also answer under this convention; the recorded trace then shows its totals alone", values: texts(convention.Methods())},
		{name: "compare", about: "all: also answer under every convention, side by side", values: []string{"all"}},
		{name: "target", about: "with compare: account, fund or party, for the figure of each convention and the bounds"}}, conventions[:2])
	atMoment = []param{{name: "as_of", about: "value date, YYYY-MM-DD: only what was true by then counts", date: true},
		{name: "known_at", about: "block: only what blocks up to it tell counts; everything when absent", number: true}}
	conventions = join([]param{{name: "inside", about: "what a part of a mixed deposit carries: its sources in proportion (BLEND, when absent) or in their order", values: texts([]convention.Inside{convention.Blend, convention.Ordered})},
		{name: "order", about: "of one day: as numbered (SEQUENCE, when absent), or an account's credits before its debits", values: texts([]convention.Order{convention.BySequence, convention.CreditsFirst})},
		{name: "currency", about: "ISO 4217; needed where the source is in several"}}, atMoment)
	routeQuery = join([]param{{name: "hops", about: "most payments on a way, 1 to 8; 4 when absent", number: true},
		{name: "days", about: "most days from the first payment to the last, 1 to 36500; no limit when absent", number: true},
		{name: "limit", about: "ways to list, 1 to 500; 50 when absent", number: true}}, atMoment)
)

// join puts lists of parameters one behind the other.
func join(lists ...[]param) (out []param) {
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}
