package page

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Words are the texts of a kind of report, Chinese then English, by name; names of columns begin with col-.
type Words map[string][2]string

// Note is a sentence that an estimator says in English, as a pattern, and what it is in Chinese with the pattern's groups as $1, $2.
type Note struct {
	english *regexp.Regexp
	chinese string
}

// Translate makes a note of a pattern that the whole English sentence matches. It panics on a bad pattern: a mistake of the program.
func Translate(english, chinese string) Note {
	return Note{regexp.MustCompile("^(?:" + english + ")$"), chinese}
}

// Reader is the texts in one language.
type Reader struct {
	Language string // "zh" or "en"
	words    Words
	notes    []Note
}

// In answers the texts in a language; anything but "en" is Chinese.
func (w Words) In(language string, notes []Note) Reader {
	if language != "en" {
		language = "zh"
	}
	return Reader{language, w, notes}
}

// Say answers a text. It panics where there is none: a mistake of the program.
func (r Reader) Say(name string) string {
	pair, ok := r.words[name]
	if !ok {
		panic("the report has no text " + name)
	}
	if r.Language == "en" {
		return pair[1]
	}
	return pair[0]
}

// Sayf fills a text.
func (r Reader) Sayf(name string, args ...any) string { return fmt.Sprintf(r.Say(name), args...) }

// Note answers an estimator's sentence in the reader's language, or as it is where no translation fits.
func (r Reader) Note(s string) string {
	if r.Language == "en" {
		return s
	}
	for _, n := range r.notes {
		if n.english.MatchString(s) {
			return n.english.ReplaceAllString(s, n.chinese)
		}
	}
	return s
}

// Columns heads a table: a name that ends in a colon is a column of text, the others are numbers.
func (r Reader) Columns(names ...string) []Column {
	var out []Column
	for _, name := range names {
		name, text := strings.CutSuffix(name, ":")
		out = append(out, Column{Name: r.Say("col-" + name), Number: !text})
	}
	return out
}

// Number writes four significant digits but at most four decimals, and what is smaller by its power of ten.
func Number(v float64) string {
	switch {
	case v == 0:
		return "0"
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "–"
	}
	decimals := max(3-int(math.Floor(math.Log10(math.Abs(v)))), 0)
	s := strconv.FormatFloat(v, 'f', min(decimals, 4), 64)
	if math.Abs(v) < 0.00005 {
		s = strconv.FormatFloat(v, 'g', 2, 64)
	}
	return strings.ReplaceAll(s, "-", "−")
}
