// Package sample is a synthetic network of government-guided funds in Liaoning, 2019 to 2025: treasury lines, a
// provincial parent fund, sub-funds, enterprises and their suppliers, and about two thousand movements of money.
//
// Nothing in it is real. Every name carries 合成 / Synthetic, every unified social credit code has the region part
// 000000, which no authority registers under, and users are functions, not persons. Places and industries are the real
// codes of GB/T 2260 and GB/T 4754, so that reports by region and industry have something to show.
//
// The same program always makes the same entries: the generator has a fixed seed and the identifiers of movements and
// lots follow from who writes and from the entry's key. So cases.json can name lots and figures that hold on every
// network the sample is loaded into. The planted cases are listed there with the expected answers, which are worked
// out from the plan of each case (cases.go) and not by the tracing engine that they test.
package sample
