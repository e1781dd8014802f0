package report

import (
	"strings"

	"fundtrace/gateway/analytics/page"
)

// texts of the page.
var texts = page.Words{
	"title":               {"面板回归", "Panel regression"},
	"lead-some":           {"%s 与 %s 相关：系数 %s（%.4g%% 区间 %s 至 %s，p = %s）。", "%s goes with %s: coefficient %s (%.4g %% interval %s to %s, p = %s)."},
	"lead-none":           {"没有看到 %s 与 %s 的关联：系数 %s（%.4g%% 区间 %s 至 %s，p = %s），区间以内的值不能排除。", "No association of %s with %s is seen: coefficient %s (%.4g %% interval %s to %s, p = %s); values within the interval are not ruled out."},
	"lead-wild":           {"野生自助法 p = %s。", " By the wild bootstrap p = %s."},
	"lead-read":           {"关联不等于因果。", " An association is no effect."},
	"coefficients":        {"系数", "Coefficients"},
	"coefficients-text":   {"系数是自变量增加一个单位时结果（泊松：其均值的对数）的变化，其他自变量与效应不变。L 为滞后，F 为超前；超前是安慰剂：后来的事不能是原因。", "A coefficient is by how much the outcome (with Poisson the logarithm of its mean) differs where the regressor is one unit more, other regressors and effects being equal. L are lags and F leads; leads are a placebo: what comes later cannot be a cause."},
	"coefficients-table":  {"系数与 %.4g%% 区间", "Coefficients with %.4g %% intervals"},
	"constant":            {"常数项", "constant"},
	"dropped":             {"未估计 %s：%s", "%s is left out: %s"},
	"figure":              {"点：估计；粗线：%.4g%% 区间", "Dot: estimate; thick: %.4g %% interval"},
	"figure-wild":         {"；细线：野生自助法区间（箭头：无界）", "; thin: interval of the wild bootstrap (an arrow: no bound)"},
	"figure-leads":        {"；灰色：超前，安慰剂", "; grey: leads, a placebo"},
	"x-label":             {"对 %s 的系数", "coefficient, on %s"},
	"wild-table":          {"野生自助法与 %.4g%% 区间", "Wild bootstrap with %.4g %% intervals"},
	"wild-all":            {"野生聚类自助法 t，施加原假设，权重 %s，枚举全部 %d 种抽样；可能的最小 p 为 %s", "Wild cluster bootstrap-t, null imposed, %s weights, all %d draws; the smallest p there can be is %s"},
	"wild-drawn":          {"野生聚类自助法 t，施加原假设，权重 %s，抽样 %d 次，种子 %d；可能的最小 p 为 %s", "Wild cluster bootstrap-t, null imposed, %s weights, %d draws, seed %d; the smallest p there can be is %s"},
	"no-bound":            {"无界", "none"},
	"fit":                 {"拟合与联合检验", "Fit and joint test"},
	"fit-ppml":            {"偏差 %s（仅常数项 %s），伪 R² %s，迭代 %d 步。", "Deviance %s (a constant alone %s), pseudo R² %s, %d steps."},
	"fit-random":          {"随机效应：σe %s，σu %s，ρ %s，θ %s。", "Random effects: σe %s, σu %s, ρ %s, θ %s."},
	"fit-effects":         {"残差平方和 %s，R² %s（含效应），组内 R² %s，σ %s，%d 个参数。", "Residual sum of squares %s, R² %s with the effects, within R² %s, σ %s, %d parameters."},
	"fit-plain":           {"残差平方和 %s，R² %s，σ %s，%d 个参数。", "Residual sum of squares %s, R² %s, σ %s, %d parameters."},
	"joint":               {"%s 同时为零的检验：F = %s（%d，%s），p = %s。", "Test that %s are 0 together: F = %s (%d, %s), p = %s."},
	"joint-all":           {"全部系数", "all coefficients"},
	"sample":              {"样本", "Sample"},
	"sample-text":         {"表中每一行都有交代：用了的，和没用的原因。", "Every row of the table is accounted for: used, or why not."},
	"rows-table":          {"表中的行", "Rows of the table"},
	"rows-all":            {"表中的行", "rows of the table"},
	"rows-missing":        {"缺少数值", "lack a value"},
	"rows-gaps":           {"缺少相邻时间", "have no neighbour in time"},
	"rows-singletons":     {"在某个效应水平中只有一行", "are alone in a level of an effect"},
	"rows-separated":      {"被完全分离", "are separated"},
	"rows-used":           {"使用", "used"},
	"entities":            {"其中个体", "entities in them"},
	"times":               {"其中时间", "times in them"},
	"effects-table":       {"固定效应", "Fixed effects"},
	"clusters-table":      {"聚类", "Clusters"},
	"yes":                 {"是", "yes"},
	"no":                  {"否", "no"},
	"kept":                {"保留", "kept"},
	"col-coefficient":     {"系数", "Coefficient"},
	"col-estimate":        {"估计", "Estimate"},
	"col-se":              {"标准误", "SE"},
	"col-t":               {"t", "t"},
	"col-df":              {"自由度", "df"},
	"col-p":               {"p", "p"},
	"col-low":             {"下限", "Low"},
	"col-high":            {"上限", "High"},
	"col-rows":            {"行", "Rows"},
	"col-count":           {"数量", "Number"},
	"col-effect":          {"效应", "Effect"},
	"col-levels":          {"水平数", "Levels"},
	"col-redundant":       {"多余", "Redundant"},
	"col-nested":          {"嵌套于聚类", "Nested in a cluster"},
	"col-cluster":         {"聚类依据", "By"},
	"col-clusters":        {"聚类数", "Clusters"},
	"col-smallest":        {"最少行数", "Fewest rows"},
	"col-largest":         {"最多行数", "Most rows"},
	"fact-outcome":        {"结果", "Outcome"},
	"fact-regressors":     {"自变量", "Regressors"},
	"fact-log":            {"取 ln(x)", "Taken as ln(x)"},
	"fact-log1p":          {"取 ln(1+x)", "Taken as ln(1+x)"},
	"fact-shifts":         {"滞后与超前", "Lags and leads"},
	"fact-shifts-text":    {"滞后 %d，超前 %d：%s", "%d lags, %d leads of %s"},
	"fact-rows":           {"个体与时间", "Entity and time"},
	"fact-sample":         {"使用的行 / 全部行", "Rows used / of"},
	"fact-estimator":      {"估计方法", "Estimator"},
	"fact-effects":        {"固定效应", "Fixed effects"},
	"fact-weights":        {"权重", "Weights"},
	"fact-errors":         {"标准误", "Standard errors"},
	"fact-small":          {"小样本系数", "Small-sample factor"},
	"fact-cluster":        {"聚类", "Clusters"},
	"fact-test":           {"联合检验", "Tested together"},
	"fact-level":          {"区间水平", "Level of intervals"},
	"fact-bootstrap":      {"野生自助法", "Wild bootstrap"},
	"fact-bootstrap-text": {"%d 次，权重 %s，种子 %d", "%d runs, %s weights, seed %d"},
	"fact-singletons":     {"单行水平", "Singletons"},
	"fact-version":        {"版本", "Version"},
	"by-ols":              {"最小二乘", "least squares"},
	"by-ppml":             {"泊松伪极大似然", "Poisson pseudo-maximum likelihood"},
	"by-between":          {"组间", "between"},
	"by-random":           {"随机效应", "random effects"},
	"of-means":            {"每个个体一行，取其均值；", "one row for each entity, its means; "},
	"less-means":          {"减去每个个体均值的 θ 倍之后；", "after θ of each entity's mean is taken away; "},
}

// convention says how errors were made. What an estimator put before the sentence is said before it.
func (w words) convention(s string) string {
	before := ""
	for _, name := range []string{"of-means", "less-means"} {
		if rest, ok := strings.CutPrefix(s, texts[name][1]); ok {
			s, before = rest, w.Say(name)
		}
	}
	return before + w.Note(s)
}

// notes of the estimators.
var notes = []page.Note{
	page.Translate(`errors independent with one variance, σ² = RSS/(\d+); t with (\d+) degrees of freedom`, "误差独立同方差，σ² = RSS/$1；t 的自由度 $2"),
	page.Translate(`HC1: robust to unequal variances, factor n/\(n-K\) = (\d+)/(\d+); t with (\d+) degrees of freedom`, "HC1：异方差稳健，系数 n/(n-K) = $1/$2；t 的自由度 $3"),
	page.Translate(`(cr[01]), clustered by (.+), no small-sample factor; t with G-1 = (\d+) degrees of freedom`, "$1，按 $2 聚类，无小样本系数；t 的自由度 G-1 = $3"),
	page.Translate(`(cr[01]), clustered by (.+), factor G/\(G-1\)·no factor for K; t with G-1 = (\d+) degrees of freedom`, "$1，按 $2 聚类，系数 G/(G-1)，不计 K；t 的自由度 G-1 = $3"),
	page.Translate(`(cr[01]), clustered by (.+), factor G/\(G-1\)·\(n-1\)/\(n-K\), K = (\d+) .*; t with G-1 = (\d+) degrees of freedom`, "$1，按 $2 聚类，系数 G/(G-1)·(n-1)/(n-K)，K = $3；t 的自由度 G-1 = $4"),
	page.Translate(`cr2 \((.+)\), clustered by (.+), (\d+) clusters; t with Satterthwaite's degrees of freedom for each coefficient`, "cr2（$1），按 $2 聚类，$3 个聚类；每个系数各有 Satterthwaite 自由度"),
	page.Translate(`(.+) varies within (\d+) of (\d+) clusters of (.+): tests refuse too often.*`, "$1 只在 $4 的 $3 个聚类中的 $2 个内部有变化：聚类如此少时检验拒绝过多（MacKinnon and Webb 2017）"),
	page.Translate(`the two-way covariance had a negative eigenvalue.*`, "双向聚类协方差有负特征值，已置为 0（Cameron, Gelbach and Miller 2011）"),
	page.Translate(`(\d+) clusters are few: cr1 tests refuse too often.*`, "只有 $1 个聚类：cr1 检验拒绝过多，请与 cr2 或自助法对照"),
	page.Translate(`fewer than 4 degrees of freedom, so that p-values are rough \(Tipton 2015\): (.+)`, "自由度不足 4，p 值只是粗略的（Tipton 2015）：$1"),
	page.Translate(`the search for separated rows did not end within (\d+) iterations.*`, "寻找被分离的行在 $1 次迭代内没有结束：没有因此剔除任何行"),
	page.Translate(`the regressors make up (.+) exactly, .*`, "自变量恰好构成 $1：误差只是舍入误差，检验没有意义。自变量中是否有它本身，或由它算出的列？"),
	page.Translate(`no joint test: the clusters do not carry one of (\d+) coefficients`, "没有联合检验：聚类数不足以检验 $1 个系数"),
	page.Translate(`no joint test: the covariance is singular`, "没有联合检验：协方差是奇异的"),
	page.Translate(`it is the same in all rows`, "在所有行中都相同"),
	page.Translate(`it does not vary beyond the effects of (.+)`, "在 $1 的效应之外没有变化"),
	page.Translate(`it is a linear combination of (.+)`, "是 $1 的线性组合"),
}
