package sample

import (
	"testing"

	"fundtrace/chaincode/ledger"
)

// The fixtures of the domain reference, recomputed there independently.
func TestFictionalCodes(t *testing.T) {
	for got, want := range map[string]string{
		provinceBureau: "110000000000010117",
		auditOffice:    "1100000000000102XY",
		parentEntity:   "91000000MA00000157",
		parentManager:  "91000000MA00000232",
		shenyangEntity: "91000000MA0000031W",
		dalianEntity:   "91000000MA000004XL",
		roboticsMaker:  "91000000MA0000058L",
		equipmentMaker: "91000000MA0000066F",
		coreBuyer:      "91000000MA0000074A",
		tierOne:        "91000000MA00000825",
		tierTwo:        "91000000MA00000900",
		custodianBank:  "91000000MA00000A9W",
	} {
		if got != "uscc:"+want {
			t.Errorf("code is %s, want %s", got, want)
		}
	}
	for _, u := range Users() {
		if err := ledger.CheckIdentifier(u.Party); err != nil {
			t.Errorf("%s: %v", u.Name, err)
		}
	}
}
