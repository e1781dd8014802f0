package projection

// memo remembers rows of the read model that folding asks for again and again. Every part is bounded: a full one is
// emptied, and what is missing is read from the database.
type memo struct {
	entries  map[string]int64        // entry.id → ref
	accounts map[string]accountFacts // account.id → facts
	lots     map[int64]descent       // lot.ref → descent
	lineages map[lineageStep]int64   // lineage and fund → lineage
	funds    map[int64][]string      // lineage → its funds
	reached  map[accountLineage]bool // rows of account_lineage
	dealt    map[dealing]bool        // rows of dealing
	vouchers map[int64]voucherFacts  // voucher.ref → facts
	invoices map[string]int64        // invoice.fingerprint → ref
}

type accountFacts struct {
	ref   int64
	owner string
	fund  string
	sink  bool
}

// descent is what a lot hands down to the lots that are drawn from it.
type descent struct{ root, lineage int64 }

// voucherFacts is what folding needs of a voucher that it has met before.
type voucherFacts struct {
	events   int    // recorded so far
	acquired string // day on which the holder came by it
}

type lineageStep struct {
	lineage int64
	fund    string
}

type accountLineage struct{ account, lineage int64 }

type dealing struct {
	account int64
	party   string
}

const memoSize = 1 << 17

func newMemo() *memo {
	m := &memo{}
	m.forget()
	return m
}

func (m *memo) forget() {
	m.entries = map[string]int64{}
	m.accounts = map[string]accountFacts{}
	m.lots = map[int64]descent{}
	m.lineages = map[lineageStep]int64{}
	m.funds = map[int64][]string{}
	m.reached = map[accountLineage]bool{}
	m.dealt = map[dealing]bool{}
	m.vouchers = map[int64]voucherFacts{}
	m.invoices = map[string]int64{}
}

func remember[K comparable, V any](room map[K]V, k K, v V) {
	if len(room) >= memoSize {
		clear(room)
	}
	room[k] = v
}
