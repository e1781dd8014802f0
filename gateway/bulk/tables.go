package bulk

import (
	"slices"

	"fundtrace/chaincode/ledger"
)

// layout is the table of one operation: its columns, and what a complete row records.
type layout struct {
	columns []column
	finish  func(*record) (ledger.Op, error)
}

func layoutOf(op Operation) (*layout, error) {
	if l, ok := layouts[op]; ok {
		return l, nil
	}
	return nil, ledger.Refuse(ledger.UnknownOperation, "there is no table for "+quote(string(op))+": see the list of templates", "operation", string(op))
}

// Identifiers of the example lines. They are made up; their check characters are right.
const (
	exampleEnterprise = "uscc:91350100M000100Y43"
	exampleParty      = "other:example-party"
	exampleBank       = "other:example-bank"
	exampleManager    = "other:example-manager"
	exampleMovement   = "0123456789abcdef0123.4"
)

var layouts = map[Operation]*layout{
	Parties: {
		columns: []column{
			party("主体标识", "party", exampleEnterprise, func(r *record) *string { return &r.party.ID }).required(),
			choice("主体类型", "kind", "PRIVATE", partyKinds, func(r *record) *ledger.PartyKind { return &r.party.Kind }).required(),
			text("名称", "name", "示例企业有限公司", func(r *record) *string { return &r.party.Name }),
			text("经营地区", "region", "210100", func(r *record) *string { return &r.party.Region }),
			text("行业", "industry", "C3973", func(r *record) *string { return &r.party.Industry }),
			choice("规模", "size", "SMALL", sizes, func(r *record) *string { return &r.party.Size }),
			date("规模认定日", "size date", "2024-12-31", func(r *record) *string { return &r.party.SizeDate }),
			date("生效日", "effective from", "2025-01-01", func(r *record) *string { return &r.party.EffectiveFrom }),
			party("所属集团", "group", "", func(r *record) *string { return &r.party.Group }),
			choice("融资牌照", "licence", "", licences, func(r *record) *string { return &r.licence.Kind }),
			date("牌照有效期至", "licence until", "", func(r *record) *string { return &r.licence.Until }),
		},
		finish: func(r *record) (ledger.Op, error) {
			if r.licence != (ledger.Licence{}) {
				r.party.Licence = &r.licence
			}
			return ledger.Op{Type: ledger.PartyRegister, Party: &r.party}, nil
		},
	},
	Accounts: {
		columns: []column{
			text("账户代号", "account", "acct:example-1", func(r *record) *string { return &r.account.ID }).required(),
			party("户主", "owner", exampleEnterprise, func(r *record) *string { return &r.account.Owner }).required(),
			party("开户行", "bank", exampleBank, func(r *record) *string { return &r.account.Bank }),
			choice("账户用途", "purpose", "SUPERVISED", accountPurposes, func(r *record) *ledger.AccountPurpose { return &r.account.Purpose }).required(),
			currencyColumn(),
			party("托管协议管理人", "custody manager", "", func(r *record) *string { return &r.account.Manager }),
			choice("动用规则", "policy", "OLDEST_FIRST", policies, func(r *record) *ledger.DrawPolicy { return &r.account.Policy }),
		},
		finish: func(r *record) (ledger.Op, error) {
			r.account.Currency = r.currency
			return ledger.Op{Type: ledger.AccountOpen, Account: &r.account}, nil
		},
	},
	Funds: {
		columns: []column{
			text("基金代号", "fund", "fund:example-sub", func(r *record) *string { return &r.fund.ID }).required(),
			party("基金主体", "party", exampleParty, func(r *record) *string { return &r.fund.Party }).required(),
			choice("层级", "level", "SUB", fundLevels, func(r *record) *string { return &r.fund.Level }).required(),
			choice("类别", "class", "VC", fundClasses, func(r *record) *string { return &r.fund.Class }).required(),
			text("名称", "name", "示例子基金", func(r *record) *string { return &r.fund.Name }),
			text("母基金", "parent", "fund:example-parent", func(r *record) *string { return &r.fund.Parent }),
			party("管理人", "manager", exampleManager, func(r *record) *string { return &r.fund.Manager }).required(),
			text("托管账户", "custody account", "acct:example-custody", func(r *record) *string { return &r.fund.Account }).required(),
			text("设立地区", "region", "210100", func(r *record) *string { return &r.fund.Region }),
			date("存续期起", "term start", "2021-01-01", func(r *record) *string { return &r.fund.TermStart }).required(),
			date("存续期止", "term end", "2028-12-31", func(r *record) *string { return &r.fund.TermEnd }).required(),
			list("投资行业", "mandate industries", "C39;I65", func(r *record) *[]string { return &r.fund.Mandate.Industries }),
			list("投资地区", "mandate regions", "2101;2102", func(r *record) *[]string { return &r.fund.Mandate.Regions }),
			list("投资阶段", "mandate stages", "SEED;EARLY", func(r *record) *[]string { return &r.fund.Mandate.Stages }),
		},
		finish: func(r *record) (ledger.Op, error) {
			return ledger.Op{Type: ledger.FundEstablish, Fund: &r.fund}, nil
		},
	},
	Commitments: {
		columns: []column{
			text("认缴代号", "commitment", "cmt:example-1", func(r *record) *string { return &r.commitment.ID }).required(),
			text("基金", "fund", "fund:example-sub", func(r *record) *string { return &r.commitment.Fund }).required(),
			party("出资人", "investor", exampleParty, func(r *record) *string { return &r.commitment.Investor }).required(),
			choice("出资人类别", "class", "GOV", investorClasses, func(r *record) *string { return &r.commitment.Class }).required(),
			choice("资金来源", "source", "GENERAL_BUDGET", sources, func(r *record) *ledger.FundingSource { return &r.commitment.Source }).required(),
			amountColumn(func(r *record) *int64 { return &r.commitment.Amount }),
			currencyColumn(),
			date("日期", "date", "2025-03-31", func(r *record) *string { return &r.commitment.Date }).required(),
			text("文件摘要", "document", "", func(r *record) *string { return &r.commitment.Document }),
		},
		finish: func(r *record) (ledger.Op, error) {
			r.commitment.Currency = r.currency
			return ledger.Op{Type: ledger.CommitmentSign, Commitment: &r.commitment}, nil
		},
	},
	Contributions: payments(ledger.Contribution,
		account("付款账户", "from", "", payer), account("收款账户", "to", "acct:example-custody", payee).required(),
		choice("资金来源", "source", "SPECIAL_BOND", sources, func(r *record) *ledger.FundingSource { return &r.origin.Source }),
		party("出资人", "investor", exampleParty, func(r *record) *string { return &r.origin.Investor }),
		text("预算科目", "budget line", "2025/2296001", func(r *record) *string { return &r.origin.BudgetLine }),
		text("认缴代号", "commitment", "cmt:example-1", func(r *record) *string { return &r.movement.Commitment })),
	Disbursements: payments(ledger.Disbursement,
		account("付款账户", "from", "acct:example-custody", payer).required(), account("收款账户", "to", "acct:example-1", payee).required()),
	Uses:    payments(ledger.Use, slices.Concat(outward("acct:example-1"), []column{purposeColumn("EQUIPMENT").required()})...),
	Returns: payments(ledger.Return, account("付款账户", "from", "acct:example-1", payer).required(), account("收款账户", "to", "acct:example-custody", payee).required()),
	Distributions: payments(ledger.Distribution, slices.Concat(outward("acct:example-custody"),
		[]column{purposeColumn("PAYOUT")})...),
	Fees: payments(ledger.Fee, slices.Concat(outward("acct:example-custody"), []column{purposeColumn("FEE")})...),
	OwnFunds: payments(ledger.OwnFunds, account("收款账户", "to", "acct:example-1", payee).required(),
		party("出资人", "investor", exampleEnterprise, func(r *record) *string { return &r.origin.Investor })),
	Transfers: payments(ledger.Transfer,
		account("付款账户", "from", "acct:example-published-1", payer).required(), account("收款账户", "to", "acct:example-published-2", payee).required()),
	Confirmations: {
		columns: []column{
			text("交易编号", "movement", exampleMovement, func(r *record) *string { return &r.step.Movement }).required(),
			choice("动作", "action", "debit", actions, func(r *record) *string { return &r.action }).required(),
			date("日期", "date", "2025-03-31", func(r *record) *string { return &r.step.Date }),
			text("银行流水号", "bank reference", "EXAMPLE-0001", func(r *record) *string { return &r.step.BankRef }),
			levelColumn(),
			text("文件摘要", "document", "", func(r *record) *string { return &r.step.Document }),
			text("原因", "reason", "", func(r *record) *string { return &r.step.Reason }),
		},
		finish: func(r *record) (ledger.Op, error) {
			if _, _, err := ledger.SplitMovementID(r.step.Movement); err != nil {
				return ledger.Op{}, err
			}
			return ledger.Op{Type: steps[r.action], Step: &r.step}, nil
		},
	},
}

var steps = map[string]ledger.OpType{"debit": ledger.MovementDebit, "credit": ledger.MovementCredit, "return": ledger.MovementReturn,
	"void": ledger.MovementVoid, "expire": ledger.MovementExpire, "attest": ledger.MovementAttest}

// payments makes the table of one kind of payment: its own columns, then those that all payments have.
func payments(kind ledger.Kind, own ...column) *layout {
	columns := append(own,
		amountColumn(func(r *record) *int64 { return &r.movement.Amount }),
		currencyColumn(),
		date("日期", "date", "2025-03-31", func(r *record) *string { return &r.movement.Date }).required(),
		date("有效期至", "expires", "", func(r *record) *string { return &r.movement.Expires }),
		text("银行流水号", "bank reference", "", func(r *record) *string { return &r.movement.BankRef }),
		text("文件摘要", "document", "", func(r *record) *string { return &r.movement.Document }),
		text("摘要", "memo", "示例", func(r *record) *string { return &r.movement.Memo }),
	)
	if kind != ledger.OwnFunds {
		columns = append(columns, drawsColumn())
	}
	return &layout{columns: columns, finish: func(r *record) (ledger.Op, error) {
		m := r.movement
		m.Kind, m.Currency = kind, r.currency
		if kind == ledger.OwnFunds {
			r.origin.Source = ledger.OwnMoney
		}
		if r.origin != (ledger.Origin{}) {
			m.Origin = &r.origin
		}
		if m.From != "" && m.From == m.To {
			return ledger.Op{}, ledger.Refuse(ledger.RouteNotAllowed, "payer and payee are the same account: correct one of them")
		}
		if m.To == "" && m.Payee == "" {
			return ledger.Op{}, ledger.Refuse(ledger.FieldMissing, "the row names neither an account nor a payee: fill one of them")
		}
		return ledger.Op{Type: ledger.MovementInstruct, Movement: &m}, nil
	}}
}

// outward is payer and payee of payments that may leave for somebody who keeps no account here.
func outward(from string) []column {
	return []column{
		account("付款账户", "from", from, payer).required(),
		account("收款账户", "to", "", payee),
		party("收款人", "payee", exampleParty, func(r *record) *string { return &r.movement.Payee }),
	}
}

func account(zh, en, example string, field func(*record) *string) column {
	return text(zh, en, example, field)
}

func payer(r *record) *string { return &r.movement.From }

func payee(r *record) *string { return &r.movement.To }

func purposeColumn(example string) column {
	return choice("资金用途", "purpose", example, purposes, func(r *record) *ledger.Purpose { return &r.movement.Purpose })
}
