package api

import (
	"net/http"
	"strings"
	"testing"

	"fundtrace/chaincode/ledger"
)

// scenario is one request and what must and must not be in the answer.
type scenario struct {
	name         string
	user         string // nobody when empty
	method, path string // path without Base
	body         any
	header       []string
	before       func(*world)
	status       int
	has, hasNot  []string
	after        func(*testing.T, *world)
}

// play runs scenarios in one world, one after the other, and checks each answer against the description of its route.
func play(t *testing.T, w *world, list []scenario) {
	t.Helper()
	d := loadDescription(t, w)
	for _, sc := range list {
		t.Run(sc.name, func(t *testing.T) {
			w.t = t
			if sc.before != nil {
				sc.before(w)
			}
			rec := w.do(sc.user, sc.method, Base+sc.path, sc.body, sc.header...)
			if rec.Code != sc.status {
				t.Fatalf("%s %s as %q: %d, want %d\n%s", sc.method, sc.path, sc.user, rec.Code, sc.status, pretty(rec.Body.Bytes()))
			}
			for _, want := range sc.has {
				if !strings.Contains(rec.Body.String(), want) {
					t.Errorf("%q is missing in\n%s", want, pretty(rec.Body.Bytes()))
				}
			}
			for _, no := range sc.hasNot {
				if strings.Contains(rec.Body.String(), no) {
					t.Errorf("%q must not be in\n%s", no, pretty(rec.Body.Bytes()))
				}
			}
			d.check(t, sc.method, sc.path, rec)
			if sc.after != nil {
				sc.after(t, w)
			}
		})
	}
}

func TestSessions(t *testing.T) {
	w := newWorld(t)
	play(t, w, []scenario{
		{name: "sign in", method: "POST", path: "/sessions", body: SignIn{"custodian@bank", "secret of custodian@bank"}, status: 201,
			has: []string{`"token":"`, `"organisation":"bank"`, `"role":"custodian"`, `"party":"uscc:`, `"expires":"`}, hasNot: []string{"secret"}},
		{name: "wrong password", method: "POST", path: "/sessions", body: SignIn{"custodian@bank", "wrong"}, status: 401, has: []string{`"code":"CREDENTIALS_WRONG"`}},
		{name: "no such user", method: "POST", path: "/sessions", body: SignIn{"nobody@bank", "wrong"}, status: 401, has: []string{`"code":"CREDENTIALS_WRONG"`}},
		{name: "no such organisation", method: "POST", path: "/sessions", body: SignIn{"custodian@elsewhere", "wrong"}, status: 401, has: []string{`"code":"CREDENTIALS_WRONG"`}},
		{name: "empty", method: "POST", path: "/sessions", body: "{}", status: 401, has: []string{`"code":"CREDENTIALS_WRONG"`}},
		{name: "who am I", user: "auditor@audit", method: "GET", path: "/session", status: 200, has: []string{`"user":"auditor@audit"`, `"msp":"AuditMSP"`}, hasNot: []string{`"token"`}},
		{name: "sign out", user: "auditor@audit", method: "DELETE", path: "/sessions", status: 204},
		{name: "signed out", user: "auditor@audit", method: "GET", path: "/session", status: 401, has: []string{`"code":"NO_SESSION"`}},
	})
}

func TestSignInIsLimited(t *testing.T) {
	w := newWorld(t)
	limited := false
	for range 30 {
		rec := w.do("", "POST", Base+"/sessions", SignIn{"e1@enterprise", "guess"})
		if rec.Code == http.StatusTooManyRequests {
			limited = true
			if rec.Header().Get("Retry-After") == "" || !strings.Contains(rec.Body.String(), `"code":"TOO_MANY_ATTEMPTS"`) {
				t.Fatalf("%v %s", rec.Header(), rec.Body)
			}
		} else if rec.Code != http.StatusUnauthorized || limited {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
	}
	if !limited {
		t.Fatal("30 guesses in a row were let through")
	}
}

func TestCookie(t *testing.T) {
	w := newWorld(t)
	rec := w.do("", "POST", Base+"/sessions", SignIn{"officer@finance", "secret of officer@finance"})
	cookies := rec.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies %v", cookies)
	}
	c := cookies[0]
	if c.Name != "fundtrace" || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Secure || c.Expires.IsZero() {
		t.Fatalf("cookie %+v", c)
	}
	cookie := c.Name + "=" + c.Value
	party := `{"id":"other:x","kind":"ORGANISATION"}`
	for _, tc := range []struct {
		name, method, path, body string
		header                   []string
		status                   int
	}{
		{"reads need nothing more", "GET", "/session", "", nil, 200},
		{"a write needs the page", "POST", "/parties", party, nil, 403},
		{"another site's write", "POST", "/parties", party, []string{"Origin", "https://evil.example"}, 403},
		{"a write of no origin", "POST", "/parties", party, []string{"Origin", "null"}, 403},
		{"the page's header", "POST", "/parties", party, []string{"X-Requested-With", "fundtrace"}, 201},
		{"the page's origin", "POST", "/parties", `{"id":"other:y","kind":"ORGANISATION"}`, []string{"Origin", "http://example.com"}, 201},
		{"signing out too", "DELETE", "/sessions", "", nil, 403},
		{"signing out from the page", "DELETE", "/sessions", "", []string{"X-Requested-With", "fundtrace"}, 204},
		{"signed out", "GET", "/session", "", nil, 401},
	} {
		rec := w.do("", tc.method, Base+tc.path, tc.body, append([]string{"Cookie", cookie}, tc.header...)...)
		if rec.Code != tc.status {
			t.Errorf("%s: %d %s", tc.name, rec.Code, rec.Body)
		}
		if tc.status == 403 && !strings.Contains(rec.Body.String(), `"code":"CROSS_SITE"`) {
			t.Errorf("%s: %s", tc.name, rec.Body)
		}
	}
}

func TestRegistry(t *testing.T) {
	w := newWorld(t)
	w.furnish()
	manager := party("shenyang@manager")
	play(t, w, []scenario{
		{name: "list parties", user: "auditor@audit", method: "GET", path: "/parties?kind=PRIVATE&region=2101", status: 200, has: []string{"沈阳机器人"}, hasNot: []string{"大连装备", "托管银行"}},
		{name: "search parties", user: "auditor@audit", method: "GET", path: "/parties?q=%E5%A4%A7%E8%BF%9E", status: 200, has: []string{"大连装备", "大连管理人"}, hasNot: []string{"沈阳机器人"}},
		{name: "pages of parties", user: "auditor@audit", method: "GET", path: "/parties?limit=2", status: 200, has: []string{`"next":"`}, hasNot: []string{`"next":""`}},
		{name: "a cursor of nobody", user: "auditor@audit", method: "GET", path: "/parties?cursor=%00%ff", status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "a party by its bare code", user: "auditor@audit", method: "GET", path: "/parties/" + strings.TrimPrefix(manager, "uscc:"), status: 200, has: []string{"沈阳管理人", `"versions":`}},
		{name: "no such party", user: "auditor@audit", method: "GET", path: "/parties/other:nobody", status: 404, has: []string{`"code":"PARTY_UNKNOWN"`}},
		{name: "register a party", user: "shenyang@manager", method: "POST", path: "/parties", body: ledger.Party{ID: "other:new/one", Kind: ledger.Private, Name: "New"}, status: 201,
			has: []string{`"id":"other:new/one"`, `"outcome":"VISIBLE"`}},
		{name: "an identifier with a slash", user: "auditor@audit", method: "GET", path: "/parties/other:new%2Fone", status: 200, has: []string{`"New"`}},
		{name: "register it again", user: "shenyang@manager", method: "POST", path: "/parties", body: ledger.Party{ID: "other:new/one", Kind: ledger.Private}, status: 409, has: []string{`"code":"ALREADY_EXISTS"`}},
		{name: "a bad code", user: "shenyang@manager", method: "POST", path: "/parties", body: ledger.Party{ID: "uscc:91350100M000100Y44", Kind: ledger.Private}, status: 422, has: []string{`"code":"IDENTIFIER_INVALID"`}},
		{name: "a bank by a manager", user: "shenyang@manager", method: "POST", path: "/parties", body: ledger.Party{ID: "other:bank", Kind: ledger.Bank}, status: 403, has: []string{`"code":"NOT_PERMITTED"`}},
		{name: "a person's name", user: "officer@finance", method: "POST", path: "/parties", body: ledger.Party{ID: "pid:1", Kind: ledger.Person, Name: "Li"}, status: 422, has: []string{`"code":"PERSONAL_DATA"`}, hasNot: []string{"Li\""}},
		{name: "revise a party", user: "officer@finance", method: "POST", path: "/parties/other:new%2Fone/revisions", body: ledger.Party{Kind: ledger.Private, Name: "Newer", Version: 2, EffectiveFrom: "2025-01-01"}, status: 201},
		{name: "revise out of turn", user: "officer@finance", method: "POST", path: "/parties/other:new%2Fone/revisions", body: ledger.Party{Kind: ledger.Private, Name: "Newest", Version: 2, EffectiveFrom: "2025-01-01"}, status: 409, has: []string{`"code":"VERSION_CONFLICT"`}},
		{name: "revise another party", user: "officer@finance", method: "POST", path: "/parties/other:new%2Fone/revisions", body: ledger.Party{ID: "other:x", Kind: ledger.Private, Version: 3, EffectiveFrom: "2025-01-01"}, status: 422, has: []string{`"code":"FIELD_INVALID"`}},

		{name: "accounts with balances", user: "officer@finance", method: "GET", path: "/accounts?purpose=CUSTODY", status: 200, has: []string{parentAccount, `"remaining":"2000000"`}, hasNot: []string{e1Account}},
		{name: "a bank sees what it keeps", user: "custodian@bank", method: "GET", path: "/accounts", status: 200, has: []string{parentAccount, shenyangAccount}, hasNot: []string{e1Account, e2Account}},
		{name: "the other bank", user: "custodian2@bank", method: "GET", path: "/accounts", status: 200, has: []string{e1Account, e2Account}, hasNot: []string{parentAccount}},
		{name: "an enterprise sees itself", user: "e1@enterprise", method: "GET", path: "/accounts", status: 200, has: []string{e1Account}, hasNot: []string{e2Account, parentAccount, shenyangAccount}},
		{name: "a manager sees what its fund fed", user: "shenyang@manager", method: "GET", path: "/accounts", status: 200, has: []string{shenyangAccount, e1Account}, hasNot: []string{dalianAccount, e2Account, parentAccount}},
		{name: "the parent's manager sees further", user: "parent@manager", method: "GET", path: "/accounts", status: 200, has: []string{parentAccount, shenyangAccount, dalianAccount, e1Account, e2Account}},
		{name: "an account", user: "e1@enterprise", method: "GET", path: "/accounts/" + e1Account, status: 200, has: []string{`"remaining":"2876544"`, `"arriving":"1000000"`}},
		{name: "somebody else's account", user: "e1@enterprise", method: "GET", path: "/accounts/" + e2Account, status: 404, has: []string{`"code":"ACCOUNT_UNKNOWN"`}},
		{name: "its lots", user: "e1@enterprise", method: "GET", path: "/accounts/" + e1Account + "/lots?live=true", status: 200, has: []string{`"remaining":"2876544"`, `"items":`}},
		{name: "somebody else's lots", user: "e1@enterprise", method: "GET", path: "/accounts/" + e2Account + "/lots", status: 404, has: []string{`"code":"ACCOUNT_UNKNOWN"`}},
		{name: "open an account", user: "custodian2@bank", method: "POST", path: "/accounts", body: ledger.Account{ID: "acct:new", Owner: party("e1@enterprise"), Bank: party("custodian2@bank"), Currency: "CNY", Purpose: ledger.Operating}, status: 201, has: []string{`"id":"acct:new"`}},
		{name: "open one at another bank", user: "custodian2@bank", method: "POST", path: "/accounts", body: ledger.Account{ID: "acct:new2", Owner: party("e1@enterprise"), Bank: party("custodian@bank"), Currency: "CNY", Purpose: ledger.Operating}, status: 403, has: []string{`"code":"NOT_OWNER"`}},
		{name: "open one in no currency", user: "custodian2@bank", method: "POST", path: "/accounts", body: ledger.Account{ID: "acct:new3", Owner: party("e1@enterprise"), Bank: party("custodian2@bank"), Currency: "YUAN", Purpose: ledger.Operating}, status: 422, has: []string{`"code":"CURRENCY_INVALID"`}},

		{name: "funds", user: "auditor@audit", method: "GET", path: "/funds?level=SUB&parent=fund:parent", status: 200, has: []string{"fund:shenyang", "fund:dalian"}, hasNot: []string{`"id":"fund:parent"`}},
		{name: "a manager's funds", user: "shenyang@manager", method: "GET", path: "/funds", status: 200, has: []string{`"id":"fund:shenyang"`}, hasNot: []string{`"id":"fund:dalian"`}},
		{name: "a fund", user: "shenyang@manager", method: "GET", path: "/funds/fund:shenyang", status: 200, has: []string{`"account":"` + shenyangAccount}},
		{name: "another manager's fund", user: "shenyang@manager", method: "GET", path: "/funds/fund:dalian", status: 404, has: []string{`"code":"FUND_UNKNOWN"`}},
		{name: "establish a fund twice", user: "officer@finance", method: "POST", path: "/funds", body: ledger.Fund{ID: "fund:parent", Party: "other:parent-fund", Level: "PARENT", Class: "VC", Manager: manager, Account: parentAccount, TermStart: "2020-01-01", TermEnd: "2030-01-01"}, status: 409, has: []string{`"code":"ALREADY_EXISTS"`}},
		{name: "establish somebody else's fund", user: "shenyang@manager", method: "POST", path: "/funds", body: ledger.Fund{ID: "fund:x", Party: "other:parent-fund", Level: "PARENT", Class: "VC", Manager: party("dalian@manager"), Account: parentAccount, TermStart: "2020-01-01", TermEnd: "2030-01-01"}, status: 403, has: []string{`"code":"NOT_OWNER"`}},
		{name: "open a custody account for it", user: "custodian@bank", method: "POST", path: "/accounts", body: ledger.Account{ID: "acct:new-fund", Owner: "other:parent-fund", Bank: party("custodian@bank"), Currency: "CNY", Purpose: ledger.Custody, Manager: manager}, status: 201},
		{name: "the custody agreement names somebody else", user: "dalian@manager", method: "POST", path: "/funds", body: ledger.Fund{ID: "fund:new", Party: "other:parent-fund", Level: "DIRECT", Class: "VC", Manager: party("dalian@manager"), Account: "acct:new-fund", TermStart: "2020-01-01", TermEnd: "2030-01-01"}, status: 403, has: []string{`"code":"NOT_OWNER"`}},
		{name: "establish a fund", user: "shenyang@manager", method: "POST", path: "/funds", body: ledger.Fund{ID: "fund:new", Party: "other:parent-fund", Level: "DIRECT", Class: "VC", Manager: manager, Account: "acct:new-fund", TermStart: "2020-01-01", TermEnd: "2030-01-01"}, status: 201, has: []string{`"id":"fund:new"`}},

		{name: "commitments", user: "auditor@audit", method: "GET", path: "/commitments?fund=fund:parent", status: 200, has: []string{"cmt:province", `"amount":"50000000"`}},
		{name: "a commitment", user: "parent@manager", method: "GET", path: "/commitments/cmt:province", status: 200, has: []string{`"called":"10000000"`}},
		{name: "not an enterprise's business", user: "e1@enterprise", method: "GET", path: "/commitments/cmt:province", status: 404, has: []string{`"code":"COMMITMENT_UNKNOWN"`}},
		{name: "sign a commitment", user: "shenyang@manager", method: "POST", path: "/commitments", body: ledger.Commitment{ID: "cmt:new", Fund: "fund:shenyang", Investor: party("e2@enterprise"), Class: "SOCIAL", Source: ledger.SocialCapital, Amount: 1, Currency: "CNY", Date: "2025-01-01"}, status: 201},
		{name: "sign one with a lot", user: "shenyang@manager", method: "POST", path: "/commitments", body: ledger.Commitment{ID: "cmt:new2", Lot: "x"}, status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "sign one for tomorrow", user: "shenyang@manager", method: "POST", path: "/commitments", body: ledger.Commitment{ID: "cmt:new2", Fund: "fund:shenyang", Investor: party("e2@enterprise"), Class: "SOCIAL", Source: ledger.SocialCapital, Amount: 1, Currency: "CNY", Date: "2025-07-01"}, status: 422, has: []string{`"code":"DATE_IN_FUTURE"`}},
	})
}
