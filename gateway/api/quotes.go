package api

import (
	"context"
	"strconv"
	"time"

	"fundtrace/chaincode/ledger"
)

// Quote is what a funder would pay for a voucher, exact in minor units: the price is the face less face × rate × days /
// year, rounded half up once.
type Quote struct {
	Voucher  string          `json:"voucher"`
	Currency string          `json:"currency"`
	Face     int64           `json:"face,string"`
	Date     string          `json:"date"` // of the payment
	Maturity string          `json:"maturity"`
	Due      string          `json:"due"`  // maturity, or the next day on which banks are open
	Days     int64           `json:"days"` // from Date to Due
	RatePPM  int64           `json:"rate_ppm"`
	DayCount ledger.DayCount `json:"day_count"`
	Discount int64           `json:"discount,string"`
	Net      int64           `json:"net,string"` // what the holder gets
}

var quoteQuery = []param{
	{name: "rate_ppm", about: "a year, in parts per million; of the application when absent", number: true},
	{name: "day_count", about: "how a year is counted; of the application when absent", values: []string{string(ledger.Actual360), string(ledger.Actual365)}},
	{name: "date", about: "of the payment, YYYY-MM-DD; today when absent", date: true},
}

// maxRate is the highest rate that the ledger takes: 100 % a year.
const maxRate = 1_000_000

func (s *Server) quote(c *call) (Quote, error) {
	v, err := s.Store.Voucher(c.ctx(), c.scope(), c.param("id"))
	if err != nil {
		return Quote{}, missingIs404(err)
	}
	var t ledger.Terms
	if p := v.Pending; p != nil && p.Financing != nil {
		t = *p.Financing
	}
	if c.query("rate_ppm") != "" {
		rate, err := c.number("rate_ppm", 0, 0, maxRate)
		if err != nil {
			return Quote{}, err
		}
		t.RatePPM = int64(rate)
	} else if t.DayCount == "" {
		return Quote{}, badQuery("rate_ppm", "given: nobody has applied for a financing, so there are no terms to take it from")
	}
	if d := c.query("day_count"); d != "" {
		t.DayCount = ledger.DayCount(d)
	}
	if t.DayCount == "" {
		t.DayCount = ledger.Actual360
	}
	date := c.query("date")
	if date == "" {
		date = s.today()
	}
	return s.price(c.ctx(), &v.VoucherNode, t, date)
}

// price computes a quote. Errors: VOUCHER_CONFLICT, VOUCHER_MATURED, DATE_INVALID.
func (s *Server) price(ctx context.Context, v *ledger.VoucherNode, t ledger.Terms, date string) (Quote, error) {
	q := Quote{Voucher: v.Lot, Currency: v.Currency, Face: v.Face, Date: date, Maturity: v.Maturity, Due: v.Due, RatePPM: t.RatePPM, DayCount: t.DayCount}
	if v.State.Over() {
		return q, notNow(v, "it is over, and nobody pays for it any more")
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return q, ledger.Refuse(ledger.DateInvalid, "date is "+strconv.Quote(clip(date))+": write a calendar date as YYYY-MM-DD", "field", "date")
	}
	if date >= v.Maturity {
		return q, ledger.Refuse(ledger.VoucherMatured, "the voucher matures on "+v.Maturity+": it is not financed from then on", "voucher", v.Lot)
	}
	if q.Due == "" {
		var err error
		if q.Due, err = s.dueDate(ctx, v.Maturity); err != nil {
			return q, err
		}
	}
	q.Days = ledger.Days(date, q.Due)
	q.Discount = ledger.Discount(q.Face, q.RatePPM, q.Days, q.DayCount)
	q.Net = q.Face - q.Discount
	return q, nil
}

// today is the day in China.
func (s *Server) today() string { return s.Now().In(ledger.China).Format(time.DateOnly) }

// dueDate is the maturity, or the first day after it on which banks are open by the calendars that were published.
func (s *Server) dueDate(ctx context.Context, maturity string) (string, error) {
	list, err := s.Store.Calendars(ctx)
	if err != nil {
		return "", err
	}
	years := map[int]*ledger.Calendar{}
	for i := range list {
		years[list[i].Year] = &list[i].Calendar
	}
	return ledger.DueDate(maturity, func(year int) (*ledger.Calendar, error) { return years[year], nil })
}
