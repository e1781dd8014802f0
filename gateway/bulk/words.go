package bulk

import "strings"

// word is one value of a list: its code on the ledger and its name in Chinese.
type word struct{ code, zh string }

type words []word

func (w words) String() string {
	names := make([]string, len(w))
	for i, x := range w {
		names[i] = x.code + " (" + x.zh + ")"
	}
	return strings.Join(names, ", ")
}

// zh answers the Chinese name of a code.
func (w words) zh(code string) string {
	for _, x := range w {
		if x.code == code {
			return x.zh
		}
	}
	return code
}

var (
	partyKinds = words{{"GOV", "政府"}, {"SOE", "国有"}, {"PRIVATE", "民营"}, {"FOREIGN", "外资"}, {"BANK", "银行"}, {"FUND", "基金"},
		{"MANAGER", "基金管理人"}, {"NGO", "社会组织"}, {"PERSON", "自然人"}, {"ORGANISATION", "其他组织"}, {"PLATFORM", "供应链信息服务平台"}}
	licences        = words{{"BANK", "银行"}, {"FACTORING", "商业保理"}, {"FINANCE_COMPANY", "财务公司"}}
	sizes           = words{{"LARGE", "大型"}, {"MEDIUM", "中型"}, {"SMALL", "小型"}, {"MICRO", "微型"}}
	accountPurposes = words{{"CUSTODY", "托管账户"}, {"SUPERVISED", "监管户"}, {"OPERATING", "基本户"}, {"TREASURY", "国库"}, {"PUBLISHED", "公开数据"}}
	policies        = words{{"OLDEST_FIRST", "先进先出"}, {"NAMED", "指定批次"}}
	fundLevels      = words{{"PARENT", "母基金"}, {"SUB", "子基金"}, {"DIRECT", "直投基金"}}
	fundClasses     = words{{"INDUSTRY", "产业投资类"}, {"VC", "创业投资类"}, {"ANGEL", "天使"}}
	investorClasses = words{{"GOV", "政府"}, {"SOE", "国有企业"}, {"SOCIAL", "社会资本"}, {"GP", "管理人"}}
	sources         = words{{"GENERAL_BUDGET", "一般公共预算"}, {"GOV_FUND_BUDGET", "政府性基金预算"}, {"STATE_CAPITAL_BUDGET", "国有资本经营预算"},
		{"SOE_ENTRUSTED", "委托国企出资"}, {"SOE_INJECTED", "注资国企"}, {"UPPER_TRANSFER", "上级转移支付"}, {"FUND_RETURNS", "收益滚动"},
		{"SPECIAL_BOND", "专项债"}, {"SOCIAL_CAPITAL", "社会资本"}, {"OWN_MONEY", "自有资金"}, {"UNKNOWN", "来源不明"}}
	purposes = words{{"RD", "研发"}, {"EQUIPMENT", "设备"}, {"PAYROLL", "工资"}, {"MATERIAL", "原材料"}, {"RENT", "租金"}, {"TAX", "税费"},
		{"REPAY_DEBT", "偿债"}, {"TRANSFER", "划转"}, {"FEE", "费用"}, {"PAYOUT", "分配"}, {"OTHER", "其他"}}
	actions = words{{"debit", "扣款"}, {"credit", "到账"}, {"return", "退回"}, {"void", "撤销"}, {"expire", "过期"}, {"attest", "证明"}}
)
