// Package relate asks whether money that was traced into enterprises went with venture capital in their region: it joins
// flows by region and year with a panel of indicators, estimates one specification that is declared beforehand, and labels
// everything else exploratory.
//
// Five traps of this question are built in, each as a refusal or as a figure beside the estimate:
//
//  1. An enterprise that a traced fund pays is itself one that newly receives venture capital. The outcome leaves out
//     deals in which traced funds are the only investors; what was left out is estimated beside it, as the mechanical part.
//  2. A score or a rank is bounded, ordinal and depends on all regions: it is refused as an outcome. Counts are taken as
//     ln(1+y), and as they are by Poisson pseudo-maximum-likelihood.
//  3. Promised, ordered and arrived money differ in time: flows say which they are.
//  4. Funds may go where capital is weak, or strong: leads are estimated as a placebo.
//  5. Many specifications find something: p-values of what is exploratory are adjusted by Holm's method together.
//
// Years that are not adjacent are never taken for such: a lag is the flow of the year before, not of the row before.
// A design that the sample cannot carry is refused with the reason, and the refusal is part of the report.
package relate
