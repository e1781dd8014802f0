package panel

import (
	"math"
	"path/filepath"
	"testing"
)

// sharedData holds public data sets beside a checkout; they are not part of it.
const sharedData = "../../../../shared/data"

// Stata's regress and xtreg on a simulated panel of 1,000 firms × 3 years, and on variants with 5 % ("light") and 20 % ("heavy") of values missing: b and
// t of x1 to x5 as bashtage/linearmodels prints them (stata-panel-simulated-results.txt, 12 digits).
func TestStataPanel(t *testing.T) {
	data := read(t, filepath.Join(sharedData, "lm_simulated_panel.csv"))
	fe := func(s *Spec) { s.Effects = []string{Entity} }
	feCluster := func(s *Spec) { s.Effects, s.Cluster = []string{Entity}, []string{Entity} }
	weighted := func(edit func(*Spec)) func(*Spec) { return func(s *Spec) { edit(s); s.Weights = "w" } }
	for _, c := range []struct {
		name, ending string
		edit         func(*Spec)
		n            int
		rss, f       float64
		b, t         [5]float64
	}{
		{"regress", "", func(s *Spec) {}, 3000, 9263.6267626, 361.04035299,
			[5]float64{.23022942233, .45328333987, .5571182147, .70135323042, .83076510182}, [5]float64{7.0488449432, 14.37909286, 16.995089151, 21.796395863, 26.252366717}},
		{"regress, cluster", "", func(s *Spec) { s.Cluster = []string{Entity} }, 3000, 9263.6267626, 384.67928463,
			[5]float64{.23022942233, .45328333987, .5571182147, .70135323042, .83076510182}, [5]float64{7.0473011908, 14.318056968, 17.972883425, 20.753073237, 26.735635477}},
		{"regress, robust", "_heavy", func(s *Spec) { s.Errors = "hc1" }, 891, 2813.8420655, 96.735896585,
			[5]float64{.25238162881, .41377845487, .63845025193, .64499996909, .7632506805}, [5]float64{4.1650794558, 6.9570859347, 11.311996131, 10.681380071, 13.960360244}},
		{"regress, weights", "_light", func(s *Spec) { s.Weights = "w" }, 2239, 7064.9298001, 259.48998143,
			[5]float64{.23964014477, .4561154159, .55393177347, .72570386989, .81224249374}, [5]float64{6.2629923574, 12.245591929, 14.688643408, 19.197970114, 21.646379349}},
		{"regress, weights, robust", "", func(s *Spec) { s.Weights, s.Errors = "w", "hc1" }, 3000, 9309.9299565, 306.86818119,
			[5]float64{.2501084405, .46766502318, .55089395374, .7249573662, .81295946423}, [5]float64{7.0606731017, 13.696610417, 15.918583325, 20.534008841, 23.47150549}},
		{"regress, weights, cluster", "_heavy", func(s *Spec) { s.Weights, s.Cluster = "w", []string{Entity} }, 891, 2890.9699136, 85.180596804,
			[5]float64{.27851477022, .45729685915, .62073089736, .65591888532, .76240721725}, [5]float64{3.9152731767, 7.0735714713, 9.9564193039, 10.147743343, 12.786398482}},
		{"xtreg, fe", "", fe, 3000, 4054.178211, 371.18876538,
			[5]float64{.28022361411, .4385940643, .53002552812, .7463911872, .79970892549}, [5]float64{8.5686731168, 13.919877875, 16.346293266, 23.040994785, 25.036604602}},
		{"xtreg, fe", "_light", fe, 2239, 2519.0520705, 226.12910974,
			[5]float64{.26776317358, .4599590167, .51779361137, .74735044748, .79040889139}, [5]float64{6.5738055555, 11.705396877, 12.762752078, 18.06357282, 19.557503867}},
		{"xtreg, fe", "_heavy", fe, 891, 490.68643668, 45.479624158,
			[5]float64{.38455903296, .5073037462, .53406323725, .70711078719, .70954846223}, [5]float64{4.0365158118, 5.9462814575, 6.0209039771, 7.8969698103, 8.0181634917}},
		{"xtreg, fe cluster", "", feCluster, 3000, 4054.178211, 377.85748702,
			[5]float64{.28022361411, .4385940643, .53002552812, .7463911872, .79970892549}, [5]float64{8.2791010289, 14.101839089, 16.69456826, 22.400384677, 26.507222888}},
		{"xtreg, fe cluster", "_light", feCluster, 2239, 2519.0520705, 218.93319829,
			[5]float64{.26776317358, .4599590167, .51779361137, .74735044748, .79040889139}, [5]float64{6.1858523894, 11.877201408, 12.361768895, 17.336193597, 20.254574012}},
		{"xtreg, fe cluster", "_heavy", feCluster, 891, 490.68643668, 54.453610586,
			[5]float64{.38455903296, .5073037462, .53406323725, .70711078719, .70954846223}, [5]float64{3.8129625382, 6.8554730459, 6.4413207654, 8.1814950477, 9.4123814836}},
		{"xtreg, fe weights", "_light", weighted(fe), 2239, 2499.0053416, 228.33849372,
			[5]float64{.27651829666, .45234834689, .549785497, .75444409143, .78472044823}, [5]float64{6.7663026817, 11.427804767, 13.591717316, 18.00664222, 19.341945256}},
		{"xtreg, fe cluster weights", "", weighted(feCluster), 3000, 4022.5702885, 324.72517965,
			[5]float64{.29084040241, .45117883796, .54733782767, .75616125397, .79407674689}, [5]float64{8.1337172531, 13.82093151, 16.154619063, 21.285144178, 23.564965209}},
		{"xtreg, fe cluster weights", "_heavy", weighted(feCluster), 891, 494.32943976, 45.39646523,
			[5]float64{.37547028924, .64056736051, .51024165916, .65923702833, .72460090265}, [5]float64{3.6610058146, 7.0457150866, 5.5253200938, 7.0023948941, 8.4935894679}},
		{"xtreg, be", "", func(s *Spec) { s.Estimator = "between" }, 3000, 1725.2490617, 70.963011817,
			[5]float64{.13988340283, .48502644923, .61439086881, .62592522285, .88245040384}, [5]float64{1.9374168374, 6.9227035784, 8.2622312947, 8.8765924164, 12.789451179}},
		{"xtreg, be", "_heavy", func(s *Spec) { s.Estimator = "between" }, 891, 1783.1433419, 63.293753041,
			[5]float64{.16347576507, .39968848472, .67020677964, .61383015317, .79923273634}, [5]float64{2.2005660242, 5.5293646508, 9.1275340631, 8.4675589265, 10.700605792}},
	} {
		s := Spec{Outcome: "y" + c.ending, Entity: "firm", Time: "time", KeepSingletons: true}
		for _, x := range []string{"x1", "x2", "x3", "x4", "x5"} {
			s.Regressors = append(s.Regressors, x+c.ending)
		}
		c.edit(&s)
		r := run(t, data, s)
		near := func(got, want float64) bool { return math.Abs(got/want-1) < 2e-9 }
		if r.Sample.Used != c.n || !near(r.Fit.RSS, c.rss) || !near(r.Joint.F, c.f) {
			t.Errorf("%s%s: n %d, RSS %.7f, F %.8f; want %d, %v, %v", c.name, c.ending, r.Sample.Used, r.Fit.RSS, r.Joint.F, c.n, c.rss, c.f)
		}
		for j := range c.b {
			if got := r.Coefficients[j]; !near(got.Estimate, c.b[j]) || !near(got.T, c.t[j]) {
				t.Errorf("%s%s: %s %.11f, t %.10f; want %v, %v", c.name, c.ending, got.Name, got.Estimate, got.T, c.b[j], c.t[j])
			}
		}
	}
}

// The p-values of t beyond 25, which 1 minus a distribution function would give as 0; and what singletons do: they leave coefficients and classical
// errors alone and make clusters look more than they are.
func TestStataTailsAndSingletons(t *testing.T) {
	data := read(t, filepath.Join(sharedData, "lm_simulated_panel.csv"))
	s := Spec{Outcome: "y", Regressors: []string{"x1", "x2", "x3", "x4", "x5"}, Entity: "firm", Time: "time", Effects: []string{Entity}}
	r := run(t, data, s)
	if p := r.Coefficients[4].P; math.Abs(p/1.57296e-120-1) > 1e-5 || r.Joint.P <= 0 {
		t.Errorf("p of x5 %v, of F %v", p, r.Joint.P)
	}
	for j, x := range s.Regressors {
		s.Regressors[j] = x + "_heavy"
	}
	s.Outcome = "y_heavy"
	without := run(t, data, s)
	if without.Sample.Used+without.Sample.Singletons != 891 || without.Sample.Singletons < 300 || !printed(without.Coefficients[0].Estimate, .38455903296, 11) || math.Abs(without.Coefficients[0].T/4.0365158118-1) > 1e-9 {
		t.Errorf("%+v, %+v", without.Sample, without.Coefficients[0])
	}
	s.Cluster = []string{Entity}
	dropped := run(t, data, s)
	s.KeepSingletons = true
	kept := run(t, data, s)
	if dropped.Clusters[0].Clusters >= kept.Clusters[0].Clusters || dropped.Coefficients[0].SE <= kept.Coefficients[0].SE {
		t.Errorf("%d clusters, se %v without singletons; %d, %v with", dropped.Clusters[0].Clusters, dropped.Coefficients[0].SE, kept.Clusters[0].Clusters, kept.Coefficients[0].SE)
	}
}
