// Package sample is a synthetic network of government-guided funds in Liaoning, 2019 to 2025, and of the supply chain
// behind the enterprises they invest in: treasury lines, a provincial parent fund, sub-funds, enterprises and their
// suppliers with over two thousand movements of money; and since June 2025 seven core enterprises, 64 suppliers on three
// tiers, a factoring company and a bank with some 580 e-vouchers in every state that a voucher can have.
//
// Nothing in it is real. Every name carries 合成 / Synthetic, every unified social credit code has the region part
// 000000 and every invoice number the region 99, which no authority assigns, and users are functions, not persons.
// Places and industries are the real codes of GB/T 2260 and GB/T 4754, so that reports by region and industry have
// something to show.
//
// The same program always makes the same entries: the generator has fixed seeds and the identifiers of movements, lots
// and vouchers follow from who writes and from the entry's key. So cases.json can name lots and figures that hold on every
// network the sample is loaded into. Only two things differ from network to network (Place): the fingerprints of
// invoices, which are keyed, and until when invoices are reserved.
//
// The funds' world and the supply chain live on one calendar and share the money, but each throws its own dice and is
// packed into entries of its own, so that the one can grow and leave the other's identifiers alone. All dates lie in the
// past, and the states of vouchers are recorded facts as of the sample's last day: one that has matured since is ACTIVE
// until somebody records that it is due.
//
// The planted cases are listed in cases.json with the expected answers, which are worked out from the plan of each case
// (cases.go, trade_cases.go) and not by the tracing engine, the read model or the rules that they test.
package sample
