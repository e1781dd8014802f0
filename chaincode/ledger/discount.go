package ledger

import (
	"math/big"
	"time"
)

// DayCount is how a year is counted in a discount or in interest.
type DayCount string

// The conventions: bank discount, and the fixed year of 365 days.
const (
	Actual360 DayCount = "ACT/360"
	Actual365 DayCount = "ACT/365F"
)

func (d DayCount) days() int64 {
	if d == Actual365 {
		return 365
	}
	return 360
}

// Days counts the calendar days from one date to another; negative when to lies before from. Both must be dates.
func Days(from, to string) int64 {
	f, _ := time.Parse(time.DateOnly, from)
	t, _ := time.Parse(time.DateOnly, to)
	return (t.Unix() - f.Unix()) / (24 * 60 * 60) // a Duration ends after 292 years
}

// AddMonths is the same day of a later month, or that month's last day when it has no such day.
func AddMonths(date string, months int) string {
	d, _ := time.Parse(time.DateOnly, date)
	firstOf := time.Date(d.Year(), d.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := firstOf.AddDate(0, 1, -1).Day()
	return firstOf.AddDate(0, 0, min(d.Day(), last)-1).Format(time.DateOnly)
}

// Discount is what a funder keeps of a face amount for paying days before maturity: face × rate × days / year, in minor
// units, rounded half up once at the end. rate is in ppm a year. Golden: 499,999.50 yuan at 4.35 % over 123 days,
// ACT/360, gives 7,431.24.
func Discount(face, ratePPM, days int64, basis DayCount) int64 {
	return portion(face, big.NewInt(ratePPM), big.NewInt(days), 1_000_000*basis.days())
}

// LateInterest is what an unpaid amount costs for days after it was due, at ppm a day, rounded half up.
func LateInterest(unpaid, ppmPerDay, days int64) int64 {
	return portion(unpaid, big.NewInt(ppmPerDay), big.NewInt(days), 1_000_000)
}

// portion is amount × x × y / by, rounded half up; all are not negative. What no amount can hold is cut to the largest.
func portion(amount int64, x, y *big.Int, by int64) int64 {
	n := new(big.Int).Mul(big.NewInt(amount), x)
	n.Mul(n, y)
	d := big.NewInt(by)
	n.Add(n.Lsh(n, 1), d)
	n.Quo(n, d.Lsh(d, 1))
	if !n.IsInt64() {
		return 1<<63 - 1
	}
	return n.Int64()
}
