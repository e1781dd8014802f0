package sample

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"fundtrace/chaincode/ledger"
)

var update = flag.Bool("update", false, "write cases.json")

// cases.json is what the planted cases say today.
func TestCasesFile(t *testing.T) {
	want, err := json.MarshalIndent(Cases(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile("cases.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("cases.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("cases.json is not what the sample plants: run go test ./network/sample -run TestCasesFile -update")
	}
}

// Every figure that a case expects, measured on the ledger's state: by following lots, not by the plan.
func TestCasesHold(t *testing.T) {
	b := read(t, ledgerState(t))
	measured := map[string]map[string]int64{"idle-money": b.idle(t, caseOf(t, "idle-money")), "round-trip": b.roundTrip(t, caseOf(t, "round-trip")),
		"over-concentration": b.concentration(caseOf(t, "over-concentration")), "absent-social-capital": b.absent(t, caseOf(t, "absent-social-capital")),
		"tier-2-supplier": b.tierTwo(t, caseOf(t, "tier-2-supplier")), "stuck-in-transit": b.stuck(t, caseOf(t, "stuck-in-transit"))}
	for id, figures := range readTrade(t, ledgerState(t)).measure(t, b) {
		measured[id] = figures
	}
	if len(Cases()) != len(measured) {
		t.Errorf("%d cases, %d measured", len(Cases()), len(measured))
	}
	for _, c := range Cases() {
		if len(c.Expect) != len(measured[c.ID]) {
			t.Errorf("%s expects %d figures, %d are measured", c.ID, len(c.Expect), len(measured[c.ID]))
		}
		for _, f := range c.Expect {
			if got, ok := measured[c.ID][f.Name]; !ok || got != f.Value {
				t.Errorf("%s: %s is %d on the ledger, want %d %s", c.ID, f.Name, got, f.Value, f.Unit)
			}
		}
		for _, m := range c.Movements {
			if b.movements[m] == nil {
				t.Errorf("%s names movement %s, which the ledger lacks", c.ID, m)
			}
		}
		for _, v := range c.Vouchers {
			if _, err := ledger.ReadVoucher(ledgerState(t), v); err != nil {
				t.Errorf("%s names voucher %s: %v", c.ID, v, err)
			}
		}
		for _, l := range c.Lots {
			if b.lots[l] == nil {
				t.Errorf("%s names lot %s, which the ledger lacks", c.ID, l)
			}
		}
	}
}

func caseOf(t *testing.T, id string) Case {
	t.Helper()
	for _, c := range Cases() {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("there is no case %s", id)
	return Case{}
}

func (b *books) idle(t *testing.T, c Case) map[string]int64 {
	out := map[string]int64{"paid_in": b.paidIn(c.Accounts[0])}
	for id, l := range b.lots {
		if l.Account == c.Accounts[0] && l.of.stage == ledger.Credited {
			if !slices.Contains(c.Lots, id) {
				t.Errorf("lot %s lies there too", id)
			}
			out["idle"] += l.Amount - l.drawn
			out["invested"] += l.drawn
			out["idle_days"] = between(l.of.date, c.AsOf)
		}
	}
	return out
}

// roundTrip looks for contributions to the fund whose money comes from an investment of the same fund, and not by way
// of a distribution that its parent paid in again.
func (b *books) roundTrip(t *testing.T, c Case) map[string]int64 {
	fund := c.Accounts[0]
	out := map[string]int64{}
	for _, m := range b.movements {
		if m.Kind != ledger.Contribution || m.To != fund || m.From == "" || m.stage != ledger.Credited {
			continue
		}
		for _, id := range m.lots {
			path := []*bookedLot{}
			for l := b.lots[id]; l.Parent != ""; {
				path = append(path, l)
				if l = b.lots[l.Parent]; l.Account == fund {
					start := path[len(path)-1].of
					if start.Kind != ledger.Disbursement {
						break
					}
					out["hops"], out["round_trip_days"] = int64(len(path)), between(start.date, m.date)
					out["invested"], out["passed_on"], out["to_limited_partner"] = start.Amount, path[len(path)-2].of.Amount, path[1].of.Amount
					out["came_back"] += b.lots[id].Amount
					break
				}
			}
		}
	}
	if out["invested"] == 0 {
		t.Fatal("no money comes back to the fund")
	}
	out["share_back"] = out["came_back"] * 1000 / (out["invested"] / 1000)
	return out
}

func (b *books) concentration(c Case) map[string]int64 {
	group, base := int64(0), b.paidIn(c.Accounts[0])
	for _, m := range b.movements {
		owner := told().world.accounts[m.To]
		if m.Kind == ledger.Disbursement && m.From == c.Accounts[0] && m.stage == ledger.Credited && slices.Contains(c.Parties, owner.Owner) {
			group += m.Amount
		}
	}
	limit, _ := c.Expected("threshold")
	out := map[string]int64{"paid_in": base, "group_invested": group, "group_share": group * 1000 / (base / 1000), "threshold": limit}
	if out["group_share"] <= limit {
		out["group_share"] = -1 // a case that shows nothing
	}
	return out
}

func (b *books) absent(t *testing.T, c Case) map[string]int64 {
	var signed ledger.Commitment
	var drawn ledger.LotState
	s := ledgerState(t)
	if err := json.Unmarshal(s[ledger.CommitmentRoom+c.Commitments[0]], &signed); err != nil {
		t.Fatal(err)
	}
	if raw, ok := s[ledger.LotRoom+signed.Lot]; ok {
		if err := json.Unmarshal(raw, &drawn); err != nil {
			t.Fatal(err)
		}
	}
	public := int64(0)
	for _, m := range b.movements {
		if m.To == c.Accounts[0] && m.Kind == ledger.Contribution && m.stage == ledger.Credited && (m.Origin == nil || m.Origin.Source.Public()) {
			public += m.Amount
		}
	}
	return map[string]int64{"committed": signed.Amount, "paid": drawn.Drawn, "government_paid": public, "days_since_signing": between(signed.Date, c.AsOf)}
}

// tierTwo follows the special-bond root down and adds up what arrives at each account of the case.
func (b *books) tierTwo(t *testing.T, c Case) map[string]int64 {
	root := b.lots[c.Lots[0]]
	if ready, _ := ReadyTrace(); ready != root.Lot || root.of.Origin == nil || root.of.Origin.Source != ledger.SpecialBond {
		t.Fatalf("the ready trace starts at %s, which is no root of special-bond money", ready)
	}
	at, soonest, hops, spent := map[string]int64{}, "9999", int64(0), int64(0)
	b.follow(root.Lot, &totals{}, func(l *bookedLot) {
		at[l.Account] += l.Amount
		parent := b.lots[l.Parent]
		if l.Account == c.Accounts[4] {
			soonest = min(soonest, l.of.date)
			for hops = 1; parent != nil; hops++ {
				parent = b.lots[parent.Parent]
			}
		}
		if parent != nil && parent.Account == c.Accounts[4] {
			spent += l.Amount
		}
	})
	return map[string]int64{"root": root.Amount, "to_sub_fund": at[c.Accounts[1]], "to_enterprise": at[c.Accounts[2]], "to_tier_1": at[c.Accounts[3]],
		"to_tier_2": at[c.Accounts[4]], "spent_by_tier_2": spent, "days_to_tier_2": between(root.of.date, soonest), "hops": hops}
}

// stuck measures the payment, and that no other has been in transit for more than two days.
func (b *books) stuck(t *testing.T, c Case) map[string]int64 {
	out := map[string]int64{}
	for id, m := range b.movements {
		if m.stage == ledger.Debited && between(m.date, c.AsOf) > 2 {
			if id != c.Movements[0] {
				t.Errorf("%s is stuck too", id)
			}
			out["in_transit"] += m.Amount
			out["days_in_transit"] = between(m.date, c.AsOf)
		}
	}
	return out
}

func between(from, to string) int64 { return int64(on(to) - on(from)) }

// The money of the ready trace adds up, and it is in all four places: idle, on its way, with enterprises and spent.
func TestReadyTrace(t *testing.T) {
	b := read(t, ledgerState(t))
	lot, description := ReadyTrace()
	var sum totals
	b.follow(lot, &sum, nil)
	if sum.sum() != bondAmount || sum.idle == 0 || sum.reached == 0 || sum.transit == 0 || sum.spent == 0 {
		t.Errorf("the ready trace of %d fen ends in %+v", bondAmount, sum)
	}
	if description == "" {
		t.Error("the ready trace has no description")
	}
	t.Logf("%s: %+v", lot, sum)
}

// Only the planted group is concentrated: no single enterprise holds more than the limit of any fund's paid-in capital.
func TestNoOtherConcentration(t *testing.T) {
	b := read(t, ledgerState(t))
	held := map[[2]string]int64{}
	for _, m := range b.movements {
		if m.Kind == ledger.Disbursement && m.counts() {
			held[[2]string{m.From, m.To}] += m.Amount
		}
	}
	for pair, amount := range held {
		if base := b.paidIn(pair[0]); amount*1000/(base/1000) > groupThreshold {
			t.Errorf("%s holds %d of %d fen paid into %s", pair[1], amount, base, pair[0])
		}
	}
}
