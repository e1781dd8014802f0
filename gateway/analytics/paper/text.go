package paper

// Figure is what the text says of a dimension in a year. Fields that it does not say are 0.
type Figure struct {
	Code  string  `json:"code"`
	Year  int     `json:"year"`
	Score float64 `json:"score,omitempty"`
	Rank  int     `json:"rank,omitempty"`
	Place Place   `json:"place"`
	// Misdated is the year in which the tables have this very pair. Such a figure is a slip of the date, not another vintage
	// of the data, and is not laid over the tables.
	Misdated int `json:"misdated,omitempty"`
}

// Figures is the scores and ranks in the running text.
func Figures() []Figure {
	return []Figure{
		{Code: Composite, Year: 2010, Score: 73.88, Place: section("3.1")},
		{Code: Composite, Year: 2020, Score: 87.41, Place: section("3.1")},
		{Code: NewEnterprises, Year: 2010, Score: 73.88, Rank: 9, Place: section("3.2.1")},
		{Code: NewEnterprises, Year: 2020, Score: 90.01, Rank: 17, Place: section("3.2.1")},
		{Code: OutsideInvestment, Year: 2010, Score: 74.19, Rank: 7, Place: section("3.2.2(1)")},
		{Code: OutsideInvestment, Year: 2020, Score: 89.28, Rank: 22, Place: section("3.2.2(1)")},
		{Code: VentureCapital, Year: 2017, Score: 86.26, Rank: 20, Place: section("3.2.2(2)"), Misdated: 2018},
		{Code: VentureCapital, Year: 2020, Score: 78.67, Rank: 24, Place: section("3.2.2(2)")},
		{Code: Patents, Year: 2010, Score: 64.62, Place: section("3.2.3(1)")},
		{Code: Patents, Year: 2020, Score: 86.94, Place: section("3.2.3(1)")},
		{Code: Trademarks, Year: 2010, Score: 75.98, Place: section("3.2.3(2)")},
		{Code: Trademarks, Year: 2020, Score: 89.59, Place: section("3.2.3(2)")},
		{Code: Patents, Year: 2020, Rank: 18, Place: section("3.3.1")},
		{Code: VentureCapital, Year: 2020, Rank: 24, Place: section("3.3.1")},
		{Code: OutsideInvestment, Year: 2010, Rank: 7, Place: section("3.3.2")},
		{Code: OutsideInvestment, Year: 2020, Rank: 22, Place: section("3.3.2")},
		{Code: VentureCapital, Year: 2010, Rank: 9, Place: section("3.3.2")},
		{Code: VentureCapital, Year: 2020, Rank: 24, Place: section("3.3.2")},
	}
}

// Rate is a growth rate of a score from 2010 to 2020 that the paper prints, in percent with one decimal.
type Rate struct {
	Code    string  `json:"code"`
	Percent float64 `json:"percent"`
	Place   Place   `json:"place"`
}

// Rates is the growth rates in the running text. Venture capital is given none.
func Rates() []Rate {
	return []Rate{
		{Composite, Table2Growth, section("3.1")},
		{NewEnterprises, 21.8, section("3.2.1")},
		{OutsideInvestment, 20.3, section("3.2.2(1)")},
		{Patents, 34.5, section("3.2.3(1)")},
		{Trademarks, 17.9, section("3.2.3(2)")},
	}
}

// Band is between which ranks the text says a dimension stayed from 2010 to 2020.
type Band struct {
	Code  string `json:"code"`
	Best  int    `json:"best"`
	Worst int    `json:"worst"`
	Place Place  `json:"place"`
}

// Bands is the bands of ranks in the running text.
func Bands() []Band {
	return []Band{{Composite, 17, 18, section("3.1")}, {Patents, 14, 18, section("3.2.3(1)")}, {Trademarks, 11, 18, section("3.2.3(2)")}}
}

// Vintages of the data. The text's own values of 2020 lie on the grid of the scores like the table's, with other ranks, so
// that two versions of the data were mixed: neither is a slip of the pen.
const (
	VintageTable = "table" // Tables 2 and 3
	VintageText  = "text"  // the same, with what the running text says of a year laid over
)

// Vintages lists both.
var Vintages = []string{VintageTable, VintageText}

// Cells answers the composite and the dimensions of a vintage, by dimension and then by year. The place of each says where its
// score comes from.
func Cells(vintage string) []Cell {
	out := append(Table2(), Table3()...)
	if vintage != VintageText {
		return out
	}
	for _, f := range Figures() {
		if f.Misdated != 0 {
			continue
		}
		for i := range out {
			if out[i].Code != f.Code || out[i].Year != f.Year {
				continue
			}
			if f.Score != 0 && f.Score != out[i].Score {
				out[i].Score, out[i].Place = f.Score, f.Place
			}
			if f.Rank != 0 && f.Rank != out[i].Rank {
				out[i].Rank, out[i].Place = f.Rank, f.Place
			}
		}
	}
	return out
}
