package sample

import "strings"

// Check characters of a unified social credit code: GB 32100-2015 (modulus 31) over the whole, GB 11714 (modulus 11)
// over the organisation code inside it. Written here a second time, apart from the ledger's own check, so that one
// tests the other.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// fictional answers "uscc:" and a code with both check characters for an organisation code of 8 characters. The
// region part is 000000: such a code is well formed, and no authority has assigned it.
func fictional(class, organisation string) string {
	sum, weight := 0, [8]int{3, 7, 9, 10, 5, 8, 4, 2}
	for i := range 8 {
		c := organisation[i]
		n := int(c - '0')
		if c >= 'A' {
			n = int(c-'A') + 10
		}
		sum += n * weight[i]
	}
	code := class + "000000" + organisation + string("0X987654321"[sum%11])
	sum, w := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(usccAlphabet, code[i]) * w
		w = w * 3 % 31
	}
	return "uscc:" + code + string(usccAlphabet[(31-sum%31)%31])
}

// company answers the fictional code of a company or fund, numbered by the last six characters of its organisation
// code; bureau that of a public body.
func company(serial string) string { return fictional("91", "MA"+serial) }
func bureau(serial string) string  { return fictional("11", "00"+serial) }
