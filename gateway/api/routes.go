package api

import (
	"net/http"
	"slices"

	"fundtrace/chaincode/ledger"
)

// Tags group the routes in the description.
const (
	tagSessions  = "sessions"
	tagRegistry  = "registry"
	tagMoney     = "money"
	tagDocuments = "documents"
	tagTrace     = "trace"
	tagEvidence  = "evidence"
	tagAbout     = "about"
)

// table lists every route. It is the one place: gin, authorisation, limits and the OpenAPI description follow from it.
func (s *Server) table() []Route {
	created := http.StatusCreated
	routes := []Route{
		post("/sessions", "signIn", tagSessions, "Sign in and get a token, and a cookie for browsers", anyone, LimitJSON, created, s.signIn),
		{Method: http.MethodDelete, Path: "/sessions", Name: "signOut", Tag: tagSessions, Summary: "End the session",
			who: signedIn, status: http.StatusNoContent, run: s.signOut},
		get("/session", "session", tagSessions, "Who is signed in", signedIn, nil, s.session),

		get("/parties", "parties", tagRegistry, "List parties", signedIn, listed(param{name: "kind", about: "what the party is", values: partyKinds},
			param{name: "region", about: "GB/T 2260 code or its first digits"}, param{name: "q", about: "part of the name or identifier"}), s.parties),
		get("/parties/{id}", "party", tagRegistry, "A party with its versions and accounts; a bare unified social credit code is accepted", signedIn, nil, s.party),
		post("/parties", "registerParty", tagRegistry, "Register a party", may(ledger.PartyRegister), LimitJSON, created, s.registerParty),
		post("/parties/{id}/revisions", "reviseParty", tagRegistry, "Record a party's next version", may(ledger.PartyRevise), LimitJSON, created, s.reviseParty),
		get("/parties/{id}/sources", "partySources", tagTrace, "Whose money a party received and holds", signedIn, tracing, s.traceParty),

		get("/accounts", "accounts", tagRegistry, "List accounts with their balances", signedIn, listed(param{name: "owner", about: "party"},
			param{name: "bank", about: "party that keeps it"}, param{name: "purpose", about: "what it is for", values: accountPurposes},
			param{name: "fund", about: "fund that it serves"}), s.accounts),
		get("/accounts/{id}", "account", tagRegistry, "An account with its balance", signedIn, nil, s.account),
		get("/accounts/{id}/lots", "accountLots", tagMoney, "The lots of an account, oldest first", signedIn,
			listed(param{name: "live", about: "true: only what can be drawn", values: flags}), s.accountLots),
		post("/accounts", "openAccount", tagRegistry, "Open an account", may(ledger.AccountOpen), LimitJSON, created, s.openAccount),

		get("/funds", "funds", tagRegistry, "List funds", signedIn, listed(param{name: "level", about: "level of the fund", values: []string{"PARENT", "SUB", "DIRECT"}},
			param{name: "class", about: "class of the fund", values: []string{"INDUSTRY", "VC", "ANGEL"}}, param{name: "manager", about: "party"},
			param{name: "parent", about: "fund"}, param{name: "region", about: "GB/T 2260 code or its first digits"}), s.funds),
		get("/funds/{id}", "fund", tagRegistry, "A fund", signedIn, nil, s.fund),
		get("/funds/{id}/trace", "fundTrace", tagTrace, "Where a fund's money came from and where it is", signedIn, tracing, s.traceFund),
		post("/funds", "establishFund", tagRegistry, "Establish a fund on a custody account", may(ledger.FundEstablish), LimitJSON, created, s.establishFund),

		get("/commitments", "commitments", tagRegistry, "List commitments with what is called", signedIn, listed(param{name: "fund", about: "fund"},
			param{name: "investor", about: "party"}), s.commitments),
		get("/commitments/{id}", "commitment", tagRegistry, "A commitment", signedIn, nil, s.commitment),
		post("/commitments", "signCommitment", tagRegistry, "Record a promise of capital to a fund", may(ledger.CommitmentSign), LimitJSON, created, s.signCommitment),

		get("/movements", "movements", tagMoney, "List movements, newest first", signedIn, listed(movementFilters...), s.movements),
		get("/movements/totals", "movementTotals", tagMoney, "Sums of movements, one for each currency", signedIn, movementFilters, s.movementTotals),
		get("/movements/{id}", "movement", tagMoney, "A movement with its draws, yields and steps", signedIn, nil, s.movement),
		get("/lots", "lots", tagMoney, "List lots, oldest first", signedIn, listed(param{name: "account", about: "account that holds them", required: true},
			param{name: "live", about: "true: only what can be drawn", values: flags}), s.lots),
		get("/lots/{id}", "lot", tagMoney, "A lot", signedIn, nil, s.lot),
		get("/lots/{id}/trace", "lotTrace", tagTrace, "Where a lot's money went, or came from; totals close to the minor unit", signedIn,
			tracing, s.traceLot).with(param{name: "direction", about: "forward (when absent) or backward", values: []string{"forward", "backward"}},
			param{name: "totals", about: "true: the totals of a forward trace alone, without rows and diagram", values: []string{"true", "false"}}).with(lotConventions...),
		get("/transactions/{tx}", "transaction", tagMoney, "Where a transaction is on the ledger, and what became of it", signedIn, nil, s.transaction),

		post("/confirmations", "confirm", tagMoney, "Record a step of a movement", may(stepOps...), LimitJSON, created, s.confirm),
		post("/reversals", "proposeReversal", tagMoney, "Propose to reverse a movement", may(ledger.ReversalPropose), LimitJSON, created, s.proposeReversal),
		post("/reversals/{movement}/approval", "approveReversal", tagMoney, "Approve a reversal that another organisation proposed",
			may(ledger.ReversalApprove), LimitJSON, created, s.approveReversal),
		post("/entries", "postEntry", tagMoney, "Record any operations as one entry, all or none", may(ledger.Operations()...), LimitEntries, created, s.postEntry),

		get("/documents", "documents", tagDocuments, "List documents", signedIn, listed(param{name: "subject", about: "movement, party, fund, commitment, claim or voucher"},
			param{name: "kind", about: "what the document is", values: documentKinds}), s.documents),
		{Method: http.MethodGet, Path: "/documents/{sha256}", Name: "documentContent", Tag: tagDocuments, Summary: "A document's content",
			who: signedIn, status: http.StatusOK, binary: []string{"application/octet-stream"}, run: s.content},
		get("/documents/{sha256}/record", "document", tagDocuments, "What the ledger says of a document", signedIn, nil, s.document),
		{Method: http.MethodPost, Path: "/documents", Name: "addDocument", Tag: tagDocuments,
			Summary: "Keep a document's content and record its fingerprint on the ledger", who: may(ledger.DocumentRecord), limit: LimitDocument + 1<<16,
			media: []string{"application/octet-stream", "application/pdf", "multipart/form-data"}, status: created, answer: Written{}, run: s.addDocument,
			query: []param{{name: "subject", about: "movement, party, fund, commitment, claim or voucher", required: true},
				{name: "kind", about: "what the document is", values: documentKinds},
				{name: "salted", about: "true: hide the fingerprint of a guessable content", values: flags}}},

		get("/problems", "problems", tagAbout, "Every code with its status", anyone, nil, s.problemTypes),
		get("/problems/{code}", "problem", tagAbout, "What a code means", anyone, nil, s.problemType),
		{Method: http.MethodGet, Path: "/openapi.json", Name: "openapi", Tag: tagAbout, Summary: "This description",
			who: anyone, status: http.StatusOK, binary: []string{"application/json"}, run: s.sendOpenAPI},
	}
	for _, p := range payments {
		routes = append(routes, post(p.path, "record-"+p.name, tagMoney, "Record "+p.summary, may(paymentOps...), LimitJSON, created, s.pay(p.kind)))
	}
	return slices.Concat(routes, s.bulkRoutes(), s.tradeRoutes(), s.methodRoutes(), s.totalsRoutes(), s.evidenceRoutes(), s.analyticsRoutes())
}

// flags are the values of a parameter that is yes or no.
var flags = []string{"true", "false"}
