package api

import "net/http"

// tagAnalytics groups the routes of analyses in the description.
const tagAnalytics = "analytics"

// analyticsRoutes are those of analyses: flows by region and year, which are read at once, and computations, which run as
// jobs.
func (s *Server) analyticsRoutes() []Route {
	routes := []Route{
		get("/analytics/flows", "flows", tagAnalytics, "What funds put into enterprises, by region and year", signedIn, flowQuery, s.flows).inReadLog(),
		get("/analytics/flows/lines", "flowLines", tagAnalytics, "The movements that a cell of the flows is made of", signedIn, listed(lineQuery...), s.flowLines).inReadLog(),
		get("/analytics/measures", "measures", tagAnalytics, "The ledger's measures before and after, by which a diagnosis sees whether a tool works", signedIn, measureQuery, s.measures),
		get("/analytics/jobs", "jobs", tagAnalytics, "Your jobs that are still known here, newest first, without results", signedIn, nil, s.listJobs),
		get("/analytics/jobs/{id}", "job", tagAnalytics, "A job as it stands, with its result when it is done", signedIn,
			[]param{{name: "wait", about: "seconds to wait for its end, 0 to 20; 0 when absent", number: true}}, s.job),
		{Method: http.MethodGet, Path: "/analytics/jobs/{id}/report", Name: "jobReport", Tag: tagAnalytics, Summary: "The readable report of a job that is done, with plots, as one HTML file",
			who: signedIn, status: http.StatusOK, binary: []string{"text/html"}, run: s.jobReport, query: []param{{name: "language", about: "zh when absent", values: []string{"zh", "en"}}}},
		{Method: http.MethodDelete, Path: "/analytics/jobs/{id}", Name: "cancelJob", Tag: tagAnalytics, Summary: "Cancel a job, or throw its result away",
			who: signedIn, status: http.StatusNoContent, run: s.cancelJob},
	}
	for _, a := range analyses {
		r := post("/analytics/"+a.name, "analyse-"+a.name, tagAnalytics, a.summary, signedIn, LimitAnalysis, http.StatusAccepted, s.analyse(a)).after(s.roomForJob)
		if a.reads {
			r = r.inReadLog()
		}
		routes = append(routes, r)
	}
	return routes
}
