import type { Word } from "./word";

/** The words of analyses in both languages. */
export const analyticsWords = {
  flowStage: {
    COMMITTED: ["认缴（承诺给基金）", "Committed (promised to a fund)"],
    INSTRUCTED: ["已指令拨付", "Instructed"],
    DISBURSED: ["已到企业账户", "Disbursed (credited to the enterprise)"],
    REACHED: ["最终到达", "Reached (less what was passed on)"],
    SPENT: ["企业已使用", "Spent by enterprises"],
  },
  flowClass: {
    ALL: ["全部资金", "All money"],
    PUBLIC: ["财政资金", "Public money"],
    SOCIAL: ["社会资本", "Social capital"],
    OWN: ["企业自有", "Own money"],
    UNKNOWN: ["来源不明", "Unknown"],
  },
  flowLevel: {
    PROVINCE: ["省", "Provinces"],
    CITY: ["市", "Cities"],
    COUNTY: ["县", "Counties"],
  },
  flowMethod: {
    RECORDED: ["账本记录", "As recorded"],
    SPECIFIC: ["专款专用", "Earmarks first"],
    FIFO: ["先进先出", "Oldest first"],
    LIFO: ["后进先出", "Newest first"],
    PRO_RATA: ["按比例", "In proportion"],
    LIBR: ["最低中间余额", "Lowest intermediate balance"],
  },
  relateEstimate: {
    primary: ["主要估计", "Primary"],
    "with the mechanical part": ["含机械部分", "With the mechanical part"],
    "the mechanical part": ["机械部分", "The mechanical part"],
    poisson: ["泊松（PPML）", "Poisson (PPML)"],
    "any flow": ["有无资金流", "Any flow"],
    "lags, together": ["滞后项合计", "Lags, together"],
    "lag 0 of several": ["当年（与滞后项并列）", "Lag 0 of several"],
    ln_flow_lag1: ["滞后一年", "Lag 1"],
    ln_flow_lag2: ["滞后二年", "Lag 2"],
    "leads, together": ["超前项合计（安慰剂）", "Leads, together (placebo)"],
    "first differences": ["一阶差分", "First differences"],
  },
} as const satisfies Record<string, Record<string, Word>>;
