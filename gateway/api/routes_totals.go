package api

// asOfAndKnownAt ask for the record as it was true by a value date and as known at a block.
var asOfAndKnownAt = []param{
	{name: "as_of", about: "value date, YYYY-MM-DD: only what was true by then counts", date: true},
	{name: "known_at", about: "block: only what blocks up to it tell counts; everything when absent", number: true},
}

// until is the day up to which days are counted.
var until = param{name: "until", about: "day up to which days are counted; as_of, or today, when absent", date: true}

// momentous puts as_of and known_at behind a route's own parameters.
func momentous(own ...param) []param { return append(own, asOfAndKnownAt...) }

// totalsRoutes are those of totals, timing and restatement.
func (s *Server) totalsRoutes() []Route {
	return []Route{
		get("/totals", "totals", tagTrace, "What the funds of each level took in and what became of it; nothing counts twice", signedIn,
			momentous(param{name: "level", about: "lists the funds of a level one by one", values: []string{"PARENT", "SUB", "DIRECT"}}), s.totals),
		get("/funds/{id}/totals", "fundTotals", tagTrace, "What a fund took in and what became of it, by itself and with its sub-funds at any depth", signedIn, momentous(), s.fundTotals),
		get("/funds/{id}/timing", "fundTiming", tagTrace, "How long a fund's money took from the treasury to enterprises, and what waits", signedIn, momentous(until), s.fundTiming),
		get("/funds/{id}/idle", "fundIdle", tagTrace, "What lies in a fund and its sub-funds, by age; the longest first", signedIn, listed(momentous(until)...), s.fundIdle),
		get("/restatement", "restatement", tagTrace, "What changed between two blocks in what is known, by whose entries, and the figures before and after", signedIn,
			listed(param{name: "from_block", about: "the earlier block", number: true, required: true},
				param{name: "to_block", about: "the later block; the last one when absent", number: true},
				param{name: "as_of", about: "value date, YYYY-MM-DD: only days up to it count, as in a report as of that date", date: true}), s.restatement),
	}
}
