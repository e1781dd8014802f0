// Package iati reads activity files of the International Aid Transparency Initiative (versions 1.x and 2.x) as they are
// published, and plans how the ledger records them: parties, published accounts, and movements that draw on named
// lots. What cannot be recorded is refused with its place and reason; what flows out beyond what came in gets an
// explicit root of unknown origin. Nothing is invented and nothing is dropped: read = recorded + refused.
//
//	Read (file → File) → NewPlan (File → entries and Report) → Plan.Record (entries → ledger)
//
// Contact details and other persons' data are skipped unread.
package iati

// Position is a place in the file. Line and Column count from 1; Column counts bytes of the text in UTF-8.
type Position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Org is an organisation as an element names it.
type Org struct {
	Ref  string // @ref: an organisation identifier, or whatever the publisher wrote there
	Type string // @type: codelist OrganisationType
	Name string // text (1.x) or first narrative (2.x)
	// Activity is @provider-activity-id or @receiver-activity-id; HasActivity tells an empty one from none.
	Activity    string
	HasActivity bool
}

// Sector is a sector that an activity works in.
type Sector struct{ Vocabulary, Code string }

// Transaction is one transaction as published. Texts are trimmed and otherwise as they stand in the file.
type Transaction struct {
	At        Position
	Type      string // 1.x letters (C, D, E, IF …) or 2.x numbers
	Value     string // decimal number
	Currency  string // value/@currency; empty: the activity's default
	ValueDate string // value/@value-date: the day for converting, never taken for the day of payment
	Date      string // transaction-date/@iso-date
	Provider  *Org
	Receiver  *Org
	Twice     string // an element that may stand once and stands twice
}

// Activity is one activity as published.
type Activity struct {
	At            Position
	ID            string // iati-identifier
	Version       string // @version of the activity or of the file
	Dataset       string // @dataset: where D-Portal found the activity
	Currency      string // @default-currency
	Reporting     *Org
	Participating []Org
	Countries     []string // recipient-country/@code
	Sectors       []Sector
	Transactions  []Transaction
}

// File is a whole activity file.
type File struct {
	SHA256     string // of the bytes as published
	Bytes      int64
	Encoding   string // as found: byte order mark, XML declaration, or utf-8
	Activities []Activity
}
