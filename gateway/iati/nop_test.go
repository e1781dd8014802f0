package iati

import (
	"testing"

	"pgregory.net/rapid"
)

// nopTB lets a property test use the helpers of the other tests.
type nopTB struct {
	testing.TB
	t *rapid.T
}

func (n nopTB) Helper()                           {}
func (n nopTB) Errorf(format string, args ...any) { n.t.Errorf(format, args...) }
func (n nopTB) Fatal(args ...any)                 { n.t.Fatal(args...) }
