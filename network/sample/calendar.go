package sample

import (
	"container/heap"
	"math/bits"
	"math/rand/v2"
	"time"
)

// day is a calendar day, counted from 1970-01-01.
type day int

func on(date string) day {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic("sample: " + err.Error()) // a literal of this package
	}
	return day(t.Unix() / 86400)
}

func (d day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }
func (d day) String() string  { return d.time().Format(time.DateOnly) }
func (d day) year() int       { return d.time().Year() }

// workday answers d, or the Monday after a weekend. Public holidays are left out: the sample is no calendar.
func (d day) workday() day {
	switch d.time().Weekday() {
	case time.Saturday:
		return d + 2
	case time.Sunday:
		return d + 1
	}
	return d
}

// The days of the sample. What is "as of" in the planted cases is as of lastDay.
var (
	firstDay = on("2019-01-02")
	lastDay  = on("2025-12-31")
)

// dice is a seeded source whose numbers do not depend on how the standard library maps them to ranges.
type dice struct{ *rand.PCG }

// between answers a number of lo to hi, both included.
func (d dice) between(lo, hi int64) int64 {
	high, _ := bits.Mul64(d.Uint64(), uint64(hi-lo+1))
	return lo + int64(high)
}

func (d dice) days(lo, hi int) day { return day(d.between(int64(lo), int64(hi))) }

// percent answers true that often out of 100.
func (d dice) percent(p int64) bool { return d.between(1, 100) <= p }

func pick[T any](d dice, of []T) T { return of[d.between(0, int64(len(of)-1))] }

// event is something that happens on a day; events of one day happen in the order in which they were planned.
type event struct {
	day   day
	order int
	do    func()
}

type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].day < a[j].day || a[i].day == a[j].day && a[i].order < a[j].order
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(event)) }
func (a *agenda) Pop() any {
	last := len(*a) - 1
	e := (*a)[last]
	*a = (*a)[:last]
	return e
}

// clock runs events in the order of their days.
type clock struct {
	agenda  agenda
	planned int
	today   day
}

// at plans something for a working day, today at the earliest.
func (c *clock) at(d day, do func()) {
	c.exactly(max(d, c.today).workday(), do)
}

// exactly plans something for just that day.
func (c *clock) exactly(d day, do func()) {
	c.planned++
	heap.Push(&c.agenda, event{d, c.planned, do})
}

// run lets everything happen up to the last day and forgets what was planned for later.
func (c *clock) run() {
	for c.agenda.Len() > 0 {
		e := heap.Pop(&c.agenda).(event)
		if e.day > lastDay {
			return
		}
		c.today = e.day
		e.do()
	}
}

// mulDiv answers a*b/c and the remainder without overflow; c is positive and the quotient fits.
func mulDiv(a, b, c int64) (quotient, remainder int64) {
	high, low := bits.Mul64(uint64(a), uint64(b))
	q, r := bits.Div64(high, low, uint64(c))
	return int64(q), int64(r)
}
