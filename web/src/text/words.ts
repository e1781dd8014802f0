// The ledger's own words in both languages: what its enumerations mean.

import { analyticsWords } from "./analytics.words";
import { methodWords } from "./method.words";
import { ruleWords } from "./rules.words";
import { tradeWords } from "./trade.words";
import type { Word } from "./word";

const moneyWords = {
  stage: {
    INSTRUCTED: ["已指令", "Instructed"],
    DEBITED: ["已扣款", "Debited"],
    CREDITED: ["已到账", "Credited"],
    RETURNED: ["已退汇", "Returned"],
    VOIDED: ["已撤回", "Withdrawn"],
    EXPIRED: ["已过期", "Expired"],
    REVERSED: ["已冲正", "Reversed"],
  },
  level: {
    0: ["自行申报", "Self-declared"],
    1: ["单方银行", "One bank"],
    2: ["双方银行", "Both banks"],
    3: ["双方银行+回单", "Both banks, receipt"],
  },
  kind: {
    CONTRIBUTION: ["出资", "Contribution"],
    DISBURSEMENT: ["拨付", "Disbursement"],
    OWN_FUNDS: ["自有资金", "Own funds"],
    USE: ["使用", "Use"],
    RETURN: ["回款", "Return"],
    DISTRIBUTION: ["分配", "Distribution"],
    FEE: ["费用", "Fee"],
    TRANSFER: ["转账", "Transfer"],
    UNKNOWN_ORIGIN: ["来源不明", "Unknown origin"],
    FINANCING: ["凭证融资", "Voucher financing"],
    SETTLEMENT: ["凭证兑付", "Voucher settlement"],
    RECOURSE: ["追索款", "Recourse"],
    VOUCHER_ISSUE: ["凭证开立", "Voucher issued"],
    VOUCHER_SPLIT: ["凭证拆分", "Voucher split"],
    VOUCHER_TRANSFER: ["凭证转让", "Voucher passed on"],
    VOUCHER_FINANCE: ["凭证转入资金方", "Voucher to funder"],
    VOUCHER_RECOURSE: ["凭证追索取得", "Voucher by recourse"],
    VOUCHER_SETTLE: ["凭证注销", "Voucher extinguished"],
  },
  purpose: {
    RD: ["研发", "R&D"],
    EQUIPMENT: ["设备", "Equipment"],
    PAYROLL: ["薪酬", "Payroll"],
    MATERIAL: ["原材料", "Material"],
    RENT: ["租金", "Rent"],
    TAX: ["税费", "Tax"],
    REPAY_DEBT: ["偿债", "Debt"],
    TRANSFER: ["转账", "Transfer"],
    FEE: ["费用", "Fees"],
    PAYOUT: ["支付投资人", "Payout"],
    OTHER: ["其他", "Other"],
    SETTLED: ["已兑付", "Settled"],
  },
  account: {
    CUSTODY: ["托管账户", "Custody"],
    SUPERVISED: ["监管户", "Supervised"],
    OPERATING: ["一般账户", "Operating"],
    TREASURY: ["国库", "Treasury"],
    PUBLISHED: ["公开数据", "Published figures"],
  },
  source: {
    GENERAL_BUDGET: ["一般公共预算", "General budget"],
    GOV_FUND_BUDGET: ["政府性基金预算", "Government-fund budget"],
    STATE_CAPITAL_BUDGET: ["国有资本经营预算", "State-capital budget"],
    SOE_ENTRUSTED: ["委托国企出资", "Entrusted to an SOE"],
    SOE_INJECTED: ["注资国企", "Injected into an SOE"],
    UPPER_TRANSFER: ["上级转移支付", "Transfer from above"],
    FUND_RETURNS: ["收益滚动", "Fund returns"],
    SPECIAL_BOND: ["专项债", "Special bond"],
    SOCIAL_CAPITAL: ["社会资本", "Social capital"],
    OWN_MONEY: ["企业自有资金", "Own money"],
    UNKNOWN: ["来源不明", "Unknown"],
  },
  role: {
    officer: ["财政经办", "finance officer"],
    custodian: ["银行清算", "bank custodian"],
    auditor: ["审计", "auditor"],
    manager: ["基金管理人", "fund manager"],
    enterprise: ["企业", "enterprise"],
    viewer: ["查询", "viewer"],
    service: ["网关", "gateway"],
  },
  fundLevel: {
    PARENT: ["母基金", "Parent fund"],
    SUB: ["子基金", "Sub-fund"],
    DIRECT: ["直投基金", "Direct fund"],
  },
  fundClass: {
    INDUSTRY: ["产业投资", "Industry"],
    VC: ["创业投资", "Venture capital"],
    ANGEL: ["天使投资", "Angel"],
  },
  party: {
    GOV: ["政府", "Government"],
    SOE: ["国有企业", "State-owned"],
    PRIVATE: ["民营企业", "Private"],
    FOREIGN: ["外资企业", "Foreign"],
    BANK: ["银行", "Bank"],
    FUND: ["基金", "Fund"],
    MANAGER: ["基金管理人", "Fund manager"],
    NGO: ["非营利组织", "Non-profit"],
    PERSON: ["自然人（化名）", "Person (pseudonym)"],
    ORGANISATION: ["机构", "Organisation"],
    PLATFORM: ["信息服务平台", "Platform"],
  },
} as const satisfies Record<string, Record<string, Word>>;

const words: Record<string, Record<string, Word>> = { ...moneyWords, ...tradeWords, ...ruleWords, ...analyticsWords, ...methodWords };

export type WordGroup = keyof typeof moneyWords | keyof typeof tradeWords | keyof typeof ruleWords | keyof typeof analyticsWords | keyof typeof methodWords;

/** The word for a value of an enumeration; the value itself where there is none. */
export function word(group: WordGroup, value: string | number, lang: "zh" | "en"): string {
  const w = words[group]?.[String(value)];
  return w ? w[lang === "zh" ? 0 : 1] : String(value);
}
