package report

import (
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/page"
	"fundtrace/gateway/analytics/plot"
)

// manyProvinces is from how many provinces on a map is drawn: below that most of its tiles would be empty.
const manyProvinces = 16

// standings shows the latest year: a map of provinces or dots, and every region with its dimensions.
func (w words) standings() page.Section {
	s := page.Section{Title: w.Say("standings") + w.when(w.last), Text: []string{w.Say("about-" + w.r.Result.Method.Score)}}
	for _, note := range w.r.Result.Notes {
		s.Warnings = append(s.Warnings, w.Note(note))
	}
	rows, top := w.inYear(w.last), w.nodes[0].Code
	var tiles []plot.Tile
	var dots []plot.Dot
	for _, row := range rows {
		cell := row.Nodes[top]
		marked := row.Unit == w.r.Focus
		dots = append(dots, plot.Dot{Label: row.Unit, Value: float64(cell.Score), Marked: marked})
		if _, ok := plot.ProvinceOf(row.Unit); ok {
			tiles = append(tiles, plot.Tile{Code: row.Unit, Value: float64(cell.Score), Text: w.Sayf("place", cell.Rank), Note: w.Sayf("rank-of", cell.Rank, len(rows)), Mark: marked})
		}
	}
	frame := plot.Frame{Title: s.Title, Description: w.lead(), Language: w.Language}
	if len(tiles) >= manyProvinces {
		scale := plot.Scale{Decimals: 1, Unit: w.Say("col-score")}
		caption := w.Say("map-caption")
		if m, ok := w.mean(w.last); ok && m.Scores[top].Is() {
			middle := float64(m.Scores[top])
			scale.Middle = &middle
			caption += w.Sayf("map-mean", two(m.Scores[top]))
		}
		s.Figures = append(s.Figures, page.Figure{Plot: plot.Tiles(frame, tiles, scale), Caption: caption})
	} else {
		frame.XLabel = w.name(top)
		s.Figures = append(s.Figures, page.Figure{Plot: plot.Dots(frame, dots), Caption: w.Say("dots-caption")})
	}
	s.Tables = append(s.Tables, w.table(rows))
	return s
}

// table lists regions with the scores and ranks of the composite and of its parts, the mean of all last.
func (w words) table(rows []index.Row) page.Table {
	t := page.Table{Caption: w.Say("standings-caption"), Columns: w.Columns("rank", "region:")}
	for _, n := range w.nodes {
		t.Columns = append(t.Columns, page.Column{Name: w.name(n.Code), Number: true})
	}
	for i, row := range rows {
		cells := []string{rankText(row.Nodes[w.nodes[0].Code].Rank), row.Unit}
		for k, n := range w.nodes {
			cell := row.Nodes[n.Code]
			text := two(cell.Score)
			if k > 0 && cell.Rank > 0 {
				text += " (" + rankText(cell.Rank) + ")"
			}
			cells = append(cells, text)
		}
		t.Rows = append(t.Rows, cells)
		if row.Unit == w.r.Focus {
			t.Marked = append(t.Marked, i)
		}
	}
	if m, ok := w.mean(w.last); ok {
		cells := []string{"", w.Say("mean")}
		for _, n := range w.nodes {
			cells = append(cells, two(m.Scores[n.Code]))
		}
		t.Rows = append(t.Rows, cells)
	}
	t.Notes = []string{w.Say("standings-note")}
	return t
}

// years shows the region that is looked at, or the three best of the latest year, beside the mean of all; all others in grey.
func (w words) years() page.Section {
	top := w.nodes[0].Code
	named := map[string]bool{w.r.Focus: true}
	if w.r.Focus == "" {
		for i, row := range w.inYear(w.last) {
			named[row.Unit] = i < 3
		}
	}
	mean := plot.Line{Name: w.Say("mean"), Dashed: true}
	for _, m := range w.r.Result.Means {
		mean.X, mean.Y = append(mean.X, float64(m.Year)), append(mean.Y, float64(m.Scores[top]))
	}
	scores := append(w.lines(func(row index.Row) (float64, bool) { return float64(row.Nodes[top].Score), named[row.Unit] }), broken([]plot.Line{mean})...)
	ranks := w.lines(func(row index.Row) (float64, bool) { return rankValue(row.Nodes[top].Rank), named[row.Unit] })
	s := page.Section{Title: w.Say("years"), Text: []string{w.Say("years-text")}, Figures: []page.Figure{
		{Plot: plot.Lines(plot.Frame{Title: w.Say("scores-caption"), YLabel: w.Say("col-score")}, scores), Caption: w.Say("scores-caption")},
		{Plot: plot.Lines(plot.Frame{Title: w.Say("ranks-caption"), YLabel: w.Say("col-rank"), Ranks: true}, ranks), Caption: w.Say("ranks-caption")},
	}}
	if w.r.Focus != "" && len(w.nodes) > 2 {
		var parts []plot.Line
		for _, n := range w.nodes[1:] {
			l := plot.Line{Name: w.name(n.Code)}
			for _, row := range w.r.Result.Rows {
				if row.Unit == w.r.Focus {
					l.X, l.Y = append(l.X, float64(row.Year)), append(l.Y, rankValue(row.Nodes[n.Code].Rank))
				}
			}
			parts = append(parts, l)
		}
		caption := w.Sayf("parts-caption", w.r.Focus)
		s.Figures = append(s.Figures, page.Figure{Plot: plot.Lines(plot.Frame{Title: caption, YLabel: w.Say("col-rank"), Ranks: true}, broken(parts)), Caption: caption})
	}
	return s
}

// lines makes a line of every region.
func (w words) lines(of func(index.Row) (float64, bool)) []plot.Line {
	at, out := map[string]int{}, []plot.Line{}
	for _, row := range w.r.Result.Rows {
		v, named := of(row)
		i, ok := at[row.Unit]
		if !ok {
			i = len(out)
			at[row.Unit] = i
			out = append(out, plot.Line{Name: row.Unit, Muted: !named})
		}
		l := &out[i]
		l.X, l.Y = append(l.X, float64(row.Year)), append(l.Y, v)
	}
	return broken(out)
}

// broken breaks lines at years that a region, or the table, does not have.
func broken(list []plot.Line) []plot.Line {
	step := plot.Step(list)
	for i := range list {
		list[i] = list[i].Broken(step)
	}
	return list
}

// changes tells how regions went from one year to another: of one region every node, of all the composite.
func (w words) changes() page.Section {
	first := w.r.Changes[0]
	s := page.Section{Title: w.Sayf("changes", first.From, first.To), Text: []string{w.Say("changes-text")}}
	one := w.r.Focus != ""
	t := page.Table{Caption: s.Title, Columns: w.Columns("region:", "score", "points", "relative", "rank", "growth", "share"), Notes: []string{w.Say("changes-note")}}
	if one {
		t.Columns[0].Name = w.Say("col-part")
	}
	for _, c := range w.r.Changes {
		if !one && c.Code != w.nodes[0].Code {
			continue
		}
		name := c.Unit
		if one {
			name = w.name(c.Code)
		}
		growth, share := "", ""
		if c.Growth != nil {
			growth = signed(*c.Growth)
		}
		if c.ShareFrom != nil && c.ShareTo != nil {
			share = two(*c.ShareFrom) + " → " + two(*c.ShareTo)
		}
		t.Rows = append(t.Rows, []string{name, two(c.ScoreFrom) + " → " + two(c.ScoreTo), signed(c.Points), signed(c.Relative), rankText(c.RankFrom) + " → " + rankText(c.RankTo), growth, share})
	}
	s.Tables = []page.Table{t}
	return s
}
