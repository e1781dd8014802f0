// Package page makes the readable report of an analysis: one HTML file that holds everything (pictures, tables, style), needs no
// script and no network, prints on A4, and reads in Chinese or English.
package page

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"fundtrace/gateway/analytics/plot"
)

// Page is a report. Texts come in its language.
type Page struct {
	Language string // "zh" (default) or "en"
	Title    string
	Lead     string // what was found, in a sentence or two
	// Facts are what the numbers were computed with: sample, options, seed, versions, block of the ledger.
	Facts    []Fact
	Sections []Section
}

// Fact is a name and a value.
type Fact struct{ Name, Value string }

// Section is a heading with paragraphs, warnings, pictures and tables, in that order.
type Section struct {
	Title    string
	Text     []string
	Warnings []string // what a reader must not overlook
	Figures  []Figure
	Tables   []Table
}

// Figure is a picture with its caption.
type Figure struct {
	Plot    plot.SVG
	Caption string
}

// Table is rows under columns; every row has as many cells as there are columns.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]string
	Marked  []int // rows set off, counted from 0
	Notes   []string
}

// Column heads a column. Numbers stand right, texts left.
type Column struct {
	Name   string
	Number bool
}

//go:embed page.html
var text string

// words of the page itself.
var words = map[string]map[string]string{
	"zh": {"lang": "zh-CN", "facts": "计算条件", "figure": "图", "table": "表", "contents": "目录"},
	"en": {"lang": "en", "facts": "Computed with", "figure": "Figure", "table": "Table", "contents": "Contents"},
}

var layout = template.Must(template.New("page").Funcs(template.FuncMap{
	"word":   func(string) string { return "" }, // set for each page
	"figure": func() int { return 0 },
	"table":  func() int { return 0 },
	"column": func([]Column, int) Column { return Column{} },
	"marked": func([]int, int) bool { return false },
}).Parse(text))

// Write writes the page. Errors: of the writer, or a table whose row has another number of cells than its columns.
func (p *Page) Write(w io.Writer) error {
	language := words[p.Language]
	if language == nil {
		language = words["zh"]
	}
	for _, s := range p.Sections {
		for _, t := range s.Tables {
			for i, row := range t.Rows {
				if len(row) != len(t.Columns) {
					return fmt.Errorf("table %q: row %d has %d cells for %d columns", t.Caption, i+1, len(row), len(t.Columns))
				}
			}
		}
	}
	figures, tables := 0, 0
	page, err := layout.Clone()
	if err != nil {
		return fmt.Errorf("prepare the page: %w", err)
	}
	page.Funcs(template.FuncMap{
		"word":   func(name string) string { return language[name] },
		"figure": func() int { figures++; return figures },
		"table":  func() int { tables++; return tables },
		"column": func(columns []Column, i int) Column { return columns[i] },
		"marked": func(rows []int, i int) bool {
			for _, r := range rows {
				if r == i {
					return true
				}
			}
			return false
		},
	})
	if err := page.Execute(w, p); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}
