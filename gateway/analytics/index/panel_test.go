package index

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/table"
)

// synthetic is a panel like that of the published index: counts of 31 regions that grow from year to year with setbacks,
// sizes far apart, almost no venture capital in the early years. Without ties other than those of small counts.
func synthetic(seed uint64, regions, from, to int) *table.Table {
	r := rand.New(rand.NewPCG(seed, 31))
	t := table.New()
	var units, years []string
	size := make([]float64, regions)
	for i := range size {
		size[i] = math.Exp(0.9 * r.NormFloat64())
	}
	for i := range regions {
		for y := from; y <= to; y++ {
			units, years = append(units, fmt.Sprintf("R%02d", i)), append(years, strconv.Itoa(y))
		}
	}
	t.Add("province", units)
	t.Add("year", years)
	level := map[string]float64{"new_enterprises": 9, "outside_investment": 7, "venture_capital": -1, "invention": 6, "utility": 7, "design": 6.5, "trademarks": 8, "software": 5}
	for _, code := range []string{"new_enterprises", "outside_investment", "venture_capital", "invention", "utility", "design", "trademarks", "software"} {
		var values []float64
		for i := range regions {
			own := 0.5 * r.NormFloat64()
			for y := from; y <= to; y++ {
				mu := level[code] + own + 0.12*float64(y-1990) + 0.25*r.NormFloat64()
				values = append(values, math.Floor(size[i]*math.Exp(mu)))
			}
		}
		t.AddNumbers(code, values)
	}
	population := make([]float64, t.Rows())
	for i := range population {
		population[i] = math.Round(3000 * size[i/(to-from+1)])
	}
	t.AddNumbers("population", population)
	return t
}

var provinceYear = Keys{Unit: "province", Time: "year"}

func table1(t testing.TB) *Profile {
	t.Helper()
	p, err := Builtin(DefaultProfile)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func engineOf(t testing.TB, data *table.Table, p *Profile, k Keys) *Engine {
	t.Helper()
	panel, err := Read(data, p, k)
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(p, panel)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func compute(t testing.TB, e *Engine, m Method) *Result {
	t.Helper()
	r, err := e.Compute(m)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBuiltinProfiles(t *testing.T) {
	for _, name := range Builtins() {
		if _, err := Builtin(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	p := table1(t)
	tree := newTree(p)
	if tree.leaves != 8 || len(p.Index.Children) != 6 {
		t.Errorf("Table 1 has %d indicators and %d dimensions", tree.leaves, len(p.Index.Children))
	}
	global := tree.global(tree.weights(nil))
	for code, want := range map[string]float64{"new_enterprises": 20, "outside_investment": 15, "venture_capital": 25, "invention": 12.5, "utility": 5, "design": 2.5,
		"trademarks": 10, "software": 10, "patents_dim": 20, "index": 100} {
		if got := 100 * global[tree.byCode[code]]; math.Abs(got-want) > 1e-9 {
			t.Errorf("%s weighs %g, Table 1 says %g", code, got, want)
		}
	}
}

func TestBadProfilesSayWhy(t *testing.T) {
	profile := func(weights, children string) string {
		return fmt.Sprintf(`{"id":"p","version":"1","weights":%q,"index":{"code":"i","children":[%s]}}`, weights, children)
	}
	for _, c := range []struct{ name, text, says string }{
		{"sum", profile("percent", `{"code":"a","weight":60},{"code":"b","weight":39.9}`), "sum to 99.9, not to 100: a 60, b 39.9"},
		{"no weight", profile("percent", `{"code":"a","weight":100},{"code":"b"}`), `"b" has no weight`},
		{"negative", profile("relative", `{"code":"a","weight":-1}`), "above 0"},
		{"twice", profile("relative", `{"code":"a","weight":1},{"code":"a","weight":1}`), "used twice"},
		{"both", profile("percent", `{"code":"d","weight":50,"children":[{"code":"a","weight":100}]}`), "carries a weight"},
		{"direction", profile("relative", `{"code":"a","weight":1,"direction":2}`), "direction 2"},
		{"kind", profile("relative", `{"code":"a","weight":1,"kind":"euros"}`), "euros"},
		{"goalposts", profile("relative", `{"code":"a","weight":1,"goalposts":[3,3]}`), "goalposts"},
		{"written how", profile("points", `{"code":"a","weight":1}`), "points"},
		{"unknown field", `{"id":"p","wheights":1}`, "wheights"},
		{"no version", `{"id":"p","weights":"percent","index":{"code":"i","children":[{"code":"a","weight":100}]}}`, "no version"},
		{"empty", `{"id":"p","version":"1","weights":"percent","index":{"code":"i"}}`, "no children"},
	} {
		_, err := ParseProfile([]byte(c.text))
		if ledger.ErrorCode(err) == "" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

func TestBadPanelsSayWhere(t *testing.T) {
	p, err := Builtin("patents")
	if err != nil {
		t.Fatal(err)
	}
	good := "province,year,invention,utility,design\nA,2019,1,2,3\nB,2019,2,3,4\nA,2020,3,4,5\nB,2020,4,5,6\n"
	for _, c := range []struct {
		name, text string
		code       ledger.Code
		says       string
	}{
		{"column", strings.Replace(good, "utility", "useful", 1), ledger.FieldMissing, `no column "utility"`},
		{"duplicate", good + "A,2020,9,9,9\n", ledger.AlreadyExists, "rows 4 and 6"},
		{"no key", good + ",2020,9,9,9\n", ledger.FieldMissing, "row 6, column province"},
		{"text", good + "C,2020,many,9,9\n", ledger.FieldInvalid, "row 6, column invention"},
		{"fraction", good + "C,2020,1.5,9,9\n", ledger.FieldInvalid, "row 6, column invention: 1.5 is no whole number, but invention is a count: is the column in thousands"},
		{"negative", good + "C,2020,1,9,-9\n", ledger.FieldInvalid, "row 6, column design: -9 is negative"},
		{"gap", good + "C,2020,1,,9\n", ledger.FieldMissing, "row 6, column utility: the value is missing"},
		{"all equal", "province,year,invention,utility,design\nA,2019,1,2,3\nB,2019,1,3,4\n", ledger.FieldInvalid, "distinguishes nobody"},
		{"empty", "province,year,invention,utility,design\n", ledger.FieldMissing, "no rows"},
	} {
		data, err := table.Read(strings.NewReader(c.text))
		if err != nil {
			t.Fatal(err)
		}
		panel, err := Read(data, p, provinceYear)
		if err == nil {
			var e *Engine
			if e, err = New(p, panel); err == nil {
				_, err = e.Compute(Reference())
			}
		}
		if ledger.ErrorCode(err) != c.code || (err != nil && !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v, want %s with %q", c.name, err, c.code, c.says)
		}
	}
	data, _ := table.Read(strings.NewReader(good + "A,2021,3,4,50\nB,2021,4,5,60\nA,2022,3,4,5\nB,2022,4,5,600000\n"))
	panel, err := Read(data, p, provinceYear)
	if err != nil || len(panel.Notes()) != 1 || !strings.Contains(panel.Notes()[0], "row 9, column design") {
		t.Errorf("a jump of the unit: %v, %v", panel.Notes(), err)
	}
}

func TestMethodsThatDoNotGoTogether(t *testing.T) {
	for _, c := range []struct{ options, says string }{
		{`{"normalise":"zz"}`, "zz"},
		{`{"normalize":"z"}`, "normalize"},
		{`{"aggregate":["geometric"]}`, "not negative"},
		{`{"aggregate":["copeland"]}`, "across years"},
		{`{"aggregate":["copeland","arithmetic"],"score":"none"}`, "below the top"},
		{`{"score":"ecdf-below-top"}`, "carry scores"},
		{`{"carry":"scores","score":"none"}`, "score with"},
		{`{"range":[5,5]}`, "lower and a higher"},
		{`{"outliers":{"skew":0,"kurtosis":3,"max_points":5}}`, "limits"},
		{`{"missing":"omit","min_share":1.5}`, "between 0 and 1"},
	} {
		if _, err := Reference().With([]byte(c.options)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.options, err, c.says)
		}
	}
	before, _ := Preset("geometric")
	if _, err := before.With([]byte(`{"range":[2,3],"aggregate":["harmonic"]}`)); err != nil {
		t.Fatal(err)
	}
	if after, _ := Preset("geometric"); after.Range[0] != 1 || after.Aggregate[0] != "geometric" {
		t.Errorf("writing over a method changed the preset: %+v", after)
	}
	for _, name := range Presets() {
		m, err := Preset(name)
		if err != nil || m.Check() != nil || AboutPreset(name) == "" {
			t.Errorf("%s: %v, %v", name, err, m.Check())
		}
	}
}

// Whatever is given as a profile is refused with a code, or can be computed.
func FuzzParseProfile(f *testing.F) {
	for _, name := range Builtins() {
		text, err := builtin.ReadFile("profiles/" + name + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add(`{"id":"p","version":"1","weights":"relative","method":{"range":[1,2]},"index":{"code":"i","children":[{"code":"a","weight":1},{"code":"d","weight":2,"children":[{"code":"b","weight":1}]}]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParseProfile([]byte(text))
		if err != nil {
			if ledger.ErrorCode(err) == "" {
				t.Fatalf("no code: %v", err)
			}
			return
		}
		tree := newTree(p)
		sum := 0.0
		for _, w := range tree.global(tree.weights(nil))[:tree.leaves] {
			sum += w
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Fatalf("indicators weigh %v of the composite", sum)
		}
	})
}

// Whatever is given as a base panel is refused with a code, or is one that was frozen.
func FuzzReadBase(f *testing.F) {
	f.Add(`{"id":"x","name":"n","columns":["a"],"rows":[{"unit":"A","year":2000,"values":[1]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ReadBase(strings.NewReader(text))
		if err != nil {
			if ledger.ErrorCode(err) == "" {
				t.Fatalf("no code: %v", err)
			}
			return
		}
		if b.panel().Rows() != len(b.Rows) || b.digest() != b.ID {
			t.Fatal("a base that is not what it says")
		}
	})
}
