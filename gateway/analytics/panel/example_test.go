package panel_test

import (
	"context"
	"fmt"
	"strings"

	"fundtrace/gateway/analytics/panel"
	"fundtrace/gateway/analytics/table"
)

// Two-way fixed effects with errors clustered by region.
func Example() {
	data, err := table.Read(strings.NewReader(`region,year,deals,flow
21,2020,12,1.0
21,2021,15,2.5
21,2022,19,4.0
44,2020,40,3.0
44,2021,41,3.0
44,2022,47,5.5
33,2020,30,2.0
33,2021,36,4.5
33,2022,33,2.5
37,2020,22,1.5
37,2021,21,1.0
37,2022,24,1.5
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := panel.Run(context.Background(), data, panel.Spec{
		Outcome: "deals", Regressors: []string{"flow"}, Entity: "region", Time: "year",
		Effects: []string{panel.Entity, panel.Time}, Cluster: []string{panel.Entity},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range r.Coefficients {
		fmt.Printf("%s %.7f (%.7f)\n", c.Name, c.Estimate, c.SE)
	}
	// Output:
	// flow 1.9625668 (0.1332173)
}
