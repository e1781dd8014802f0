package sample

import (
	"slices"
	"sync"

	"fundtrace/chaincode/ledger"
)

// User is somebody who signs in: a function of an organisation, never a person.
type User struct {
	Name         string // enrolment id and common name of the certificate, such as custodian@bank
	Organisation string // short name: finance, bank, audit, manager, enterprise
	Role         string // certificate attribute role
	Party        string // certificate attribute party: the institution that the user acts for
	Title        string // what the user is, in Chinese and English
}

// MSP answers the membership service provider of the user's organisation.
func (u User) MSP() string { return mspOf[u.Organisation] }

// Caller answers the user as the ledger sees it.
func (u User) Caller() ledger.Caller {
	return ledger.Caller{MSP: u.MSP(), Role: u.Role, Party: u.Party, Name: u.Name}
}

var mspOf = map[string]string{"finance": ledger.FinanceMSP, "bank": ledger.BankMSP, "audit": ledger.AuditMSP,
	"manager": ledger.ManagerMSP, "enterprise": ledger.EnterpriseMSP}

// The institutions that users act for. Codes numbered 000001 to 00000A and 000101, 000102 are the fixtures of the
// domain reference, which identifier_test.go recomputes.
var (
	provinceBureau = bureau("000101")
	auditOffice    = bureau("000102")

	parentEntity   = company("000001")
	parentManager  = company("000002")
	shenyangEntity = company("000003")
	dalianEntity   = company("000004")

	custodianBank  = company("00000A")
	enterpriseBank = company("00000B")

	shenyangManager = company("000011")
	dalianManager   = company("000012")
	anshanManager   = company("000013")
	jinzhouManager  = company("000014")
	yingkouManager  = company("000015")

	roboticsMaker  = company("000005") // e1: Shenyang, carries the ready trace
	equipmentMaker = company("000006") // e2: Dalian, pays tier 1 out of special-bond money
	coreBuyer      = company("000007") // e3: the core enterprise of a supply chain
	tierOne        = company("000008") // e4
	tierTwo        = company("000009") // e5
	steelMaker     = company("000101") // e6: Anshan
)

// Users lists the demo users: those of the funds' world, then those of the supply chain. Their order is stable.
func Users() []User { return slices.Concat(fundUsers, tradeUsers) }

var fundUsers = []User{
	{"officer@finance", "finance", ledger.RoleOfficer, provinceBureau, "财政厅基金处经办岗 / Provincial finance bureau, fund desk"},
	{"viewer@finance", "finance", ledger.RoleViewer, provinceBureau, "财政厅查询岗 / Provincial finance bureau, read only"},
	{"custodian@bank", "bank", ledger.RoleCustodian, custodianBank, "托管银行清算岗 / Custodian bank, clearing desk"},
	{"custodian2@bank", "bank", ledger.RoleCustodian, enterpriseBank, "企业监管户银行清算岗 / Enterprise bank, clearing desk"},
	{"auditor@audit", "audit", ledger.RoleAuditor, auditOffice, "审计厅审计岗 / Audit office, audit desk"},
	{"viewer@audit", "audit", ledger.RoleViewer, auditOffice, "审计厅查询岗 / Audit office, read only"},
	{"parent@manager", "manager", ledger.RoleManager, parentManager, "母基金管理人投资岗 / Parent fund manager, investment desk"},
	{"shenyang@manager", "manager", ledger.RoleManager, shenyangManager, "沈阳子基金管理人投资岗 / Shenyang sub-fund manager, investment desk"},
	{"dalian@manager", "manager", ledger.RoleManager, dalianManager, "大连子基金管理人投资岗 / Dalian sub-fund manager, investment desk"},
	{"anshan@manager", "manager", ledger.RoleManager, anshanManager, "鞍山子基金管理人投资岗 / Anshan sub-fund manager, investment desk"},
	{"jinzhou@manager", "manager", ledger.RoleManager, jinzhouManager, "锦州子基金管理人投资岗 / Jinzhou sub-fund manager, investment desk"},
	{"yingkou@manager", "manager", ledger.RoleManager, yingkouManager, "营口子基金管理人投资岗 / Yingkou sub-fund manager, investment desk"},
	{"e1@enterprise", "enterprise", ledger.RoleEnterprise, roboticsMaker, "沈阳机器人企业财务岗 / Shenyang robotics enterprise, finance desk"},
	{"e2@enterprise", "enterprise", ledger.RoleEnterprise, equipmentMaker, "大连装备企业财务岗 / Dalian equipment enterprise, finance desk"},
	{"e3@enterprise", "enterprise", ledger.RoleEnterprise, coreBuyer, "供应链核心企业财务岗 / Core enterprise of a supply chain, finance desk"},
	{"e4@enterprise", "enterprise", ledger.RoleEnterprise, tierOne, "一级供应商财务岗 / Tier-1 supplier, finance desk"},
	{"e5@enterprise", "enterprise", ledger.RoleEnterprise, tierTwo, "二级供应商财务岗 / Tier-2 supplier, finance desk"},
	{"e6@enterprise", "enterprise", ledger.RoleEnterprise, steelMaker, "鞍山钢铁新材料企业财务岗 / Anshan steel materials enterprise, finance desk"},
}

var userByName = sync.OnceValue(func() map[string]User {
	by := map[string]User{}
	for _, u := range Users() {
		by[u.Name] = u
	}
	return by
})

// Supplier reports whether the user is one of the many suppliers' finance desks that the supply chain brings along.
func Supplier(name string) bool {
	for _, s := range allSuppliers() {
		if supplierUser(s.serial) == name {
			return !slices.ContainsFunc(fundUsers, func(u User) bool { return u.Name == name })
		}
	}
	return false
}

// user answers the user of that name.
func user(name string) User { return userByName()[name] }
