package iati

import "fundtrace/chaincode/ledger"

// move records the payments day by day. Within a day money first enters from outside, then passes between activities,
// payers who can pay going first so that a chain of payments of one day is followed in its own direction, and is
// spent last.
func (p *planner) move(payments []*payment) {
	sorted := byDate(payments)
	for i := 0; i < len(sorted); {
		j := i
		for j < len(sorted) && sorted[j].date == sorted[i].date {
			j++
		}
		p.day(sorted[i:j])
		i = j
	}
}

func (p *planner) day(payments []*payment) {
	var passing, spending []*payment
	for _, pay := range payments {
		switch {
		case pay.flow == incoming && pay.upstream == nil:
			p.enter(pay)
			p.report.Recorded++
		case pay.flow == incoming && pay.covered == pay.minor:
			p.report.Confirmations++ // the payer's own statement records it
			p.report.Recorded++
		case pay.flow == incoming, pay.target != nil:
			passing = append(passing, pay)
		default:
			spending = append(spending, pay)
		}
	}
	p.pass(passing)
	for _, pay := range spending {
		p.leave(pay, pay.act, nil, pay.minor, ledger.Movement{Kind: ledger.Use})
		p.report.Recorded++
	}
}

// rounds bounds how long a chain of payments within one day is followed before shortfalls are taken as such.
const rounds = 32

func (p *planner) pass(waiting []*payment) {
	for range rounds {
		var poor []*payment
		for _, pay := range waiting {
			payer, _, minor := pay.way()
			if p.purses[AccountID(payer.ID, pay.currency)].upTo(minor) < minor {
				poor = append(poor, pay)
				continue
			}
			p.passOn(pay)
		}
		if len(poor) == len(waiting) {
			break
		}
		waiting = poor
	}
	for _, pay := range waiting {
		p.passOn(pay)
	}
}

func (p *planner) passOn(pay *payment) {
	payer, payee, minor := pay.way()
	kind := ledger.Transfer
	switch pay.flow {
	case incoming:
		kind = ledger.Contribution
	case disbursement:
		kind = ledger.Disbursement
	}
	p.leave(pay, payer, payee, minor, ledger.Movement{Kind: kind})
	p.report.Recorded++
}

// way answers from which activity to which a payment passes, and what of it is not recorded elsewhere.
func (pay *payment) way() (payer, payee *Activity, minor int64) {
	if pay.flow == incoming {
		return pay.upstream, pay.act, pay.minor - pay.covered
	}
	return pay.act, pay.target, pay.minor
}
