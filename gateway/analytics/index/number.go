package index

import (
	"encoding/json"
	"math"
)

// Number is a number that JSON writes as null where it is not there (NaN).
type Number float64

// None is the number that is not there.
func None() Number { return Number(math.NaN()) }

// Is reports whether the number is there.
func (n Number) Is() bool { return !math.IsNaN(float64(n)) }

// MarshalJSON writes null for NaN and what is infinite: JSON has neither.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads null as NaN.
func (n *Number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = None()
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}
