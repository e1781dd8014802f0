/** The texts of the conventions of tracing in Chinese. */
export const methodZh = {
  byConvention: "按各种惯例",
  byConventionLead: "资金进入混合账户后，去向取决于所用惯例。此处不采用付款人的指定，只看银行确认的收支。",
  compareConventions: "并列比较",
  place: "去处",
  disputed: "各惯例结论不同",
  everyPlaceOf: "显示全部 {n} 个去处",
  conventionNote: "各行为该去处累计收到的金额。混合存入：{inside}；同日次序：{order}。“污染”法的合计会大于实有资金。",
  movedNote: "有 {n} 笔付款的日期早于其所用资金的到账日，按到账日计。",
  returnedNote: "有 {yuan} 元从您只能看到一部分的账户流回，按其他资金计。",
  boundsOf: "任何惯例都不能越出的上下限",
  chooseAccount: "选择账户",
  boundsText: "至少 {least} 元、至多 {most} 元到达该账户（该账户共收到 {inflow} 元）。",
  noBounds: "没有上下限：有资金从您只能看到一部分的账户流回，或该账户没有收到资金。",
} as const;
