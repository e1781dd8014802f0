package paper

import "fundtrace/gateway/analytics/bilingual"

// Discrepancy is where the paper disagrees with itself. Those that numbers decide are decided by the facts of this package: a
// fact that is corrected takes its discrepancy away.
type Discrepancy struct {
	Number   int            `json:"number"`
	Code     string         `json:"code,omitempty"` // dimension
	Kind     string         `json:"kind"`           // see Kinds
	Quantity bilingual.Text `json:"quantity"`
	Text     bilingual.Text `json:"text"`    // what is said
	Table    bilingual.Text `json:"table"`   // what the tables have
	Place    Place          `json:"place"`   // of what is said
	Against  Place          `json:"against"` // of what it disagrees with
	Basis    string         `json:"basis"`   // computed from the facts, or read in the paper
	Found    bool           `json:"found"`   // the facts bear it out
}

// Bases of a discrepancy.
const (
	Computed = "computed"
	Read     = "read"
)

// Kinds says what the kinds of discrepancies mean.
var Kinds = map[string]bilingual.Text{
	"value":      {EN: "a score or rate differs", ZH: "得分或增长率不同"},
	"rank":       {EN: "a rank differs", ZH: "排名不同"},
	"trend":      {EN: "the direction that is told is not that of the table", ZH: "所述走势与表不符"},
	"date":       {EN: "the year differs", ZH: "年份不同"},
	"band":       {EN: "ranks leave the band that is told", ZH: "排名超出所述区间"},
	"order":      {EN: "the largest that is told is not the largest", ZH: "所述最大者并非最大"},
	"subject":    {EN: "a dimension is explained by another", ZH: "用另一维度来解释"},
	"gap":        {EN: "something announced or needed is not there", ZH: "应有的内容缺失"},
	"copy":       {EN: "numbers that should differ are equal", ZH: "应不同的数字相同"},
	"definition": {EN: "one thing is counted in several ways, or named as two", ZH: "同一事物口径不一或名称不一"},
	"suspect":    {EN: "a number that open data contradict", ZH: "与公开数据矛盾"},
	"source":     {EN: "a reference is not what it is cited for, or cited otherwise than printed", ZH: "文献与所引内容或著录不符"},
}

// Agreement is an item on which text and tables agree, so that a list of disagreements is not all that is told.
type Agreement struct {
	Quantity bilingual.Text `json:"quantity"`
	Value    bilingual.Text `json:"value"`
	Place    Place          `json:"place"`
	Holds    bool           `json:"holds"`
}

// lookup answers cells of the tables and of the text's own figures.
type lookup struct {
	table map[string]map[int]Cell
	text  map[string]Change
	own   map[string]Change
}

func newLookup() lookup {
	l := lookup{map[string]map[int]Cell{}, map[string]Change{}, map[string]Change{}}
	for _, c := range Cells(VintageTable) {
		if l.table[c.Code] == nil {
			l.table[c.Code] = map[int]Cell{}
		}
		l.table[c.Code][c.Year] = c
	}
	for _, c := range Changes(VintageTable) {
		l.own[c.Code] = c
	}
	for _, c := range Changes(VintageText) {
		l.text[c.Code] = c
	}
	return l
}

// figure answers what the text says of a dimension in a year: score and rank from wherever it says them.
func figure(code string, year int) (score float64, rank int) {
	for _, f := range Figures() {
		if f.Code != code || f.Year != year {
			continue
		}
		if f.Score != 0 {
			score = f.Score
		}
		if f.Rank != 0 {
			rank = f.Rank
		}
	}
	return score, rank
}

func rateOf(code string) float64 {
	for _, r := range Rates() {
		if r.Code == code {
			return r.Percent
		}
	}
	return 0
}

func bandOf(code string) Band {
	for _, b := range Bands() {
		if b.Code == code {
			return b
		}
	}
	return Band{}
}

func table3Place(row, code string) Place {
	return Place{Table: "Table 3", Row: row, Column: names[code].EN}
}
