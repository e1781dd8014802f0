package iati

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
)

// total is a sum of minor units, which may exceed what one amount can hold.
type total struct{ big.Int }

func (t *total) add(minor int64) { t.Add(&t.Int, big.NewInt(minor)) }

// balance sums up the movements of one currency.
type balance struct{ cameIn, unknown, passedOn, spent total }

type balances struct{ by map[string]*balance }

func newBalances() *balances { return &balances{by: map[string]*balance{}} }

func (b *balances) of(currency string) *balance {
	if b.by[currency] == nil {
		b.by[currency] = &balance{}
	}
	return b.by[currency]
}

func (b *balances) currencies() []string { return sortedKeys(b.by, cmp.Compare[string]) }

func sortedKeys[K comparable, V any](m map[K]V, by func(a, b K) int) []K {
	return slices.SortedFunc(maps.Keys(m), by)
}
