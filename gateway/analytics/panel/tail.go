package panel

import "gonum.org/v1/gonum/mathext"

// tailF is the probability above f, by the incomplete beta function: 1 minus a distribution function would lose what is small.
func tailF(f, df1, df2 float64) float64 {
	if f <= 0 {
		return 1
	}
	return mathext.RegIncBeta(df2/2, df1/2, df2/(df2+df1*f))
}
