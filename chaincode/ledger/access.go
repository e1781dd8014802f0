package ledger

// The organisations of the channel, by MSP identifier.
const (
	FinanceMSP    = "FinanceMSP"    // finance bureau: funder and regulator
	BankMSP       = "BankMSP"       // custodian and enterprise banks
	AuditMSP      = "AuditMSP"      // audit office
	ManagerMSP    = "ManagerMSP"    // fund managers
	EnterpriseMSP = "EnterpriseMSP" // enterprises
)

// The roles, as the certificate attribute "role" carries them.
const (
	RoleOfficer    = "officer"    // of the finance bureau
	RoleCustodian  = "custodian"  // of a bank
	RoleAuditor    = "auditor"    // of the audit office
	RoleManager    = "manager"    // of a fund manager
	RoleEnterprise = "enterprise" // of an enterprise
	RoleViewer     = "viewer"     // reads only
	RoleService    = "service"    // of a gateway, no person: anchors its log
)

// Caller is who proposes a transaction, as the certificate says: organisation, attributes role and party, common name.
type Caller struct {
	MSP   string
	Role  string
	Party string
	Name  string
}

func (c Caller) writer() Writer { return Writer(c) }

type grant struct{ msp, role string }

var (
	officer    = grant{FinanceMSP, RoleOfficer}
	custodian  = grant{BankMSP, RoleCustodian}
	manager    = grant{ManagerMSP, RoleManager}
	enterprise = grant{EnterpriseMSP, RoleEnterprise}
	auditor    = grant{AuditMSP, RoleAuditor}
)

// grants says which organisation and role may propose an operation at all; whose fund, account or enterprise it is
// gets checked by the operation itself. What is not listed is denied. Source: domain rules "who may write": a manager
// can never write a debit or a credit, the audit office writes no money.
var grants = map[OpType][]grant{
	PartyRegister:    {officer, manager, custodian},
	PartyRevise:      {officer, manager, custodian},
	AccountOpen:      {custodian, officer}, // officers: published accounts only
	FundEstablish:    {officer, manager},
	CommitmentSign:   {officer, manager},
	MovementInstruct: {officer, manager, enterprise},
	MovementSettle:   {custodian},
	MovementDeclare:  {officer},
	MovementDebit:    {custodian},
	MovementCredit:   {custodian},
	MovementReturn:   {custodian},
	MovementVoid:     {officer, manager, enterprise},
	MovementExpire:   {officer, manager, enterprise, custodian},
	MovementAttest:   {custodian},
	ReversalPropose:  {officer, manager, enterprise, custodian},
	ReversalApprove:  {officer, manager, custodian},
	DocumentRecord:   {officer, manager, enterprise, custodian, auditor},

	RulePublish:     {officer},
	CalendarPublish: {officer},
	IssuerFlag:      {officer},

	InvoiceRegister: {enterprise, custodian},
	InvoiceCheck:    {enterprise, custodian},
	InvoiceReserve:  {enterprise, custodian},
	InvoiceFinance:  {enterprise, custodian},
	InvoiceRelease:  {enterprise, custodian},
	InvoiceCancel:   {enterprise},
	ClaimRegister:   {enterprise},
	ClaimConfirm:    {enterprise},
	ClaimCancel:     {enterprise},

	// A bank is a funder and may hold vouchers; a factor's users are of the enterprises' organisation.
	VoucherDraft:    {enterprise},
	VoucherSign:     {enterprise},
	VoucherAccept:   {enterprise},
	VoucherReject:   {enterprise},
	VoucherLapse:    {officer, enterprise, custodian},
	VoucherDivide:   {enterprise},
	VoucherOffer:    {enterprise},
	VoucherTake:     {enterprise},
	VoucherDecline:  {enterprise},
	VoucherApply:    {enterprise},
	VoucherRegister: {enterprise, custodian},
	VoucherFund:     {custodian},
	VoucherRefuse:   {enterprise, custodian},
	VoucherUnpledge: {enterprise, custodian},
	VoucherFreeze:   {officer, auditor},
	VoucherThaw:     {officer, auditor},
	VoucherMature:   {officer, enterprise, custodian},
	VoucherPay:      {custodian},
	VoucherDefault:  {officer, enterprise, custodian},
	VoucherClaim:    {enterprise, custodian},
	VoucherRepay:    {custodian},
	VoucherWriteOff: {enterprise, custodian},
	VoucherCancel:   {enterprise},

	AnchorRecord: {officer, auditor, custodian, {FinanceMSP, RoleService}, {BankMSP, RoleService}, {AuditMSP, RoleService},
		{ManagerMSP, RoleService}, {EnterpriseMSP, RoleService}},
}

// Operations lists every operation type in a fixed order.
func Operations() []OpType {
	return []OpType{PartyRegister, PartyRevise, AccountOpen, FundEstablish, CommitmentSign, MovementInstruct,
		MovementSettle, MovementDeclare, MovementDebit, MovementCredit, MovementReturn, MovementVoid, MovementExpire,
		MovementAttest, ReversalPropose, ReversalApprove, DocumentRecord, RulePublish, CalendarPublish, IssuerFlag,
		InvoiceRegister, InvoiceCheck, InvoiceReserve, InvoiceFinance, InvoiceRelease, InvoiceCancel, ClaimRegister,
		ClaimConfirm, ClaimCancel, VoucherDraft, VoucherSign, VoucherAccept, VoucherReject, VoucherLapse, VoucherDivide,
		VoucherOffer, VoucherTake, VoucherDecline, VoucherApply, VoucherRegister, VoucherFund, VoucherRefuse,
		VoucherUnpledge, VoucherFreeze, VoucherThaw, VoucherMature, VoucherPay, VoucherDefault, VoucherClaim,
		VoucherRepay, VoucherWriteOff, VoucherCancel, AnchorRecord}
}

// May reports whether the caller's organisation and role may propose the operation at all.
func (c Caller) May(op OpType) bool {
	for _, g := range grants[op] {
		if g.msp == c.MSP && g.role == c.Role {
			return true
		}
	}
	return false
}

func (c Caller) check(op OpType) *Error {
	if _, known := grants[op]; !known {
		return Refuse(UnknownOperation, "there is no operation "+quote(string(op)), "type", clip(string(op)))
	}
	if !c.May(op) {
		return Refuse(NotPermitted, "role "+quote(c.Role)+" of "+quote(c.MSP)+" may not propose "+string(op)+
			": ask an organisation that may", "operation", string(op), "msp", clip(c.MSP), "role", clip(c.Role))
	}
	if c.Party == "" && c.Role != RoleService { // a gateway's own identity acts for no party
		return Refuse(NotPermitted, "the certificate names no party: enrol with the attribute party", "operation", string(op))
	}
	return nil
}

// mustBe refuses a caller whose party is not the one that the thing belongs to. Officers of the finance bureau act
// for the channel's regulator and are checked by organisation alone where allowOfficer is set.
func (c Caller) mustBe(party, what string, allowOfficer bool) *Error {
	if c.Party == party && party != "" || allowOfficer && c.MSP == FinanceMSP {
		return nil
	}
	return Refuse(NotOwner, what+" belongs to "+quote(party)+", and the writer acts for "+quote(c.Party)+
		": let its own user write this", "party", party)
}
