package ledger

import (
	"slices"
	"strconv"
	"time"
)

// Calendar says which days of a year banks are open, as the State Council announces it each autumn: Monday to Friday
// except Holidays, and the weekend days in Workdays (调休).
type Calendar struct {
	Year     int      `json:"year"`
	Version  int      `json:"version"`
	Holidays []string `json:"holidays,omitempty"` // YYYY-MM-DD
	Workdays []string `json:"workdays,omitempty"`
	Source   string   `json:"source"`
}

// Open reports whether banks are open on the day; a nil calendar knows weekends only.
func (c *Calendar) Open(day time.Time) bool {
	date := day.Format(time.DateOnly)
	if c != nil && slices.Contains(c.Holidays, date) {
		return false
	}
	weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
	return !weekend || c != nil && slices.Contains(c.Workdays, date)
}

// publishCalendar records a year's calendar, or its next version. Errors: VERSION_CONFLICT and those of its fields.
func (a *applier) publishCalendar(c Calendar) error {
	if c.Year < 2000 || c.Year > 2200 {
		return invalid("calendar.year", strconv.Itoa(c.Year), "a year such as 2026")
	}
	if len(c.Holidays)+len(c.Workdays) > 366 {
		return Refuse(TooLarge, "a year has at most 366 days")
	}
	if c.Source == "" {
		return missing("calendar.source")
	}
	if err := checkText("calendar.source", c.Source); err != nil {
		return err
	}
	named := map[string]bool{}
	for _, list := range [...][]string{c.Holidays, c.Workdays} {
		for _, day := range list {
			if err := checkDate("calendar", day); err != nil {
				return err
			}
			if day[:4] != strconv.Itoa(c.Year) || named[day] {
				return invalid("calendar", day, "days of the calendar's year, each once: a holiday is no workday")
			}
			named[day] = true
		}
	}
	key := calendarKey(strconv.Itoa(c.Year))
	old, err := load(a.book, a.years, key)
	if err != nil {
		return err
	}
	if old == nil && c.Version != 1 || old != nil && c.Version != old.Version+1 {
		return Refuse(VersionConflict, "the calendar must carry the next version: read it again", "year", strconv.Itoa(c.Year))
	}
	a.years[key] = &c
	a.touch(key, &c)
	return nil
}

func calendarKey(year string) string { return CalendarRoom + year }

// DueDate is the day on which the issuer has to pay: the maturity, or the first day after it on which banks are open
// (following business day). calendar answers the calendar of a year, nil where none was published.
// Errors: DATE_INVALID; FIELD_INVALID where calendars keep banks closed for a month.
func DueDate(maturity string, calendar func(year int) (*Calendar, error)) (string, error) {
	day, err := time.Parse(time.DateOnly, maturity)
	if err != nil {
		return "", checkDate("maturity", maturity)
	}
	for range 31 {
		c, err := calendar(day.Year())
		if err != nil {
			return "", err
		}
		if c.Open(day) {
			return day.Format(time.DateOnly), nil
		}
		day = day.AddDate(0, 0, 1)
	}
	return "", Refuse(FieldInvalid, "the calendar keeps banks closed for a month after "+maturity+": let the finance bureau correct it", "field", "calendar")
}

func (a *applier) dueDate(maturity string) (string, error) {
	return DueDate(maturity, func(year int) (*Calendar, error) {
		return load(a.book, a.years, calendarKey(strconv.Itoa(year)))
	})
}
