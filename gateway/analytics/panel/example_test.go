package panel_test

import (
	"context"
	"fmt"
	"os"

	"fundtrace/gateway/analytics/panel"
	"fundtrace/gateway/analytics/table"
)

// Two-way fixed effects with errors clustered by firm, on Grunfeld's data.
func Example() {
	file, err := os.Open("testdata/grunfeld.csv")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	data, err := table.Read(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := panel.Run(context.Background(), data, panel.Spec{
		Outcome: "inv", Regressors: []string{"value", "capital"}, Entity: "firm", Time: "year",
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
	// value 0.1177159 (0.0108244)
	// capital 0.3579163 (0.0478484)
}
