// Package paper holds the numbers of the paper that the project comes from as facts, each with its place, and audits them: every
// change is computed again, every score checked against the grid of the reference reading, and what the text says set beside
// what its tables say. It holds numbers, not sentences.
//
// Shen, Y.: Empowering Small and Micro Enterprises in Liaoning through Fintech. International Business School, Dongbei
// University of Finance and Economics.
package paper

import (
	"strings"

	"fundtrace/gateway/analytics/bilingual"
)

// Source names the paper.
const Source = "Shen, Empowering Small and Micro Enterprises in Liaoning through Fintech"

// Version names the facts and the computation. It changes when a fact is corrected or the same facts could give other numbers.
const Version = "paper/1"

// Region is whose numbers the paper publishes: Liaoning.
const Region = "辽宁"

// What the numbers are compared with, as the grid of the scores shows: 31 provinces over 1990 to 2020.
const (
	Provinces = 31
	BaseYears = 31
	BaseRows  = Provinces * BaseYears
)

// The dimensions by their codes in the index profile table1, and the composite.
const (
	NewEnterprises    = "new_enterprises_dim"
	OutsideInvestment = "outside_investment_dim"
	VentureCapital    = "venture_capital_dim"
	Patents           = "patents_dim"
	Trademarks        = "trademarks_dim"
	Software          = "software_dim"
	Composite         = "index"
)

// Dimensions lists the dimensions of Table 3 in its order. The sixth of Table 1, software copyrights, has no column there.
var Dimensions = []string{NewEnterprises, OutsideInvestment, VentureCapital, Patents, Trademarks}

var names = map[string]bilingual.Text{
	NewEnterprises: {EN: "new enterprises", ZH: "新建企业"}, OutsideInvestment: {EN: "outside investment", ZH: "外来投资"},
	VentureCapital: {EN: "venture capital", ZH: "风险投资"}, Patents: {EN: "patents granted", ZH: "专利授权"}, Trademarks: {EN: "trademarks", ZH: "商标注册"},
	Software: {EN: "software copyrights", ZH: "软件著作权"}, Composite: {EN: "composite index", ZH: "总指数"},
}

// Name is what a dimension is called.
func Name(code string) bilingual.Text { return names[code] }

// Place is where in the paper something stands: a cell of a table, or a section of the text.
type Place struct {
	Table   string `json:"table,omitempty"`   // Table 1, Table 2, Table 3
	Row     string `json:"row,omitempty"`     // of the table: a year, or an indicator
	Column  string `json:"column,omitempty"`  // of the table
	Section string `json:"section,omitempty"` // of the text, such as 3.2.2(1)
}

// String is the place for people.
func (p Place) String() string {
	var parts []string
	for _, s := range []string{p.Table, p.Row, p.Column} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if p.Section != "" {
		parts = append(parts, "section "+p.Section)
	}
	return strings.Join(parts, ", ")
}

func section(s string) Place { return Place{Section: s} }
