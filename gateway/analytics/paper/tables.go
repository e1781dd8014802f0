package paper

import "strconv"

// Weight is a row of Table 1.
type Weight struct {
	Dimension string  `json:"dimension"` // code
	Indicator string  `json:"indicator"` // code in the profile table1
	Percent   float64 `json:"percent"`
	Counted   string  `json:"counted"` // what state of the thing the row counts, as the table has it
	Place     Place   `json:"place"`
}

// Table1 is the indicators and their weights.
func Table1() []Weight {
	rows := []Weight{
		{NewEnterprises, "new_enterprises", 20, "registered", Place{Row: "Newly registered enterprises"}},
		{OutsideInvestment, "outside_investment", 15, "new investments", Place{Row: "New foreign corporate investments"}},
		{VentureCapital, "venture_capital", 25, "newly receiving", Place{Row: "Newly receiving venture capital"}},
		{Patents, "invention", 12.5, "authorized", Place{Row: "Invention patents"}},
		{Patents, "utility", 5, "publication", Place{Row: "Utility models"}},
		{Patents, "design", 2.5, "applications", Place{Row: "Design patents"}},
		{Trademarks, "trademarks", 10, "registrations", Place{Row: "Trademark registrations"}},
		{Software, "software", 10, "registrations", Place{Row: "Software copyright registrations"}},
	}
	for i := range rows {
		rows[i].Place.Table, rows[i].Place.Column = "Table 1", "Weighting"
	}
	return rows
}

// Cell is one published pair: a score between 0 and 100 and the rank among 31 provinces in the year.
type Cell struct {
	Code  string  `json:"code"`
	Year  int     `json:"year"`
	Score float64 `json:"score"` // two decimals
	Rank  int     `json:"rank,omitempty"`
	Place Place   `json:"place"`
}

// Table2Growth is the growth rate that Table 2 prints, in percent, and Table2Loss the places that it says were lost.
const (
	Table2Growth = 18.3
	Table2Loss   = 9
)

// Table2 is the composite of three years.
func Table2() []Cell {
	cells := []Cell{{Composite, 2010, 73.88, 9, Place{}}, {Composite, 2015, 82.41, 17, Place{}}, {Composite, 2020, 87.41, 18, Place{}}}
	for i := range cells {
		cells[i].Place = Place{Table: "Table 2", Row: "Score, National Ranking", Column: strconv.Itoa(cells[i].Year)}
	}
	return cells
}

// pair is a score and a rank of Table 3.
type pair struct {
	score float64
	rank  int
}

// table3 is the rows of Table 3: a year and, in the order of Dimensions, score and rank. There is no row of 2011.
var table3 = []struct {
	year  int
	pairs [5]pair
}{
	{2010, [5]pair{{73.88, 9}, {74.19, 7}, {73.78, 9}, {64.62, 14}, {75.98, 11}}},
	{2012, [5]pair{{74.92, 11}, {72.22, 10}, {79.40, 9}, {68.26, 15}, {78.15, 14}}},
	{2013, [5]pair{{73.36, 12}, {67.64, 15}, {75.75, 10}, {69.51, 15}, {79.38, 14}}},
	{2014, [5]pair{{75.34, 16}, {68.89, 16}, {75.65, 13}, {72.11, 16}, {80.53, 15}}},
	{2015, [5]pair{{77.63, 17}, {81.69, 13}, {75.86, 17}, {68.57, 21}, {79.99, 16}}},
	{2016, [5]pair{{81.58, 16}, {80.96, 16}, {78.98, 17}, {82.10, 17}, {81.79, 17}}},
	{2017, [5]pair{{85.02, 15}, {86.26, 16}, {84.81, 19}, {83.47, 17}, {82.62, 17}}},
	{2018, [5]pair{{89.39, 13}, {88.97, 17}, {86.26, 20}, {83.43, 17}, {84.29, 17}}},
	{2019, [5]pair{{89.80, 16}, {89.80, 17}, {83.66, 21}, {85.10, 18}, {88.66, 17}}},
	{2020, [5]pair{{90.95, 16}, {88.45, 20}, {78.36, 22}, {85.44, 18}, {90.53, 18}}},
}

// Table3 is the five dimensions of ten years, by dimension and then by year.
func Table3() []Cell {
	var out []Cell
	for d, code := range Dimensions {
		for _, row := range table3 {
			out = append(out, Cell{code, row.year, row.pairs[d].score, row.pairs[d].rank, Place{Table: "Table 3", Row: strconv.Itoa(row.year), Column: names[code].EN}})
		}
	}
	return out
}
