package bilingual

import "testing"

func TestSay(t *testing.T) {
	got := Say("%s rose by %+d", "%s上升%+d", Text{"patents", "专利"}, 3).With(Text{"!", "！"})
	if got.In("en") != "patents rose by +3!" || got.In("zh") != "专利上升+3！" || Same("x").In("zh") != "x" || got.In("fr") != got.EN {
		t.Errorf("%+v", got)
	}
}
