package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"fundtrace/chaincode/ledger"
)

// Base is where the API lives.
const Base = "/api/v1"

// Limits of request bodies in bytes.
const (
	LimitJSON     = 1 << 20  // one record or step
	LimitEntries  = 8 << 20  // an entry of many operations
	LimitCSV      = 8 << 20  // a file of many rows
	LimitInvoices = 16 << 20 // documents and tables of invoices
	LimitDocument = 32 << 20 // the content of a document
)

// who says who may call a route. The zero value lets everybody in.
type who struct {
	signedIn bool
	ops      []ledger.OpType // any of them must be permitted to organisation and role
	only     []ledger.Caller // organisation and role are one of these
	instead  string          // tells others what to do
}

// anyone needs no session, signedIn needs one; may needs a role that the ledger permits one of the operations to, so
// that the gateway refuses before the body is read what the ledger would refuse anyway.
var (
	anyone   = who{}
	signedIn = who{signedIn: true}
)

func may(ops ...ledger.OpType) who { return who{signedIn: true, ops: ops} }

// Readers who see everything because it is their office.
var (
	auditors  = who{signedIn: true, only: []ledger.Caller{{MSP: ledger.AuditMSP, Role: ledger.RoleAuditor}}, instead: "ask an auditor"}
	overseers = who{signedIn: true, only: []ledger.Caller{{MSP: ledger.AuditMSP, Role: ledger.RoleAuditor}, {MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer}},
		instead: "blocks show everything that the channel knows, so packs are for officers and auditors; ask for a statement of what you may see with POST " + Base + "/statements"}
)

// allows reports whether the caller passes.
func (w who) allows(c ledger.Caller) bool {
	if len(w.only) > 0 {
		return slices.ContainsFunc(w.only, func(o ledger.Caller) bool { return o.MSP == c.MSP && o.Role == c.Role })
	}
	if len(w.ops) == 0 {
		return true
	}
	for _, op := range w.ops {
		if c.May(op) {
			return true
		}
	}
	return false
}

// roles lists who passes as "role@MSP", for the description of the API.
func (w who) roles() []string {
	if !w.signedIn {
		return nil
	}
	var out []string
	for _, c := range callers {
		if w.allows(c) {
			out = append(out, c.Role+"@"+c.MSP)
		}
	}
	return out
}

// callers lists every organisation with its roles.
var callers = []ledger.Caller{
	{MSP: ledger.FinanceMSP, Role: ledger.RoleOfficer}, {MSP: ledger.FinanceMSP, Role: ledger.RoleViewer},
	{MSP: ledger.BankMSP, Role: ledger.RoleCustodian}, {MSP: ledger.BankMSP, Role: ledger.RoleViewer},
	{MSP: ledger.AuditMSP, Role: ledger.RoleAuditor}, {MSP: ledger.AuditMSP, Role: ledger.RoleViewer},
	{MSP: ledger.ManagerMSP, Role: ledger.RoleManager}, {MSP: ledger.ManagerMSP, Role: ledger.RoleViewer},
	{MSP: ledger.EnterpriseMSP, Role: ledger.RoleEnterprise}, {MSP: ledger.EnterpriseMSP, Role: ledger.RoleViewer},
}

// param is a query parameter of a route.
type param struct {
	name, about string
	values      []string // allowed ones, empty for any
	number      bool
	date        bool // YYYY-MM-DD
	required    bool
}

// Route is one address of the API. Path is written as in OpenAPI ("/parties/{id}") under Base.
type Route struct {
	Method, Path, Name, Summary, Tag string

	who      who
	query    []param
	body     any           // zero value of the JSON body; nil when there is none or it is no JSON
	media    []string      // media types of the body when it is no JSON
	limit    int64         // of the body in bytes; 0: the route takes none
	time     time.Duration // the answer may take, where that is longer than for others
	status   int           // of success
	answer   any           // zero value of the JSON answer; nil when it is no JSON
	binary   []string      // media types of the answer when it is no JSON
	asksNote bool          // see inReadLog
	preview  bool          // answers a Preview with 200 when asked to
	run      func(*call)
}

// pattern is the path as gin writes it.
func (r *Route) pattern() string {
	parts := strings.Split(r.Path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = ":" + strings.Trim(p, "{}")
		}
	}
	return strings.Join(parts, "/")
}

// reply is an answer whose status or location differs from the route's usual one.
type reply[A any] struct {
	status   int // 0: the route's
	location string
	body     A
}

// get makes a route that reads.
func get[A any](path, name, tag, summary string, w who, query []param, handle func(*call) (A, error)) Route {
	var answer A
	return Route{Method: http.MethodGet, Path: path, Name: name, Tag: tag, Summary: summary, who: w, query: query,
		status: http.StatusOK, answer: answer, run: func(c *call) {
			a, err := handle(c)
			c.finish(reply[any]{body: a}, err)
		}}
}

// post makes a route that takes a JSON body, decoded strictly.
func post[B, A any](path, name, tag, summary string, w who, limit int64, status int, handle func(*call, B) (reply[A], error)) Route {
	var body B
	var answer A
	return Route{Method: http.MethodPost, Path: path, Name: name, Tag: tag, Summary: summary, who: w, limit: limit,
		body: body, status: status, answer: answer, run: func(c *call) {
			var b B
			if err := c.decode(&b); err != nil {
				c.fail(err)
				return
			}
			a, err := handle(c, b)
			c.finish(reply[any]{a.status, a.location, a.body}, err)
		}}
}

// after has a check pass before the body is read.
func (r Route) after(check func(*call) error) Route {
	run := r.run
	r.run = func(c *call) {
		if err := check(c); err != nil {
			c.fail(err)
			return
		}
		run(c)
	}
	return r
}

// with adds query parameters to a route.
func (r Route) with(query ...param) Route {
	r.query = append(r.query, query...)
	return r
}
