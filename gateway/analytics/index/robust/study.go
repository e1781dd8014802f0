// Package robust asks how much an index depends on choices that could have been made otherwise: rank intervals under weight noise
// and other methods, what leaving a part out does, which choice matters how much (Sobol indices). Everything random comes
// from a seed, run by run, so that results do not depend on the number of processors.
package robust

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/index"
	"fundtrace/gateway/analytics/software"
)

// Study says what is varied, and how often.
type Study struct {
	Engine *index.Engine
	Method index.Method // nominal
	// Noise is the relative width of weight noise: each weight that the profile writes is multiplied by 1 + U(-Noise, Noise), before
	// siblings are scaled to 1. 0 leaves weights alone; 0.25 is usual.
	Noise    float64
	Factors  []Factor
	Years    []int // whose ranks are looked at; empty for all
	Seed     uint64
	Workers  int                   // 0: as many as there are processors
	Progress func(done, total int) // called now and then, never twice at a time; may be nil
}

// Settings is what of a study is printed with its results.
type Settings struct {
	Engine   string            `json:"engine"`
	Software string            `json:"software"`
	Profile  index.ProfileInfo `json:"profile"`
	Base     index.BaseInfo    `json:"base"`
	Method   index.Method      `json:"method"`
	Noise    float64           `json:"noise"`
	Factors  []Factor          `json:"factors"`
	Years    []int             `json:"years,omitempty"`
	Seed     uint64            `json:"seed"`
}

func (s *Study) settings() Settings {
	p := s.Engine.Profile()
	return Settings{index.Version, software.Version(), index.ProfileInfo{ID: p.ID, Version: p.Version, Title: p.Title, Source: p.Source},
		s.Engine.Base(), s.Method, s.Noise, append([]Factor{}, s.Factors...), s.Years, s.Seed}
}

// design is a study made ready: a run is a point of the unit cube, one coordinate for each weight and then one for each factor.
type design struct {
	*Study
	written   []int
	scenarios []scenario
	rows      []int // of the panel, of the years that are looked at
	nominal   []uint16
	scored    bool // every scenario publishes places in a base, so that scores of runs are comparable
	columns   int
}

// design makes a study ready that varies something.
func (s *Study) design() (*design, error) {
	if s.Noise == 0 && len(s.Factors) == 0 {
		return nil, ledger.Refuse(ledger.FieldInvalid, "nothing is varied: give weight noise or factors", "field", "factors")
	}
	return s.designOf()
}

func (s *Study) designOf() (*design, error) {
	if s.Noise < 0 || s.Noise >= 1 {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the weight noise is %g: use a share from 0 up to, not including, 1", s.Noise), "field", "noise")
	}
	var err error
	if s.Method, err = s.Method.With(nil); err != nil {
		return nil, err
	}
	d := &design{Study: s}
	if s.Noise > 0 {
		d.written = s.Engine.Written()
	}
	d.columns = len(d.written) + len(s.Factors)
	for i := range s.Engine.Panel().Rows() {
		if _, year := s.Engine.Row(i); len(s.Years) == 0 || slices.Contains(s.Years, year) {
			d.rows = append(d.rows, i)
		}
	}
	if len(d.rows) == 0 {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the table has no rows of the years %v", s.Years), "field", "years")
	}
	if d.scenarios, err = s.scenarios(); err != nil {
		return nil, err
	}
	d.scored = true
	for _, sc := range d.scenarios {
		d.scored = d.scored && sc.method.Score == "ecdf"
	}
	p, err := s.Engine.Prepare(s.Method)
	if err != nil {
		return nil, err
	}
	run := p.NewRun(s.Method)
	run.Do(s.Engine.Weights(nil))
	d.nominal = make([]uint16, s.Engine.Panel().Rows())
	run.Ranks(s.Engine.Top(), d.nominal)
	return d, nil
}

// worker runs points of a design, one at a time, in memory of its own.
type worker struct {
	d      *design
	runs   []*index.Run
	factor []float64
	ranks  []uint16 // of every row of the panel, after at
	run    *index.Run
}

func (d *design) worker() *worker {
	return &worker{d: d, runs: make([]*index.Run, len(d.scenarios)), factor: make([]float64, d.Engine.Top()+1), ranks: make([]uint16, d.Engine.Panel().Rows())}
}

// at computes the index at a point of the unit cube.
func (w *worker) at(u []float64) {
	d := w.d
	for i := range w.factor {
		w.factor[i] = 1
	}
	for i, node := range d.written {
		w.factor[node] = 1 + d.Noise*(2*u[i]-1)
	}
	number := 0
	for f, factor := range d.Factors {
		n := len(factor.Choices)
		number = number*n + min(int(u[len(d.written)+f]*float64(n)), n-1)
	}
	sc := &d.scenarios[number]
	for _, node := range sc.dropped {
		w.factor[node] = 0
	}
	if w.runs[number] == nil {
		w.runs[number] = sc.prepared.NewRun(sc.method)
	}
	w.run = w.runs[number]
	w.run.Do(d.Engine.Weights(w.factor))
	w.run.Ranks(d.Engine.Top(), w.ranks)
}

// stream gives the random numbers of one run: they depend on the seed, on what they are for and on the run's number alone.
type stream struct {
	source *rand.ChaCha8
	*rand.Rand
}

func newStream() stream {
	source := rand.NewChaCha8([32]byte{})
	return stream{source, rand.New(source)}
}

func (s stream) start(seed uint64, purpose, run int) {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[0:], seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(purpose))
	binary.LittleEndian.PutUint64(key[16:], uint64(run))
	s.source.Seed(key)
}

// What random numbers are for.
const (
	forRuns = iota
	forBootstrap
)
