package relate

import "fundtrace/gateway/analytics/bilingual"

// Bounds below which the report warns.
const (
	fewClusters = 10
	fewDegrees  = 4
	muchOutside = 0.05
	leadsMatter = 0.10
)

// Warning is what a reader must know before the numbers.
type Warning struct {
	Code string         `json:"code"`
	Says bilingual.Text `json:"says"`
}

// The codes of warnings.
const (
	FewRegions   = "FEW_REGIONS"
	FewDegrees   = "FEW_DEGREES"
	Gaps         = "GAPS"
	Outside      = "FLOWS_OUTSIDE"
	NotCovered   = "NOT_COVERED"
	Contradicted = "CONTRADICTED"
	Selection    = "SELECTION"
	SameMethods  = "SAME_UNDER_ALL_METHODS"
	NoProof      = "NO_PROOF"
)

// uncovered says how years without a flow can be declared as years of none, where there are any and that is what absence means:
// flows cover from their first year to their last unless more is said.
func (j *joined) uncovered() bilingual.Text {
	before, after := false, false
	for _, y := range j.years {
		before, after = before || y < j.series.From, after || y > j.series.To
	}
	switch {
	case j.request.Absent != Zero:
	case before && after:
		return bilingual.Say(". Where nothing flowed in those years, say so: --flows-from and --flows-to (flows_from, flows_to)", "。若这些年份确实没有资金流，请用 --flows-from 和 --flows-to（flows_from、flows_to）说明")
	case before:
		return bilingual.Say(". Where nothing flowed before %d, say so: --flows-from (flows_from)", "。若 %d 年之前确实没有资金流，请用 --flows-from（flows_from）说明", j.series.From)
	case after:
		return bilingual.Say(". Where nothing flowed after %d, say so: --flows-to (flows_to)", "。若 %d 年之后确实没有资金流，请用 --flows-to（flows_to）说明", j.series.To)
	}
	return bilingual.Text{}
}

// warn says what a reader must know before the numbers.
func (out *Report) warn(j *joined) {
	say := func(code, text, chinese string, args ...any) {
		out.Warnings = append(out.Warnings, Warning{code, bilingual.Say(text, chinese, args...)})
	}
	s := &out.Sample
	if n := len(s.Regions); n < fewClusters {
		say(FewRegions, "only %d regions: standard errors clustered by region are unreliable with so few; hold them against the wild bootstrap",
			"只有 %d 个地区：按地区聚类的标准误在如此少的类数下不可靠，请与野生自助法对照", n)
	}
	if c := out.Primary.Coefficient; c != nil && c.DF < fewDegrees {
		say(FewDegrees, "the flow varies in few regions: %.1f degrees of freedom are left for its coefficient, and a test at 5 %% is not to be trusted",
			"资金流只在少数地区有变化：其系数只剩 %.1f 个自由度，5%% 水平的检验不可信", c.DF)
	}
	if len(s.Gaps) > 0 {
		say(Gaps, "no region has the years %v: the years around them are not adjacent, and no change between them is used",
			"所有地区都缺少年份 %v：其前后年份不相邻，不计算跨缺口的变化", s.Gaps)
	}
	if s.Outside.Share > muchOutside {
		say(Outside, "%.0f %% of the flows are in no row of the indicators: of regions or years that the indicators miss, or of enterprises without a region",
			"%.0f%% 的资金流没有对应的指标行：指标缺少该地区或年份，或企业没有登记地区", 100*s.Outside.Share)
	}
	if s.NoFlow > 0 {
		say(NotCovered, "%d rows are of years that the flows (%d to %d) do not cover, or whose flow is missing: they are not used%s", "%d 行所在年份不在资金流的年份（%d 至 %d）之内，或资金流缺失：未使用%s",
			s.NoFlow, out.Flows.From, out.Flows.To, j.uncovered())
	}
	if len(s.Contained) > 0 {
		say(Contradicted, "in %d rows the indicators know more enterprises that traced funds alone invested in than the flows know new enterprises: the definitions differ, or payments are missing",
			"有 %d 行，指标中仅由被追踪基金投资的企业多于账本中首次获投的企业：口径不同，或有付款未入账", len(s.Contained))
	}
	for _, e := range out.Exploratory {
		if e.Name == leadsTogether && e.Coefficient != nil && e.Coefficient.P < leadsMatter {
			say(Selection, "flows of later years go with the outcome already (p %.3f): money seems to have gone where capital rose or fell anyway, and the primary estimate is no effect",
				"以后年份的资金流已与结果相关（p %.3f）：资金似乎流向了本来就在上升或下降的地区，主要估计不能解释为效应", e.Coefficient.P)
		}
	}
	if j.series.Class == "ALL" && (j.series.Stage == "DISBURSED" || j.series.Stage == "INSTRUCTED" || j.series.Stage == "COMMITTED") && len(out.Methods) > 0 {
		say(SameMethods, "what banks paid does not depend on a convention: the estimates under all methods are the same. They differ for one class of money, or for what reached or was spent",
			"银行已付的金额与追踪口径无关：各口径下的估计相同。只有按资金类别、或对“到达”“使用”阶段，口径才有差别")
	}
	say(NoProof, "an association within regions over time, however exact, is no proof of an effect: funds choose where they invest",
		"地区内随时间的关联无论多精确，都不能证明因果：基金会选择投资地区")
}
