package web_test

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math/big"
	"net/url"
	"testing"
	"time"
)

// supply is a core enterprise with two persons and one of its suppliers.
type supply struct {
	one, two, supplier user
	core, creditor     string // parties
}

// supply finds in the receivables of the ledger a core enterprise with two users, and a supplier of its that has one.
func (g *gateway) supply(t *testing.T) supply {
	t.Helper()
	var claims struct {
		Items []struct{ Creditor, Debtor string }
	}
	g.signIn(t, g.first(t, "officer")).get(t, "/claims?state=CONFIRMED&limit=500", &claims)
	if len(claims.Items) == 0 {
		t.Skip("the ledger holds no receivables: start the network with its sample data")
	}
	of := map[string][]user{}
	for _, u := range g.users {
		if u.Role != "enterprise" {
			continue
		}
		party := g.signIn(t, u).Party
		of[party] = append(of[party], u)
		for _, c := range claims.Items {
			if core, supplier := of[c.Debtor], of[c.Creditor]; len(core) > 1 && len(supplier) > 0 {
				return supply{one: core[0], two: core[1], supplier: supplier[0], core: c.Debtor, creditor: c.Creditor}
			}
		}
	}
	t.Fatal("no core enterprise has two users and a supplier with one")
	return supply{}
}

// owed registers an invoice of the supplier and a receivable of all of it, of 100.05 yuan. It answers the receivable.
func (s supply) owed(t *testing.T, g *gateway) string {
	t.Helper()
	supplier := g.signIn(t, s.supplier)
	day := time.Now().AddDate(0, 0, -1).Format(time.DateOnly)
	invoice := supplier.post(t, "/invoices", map[string]any{"seller": s.creditor, "buyer": s.core, "type": "DIGITAL", "number": invoiceNumber(t),
		"date": day, "amount": "10005", "currency": "CNY", "document": digest(t)})
	return supplier.post(t, "/claims", map[string]any{"creditor": s.creditor, "debtor": s.core, "amount": "10005", "currency": "CNY",
		"invoices": []any{map[string]string{"fingerprint": invoice, "amount": "10005"}},
		"contract": digest(t), "contract_date": day, "delivery": digest(t), "delivery_date": day})
}

// invoiceNumber makes up a number that no invoice has yet.
func invoiceNumber(t *testing.T) string {
	t.Helper()
	n, err := rand.Int(rand.Reader, new(big.Int).Exp(big.NewInt(10), big.NewInt(20), nil))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%020d", n)
}

// digest makes up the fingerprint of a document.
func digest(t *testing.T) string {
	t.Helper()
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(b)
}

// voucher is what the test needs of a voucher.
type voucher struct {
	Lot, State, Holder string
	Face               string
	Payments           []struct{ Movement, Kind string }
}

func (s *session) voucher(t *testing.T, lot string) voucher {
	t.Helper()
	var v voucher
	s.get(t, "/vouchers/"+url.PathEscape(lot), &v)
	return v
}

// settlement is a voucher that traced money settled, as the trace tells it.
type settlement struct {
	Voucher, Amount string
	Chain           []struct {
		Name   string
		PaidBy string `json:"paid_by"`
		Days   *int   `json:"days_waited"`
	}
}

// settled finds public money that settled a voucher over more than one tier: the root lot, and what its trace says of the voucher.
func (s *session) settled(t *testing.T) (root string, found settlement) {
	t.Helper()
	var vouchers struct{ Items []voucher }
	s.get(t, "/vouchers?state=SETTLED&limit=200", &vouchers)
	for _, v := range vouchers.Items {
		for _, p := range s.voucher(t, v.Lot).Payments {
			if p.Kind != "SETTLEMENT" {
				continue
			}
			var back struct {
				Rows []struct {
					Lot    string
					Origin *struct{ Source string }
				}
			}
			s.get(t, "/lots/"+p.Movement+".0/trace?direction=backward", &back)
			for _, r := range back.Rows {
				if r.Origin == nil || r.Origin.Source == "OWN_MONEY" || r.Origin.Source == "UNKNOWN" {
					continue
				}
				var forward struct{ Settlements []settlement }
				s.get(t, "/lots/"+r.Lot+"/trace?direction=forward&limit=2000", &forward)
				for _, x := range forward.Settlements {
					if x.Voucher == v.Lot && len(x.Chain) > 1 && x.Chain[len(x.Chain)-1].Days != nil {
						return r.Lot, x
					}
				}
			}
		}
	}
	t.Fatal("no public money settled a voucher that was passed on")
	return "", settlement{}
}
