package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"fundtrace/gateway/evidence"
	"fundtrace/gateway/readlog"
)

// What a body asks about is in the note however the body is spelled: nobody hides it behind blanks, escapes or length.
func TestTheNoteHasWhatTheBodyAsksAbout(t *testing.T) {
	w := newWorld(t)
	lot := w.furnish().toE1.lot(t)
	others := make([]string, 199)
	for i := range others {
		others[i] = fmt.Sprintf(`"%020x.%d.511"`, i, 1_048_000+i)
	}
	for name, body := range map[string]string{
		"behind blanks":      strings.Repeat(" ", 2*readlog.MaxBody) + `{"lots":["` + lot + `"]}`,
		"with escapes":       `{"lots":["` + fmt.Sprintf(`\u%04x`, lot[0]) + lot[1:] + `"]}`,
		"the last of many":   `{"lots":[` + strings.Join(others, ",") + `,"` + lot + `"]}`,
		"behind a long text": `{"disclose":"` + strings.Repeat("x", 2*readlog.MaxBody) + `","lots":["` + lot + `"]}`,
		"and more behind it": `{"lots":["` + lot + `"]} {}`,
	} {
		rec := w.do("e1@enterprise", http.MethodPost, Base+"/statements", body)
		n := lastNote(t, w)
		if n.Export != rec.Header().Get(exportHeader) || !strings.Contains(n.Body, `"`+lot+`"`) {
			t.Errorf("%s: %d, noted as %.100q", name, rec.Code, n.Body)
		}
		page, _, err := w.noted.Page(t.Context(), readlog.Filter{About: lot, Export: n.Export}, "", 10)
		if err != nil || len(page) != 1 {
			t.Errorf("%s: who asked about the lot: %d notes, %v", name, len(page), err)
		}
	}
}

// Of an analysis of what funds paid the note says of which, behind whatever table came with it.
func TestTheNoteOfAnAnalysisSaysOfWhat(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	w.do("auditor@audit", http.MethodPost, Base+"/analytics/relate", `{"data":"region,year,x\n`+strings.Repeat(`210100,2020,1\n`, 5000)+`","request":{"flows":{"fund":"fund:none","fund":"fund:shenyang"}}}`)
	if n := lastNote(t, w); n.Route != "analyse-relate" || !strings.Contains(n.Body, `{"fund":"fund:none","fund":"fund:shenyang"}`) || !strings.HasPrefix(n.Body, `{"data":"region,year,x\n`) {
		t.Errorf("%s %s", n.Route, n.Body)
	}
}

// Whatever somebody sends, the note of it fits: what cannot be read is refused for that, and is noted.
func TestAnyBodyCanBeNoted(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	many := func(text string) string { return strings.Repeat(text, 100_000/len(text)) }
	for name, tc := range map[string]struct{ body, kept string }{
		"no text":          {many("\x01\xff"), "\x01"},
		"no JSON":          {many("<>"), "<><>"},
		"open brackets":    {many("["), "[[["},
		"many quotes":      {`{"lots":["` + many(`\"\\`) + `"]}`, `{"lots":["\"`},
		"many quoted lots": {`{"lots":[` + many(`"\"\\\"\\\"\\",`) + `""]}`, `{"lots":["\"`},
		"odd characters":   {`{"lots":[` + many("\"\u2028\u2029\xff\",") + `""]}`, `{"lots":["`},
		"a long number":    {`{"lots":` + many("1") + `}`, `{"lots":"111`},
		"a name twice":     {`{"lots":["a"],"lots":["b"]}`, `{"lots":["b"]}`},
	} {
		rec := w.do("e1@enterprise", http.MethodPost, Base+"/statements", tc.body)
		n := lastNote(t, w)
		if rec.Code >= 500 || n.Status != rec.Code || !strings.HasPrefix(n.Body, tc.kept) || len(n.Body) > readlog.MaxBody {
			t.Errorf("%s: %d %.200s\nnoted in %d bytes as %.60q", name, rec.Code, rec.Body, len(n.Body), n.Body)
		}
		if cut := len(tc.body) > 90_000; cut != strings.Contains(n.Body, "…") {
			t.Errorf("%s: cut is %v: %.60q", name, !cut, n.Body)
		}
	}
}

// A handler that breaks off leaves nothing of its answer, not even a header.
func TestABrokenAnswerLeavesNothing(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	w.Evidence = brokenEvidence{}
	rec := w.do("auditor@audit", http.MethodPost, Base+"/evidence", `{"kind":"movement","movement":"`+s.toE1.Movement+`"}`)
	if rec.Code != http.StatusInternalServerError || rec.Header().Get("Content-Disposition") != "" || rec.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %v %s", rec.Code, rec.Header(), rec.Body)
	}
}

// brokenEvidence breaks off in the middle of a pack.
type brokenEvidence struct{ memEvidence }

func (brokenEvidence) Pack(_ context.Context, w io.Writer, _ evidence.Request) (*evidence.Manifest, error) {
	_, _ = w.Write([]byte("half of a pack"))
	panic("in the middle")
}
