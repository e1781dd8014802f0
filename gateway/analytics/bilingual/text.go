// Package bilingual holds what analyses say in sentences, in the two languages of their readers.
package bilingual

import "fmt"

// Text is a sentence or a name in English and in Chinese.
type Text struct {
	EN string `json:"en"`
	ZH string `json:"zh"`
}

// In answers the text in a language: zh, or English for all others.
func (t Text) In(language string) string {
	if language == "zh" {
		return t.ZH
	}
	return t.EN
}

// Same is a text that is the same in both languages, such as a number or a code.
func Same(s string) Text { return Text{s, s} }

// Say writes the same facts in both languages. A fact that is a Text stands in its own language in each; verbs are those of fmt.
func Say(en, zh string, facts ...any) Text {
	a, b := make([]any, len(facts)), make([]any, len(facts))
	for i, f := range facts {
		a[i], b[i] = f, f
		if t, ok := f.(Text); ok {
			a[i], b[i] = t.EN, t.ZH
		}
	}
	return Text{fmt.Sprintf(en, a...), fmt.Sprintf(zh, b...)}
}

// With appends a clause.
func (t Text) With(more Text) Text { return Text{t.EN + more.EN, t.ZH + more.ZH} }
