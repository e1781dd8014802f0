package ledger_test

import (
	"strings"
	"testing"

	. "fundtrace/chaincode/ledger"
)

const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

func TestIdentifiers(t *testing.T) {
	for _, c := range []struct {
		id   string
		want Code
	}{
		// Published codes of four organisations; both check characters fit. GB 32100-2015.
		{"uscc:91350100M000100Y43", ""},
		{"uscc:91330100799655058B", ""},
		{"uscc:9144030071526726XG", ""},
		{"uscc:91110000802100433B", ""},
		// Fictional codes with letters in every check position.
		{"uscc:110000000000010117", ""},
		{"uscc:91000000MA0000031W", ""},
		{"uscc:91000000MA000004XL", ""},
		{"uscc:1100000000000102XY", ""},
		{"uscc:91350100m000100y43", IdentifierInvalid}, // lower case
		{"uscc:91350100M000100Y4", IdentifierInvalid},
		{"uscc:91350100M000100Y430", IdentifierInvalid},
		{"uscc:91350100M000100I43", IdentifierInvalid}, // I is not in the alphabet
		{"uscc: 1350100M000100Y43", IdentifierInvalid},
		{"uscc:9135０100M00100Y43", IdentifierInvalid}, // a full-width digit
		// ISO 17442 codes of the foundation that keeps the register, of a bank and of a car maker.
		{"lei:506700GE1G29325QX363", ""},
		{"lei:54930084UKLVMY22DS16", ""},
		{"lei:213800WSGIIZCXF1P572", ""},
		{"lei:506700GE1G29325QX364", IdentifierInvalid},
		{"lei:506700GE1G29325XQ363", IdentifierInvalid},
		{"lei:506700ge1g29325qx363", IdentifierInvalid},
		{"lei:506700GE1G29325QX3A3", IdentifierInvalid},
		{"lei:506700GE1G29325QX36", IdentifierInvalid},
		{"iati:XM-DAC-41114", ""},
		{"iati:XM DAC 41114", IdentifierInvalid},
		{"other:沈阳-17", ""},
		{"other:a\u3000b", IdentifierInvalid},
		{"other:a\x00b", IdentifierInvalid},
		{"other:a\u0085b", IdentifierInvalid},
		{"other:a\U0010FFFFb", IdentifierInvalid}, // Fabric ends ranges with it
		{"other:a\xffb", IdentifierInvalid},
		{"other:" + strings.Repeat("x", 120), ""},
		{"other:" + strings.Repeat("x", 121), IdentifierInvalid},
		{"pid:7f3a9c01", ""},
		{"pid:张三", PersonalData},                 // a name
		{"pid:11010519491231002X", PersonalData}, // the shape of a resident's number, GB 11643
		{"pid:110105491231002", PersonalData},    // the old shape
		{"pid:13800138000", PersonalData},        // a mobile number
		{"USCC:91350100M000100Y43", IdentifierInvalid},
		{"duns:123456789", IdentifierInvalid},
		{"91350100M000100Y43", IdentifierInvalid},
		{"uscc:", IdentifierInvalid},
		{"", IdentifierInvalid},
	} {
		var got Code
		if err := CheckIdentifier(c.id); err != nil {
			got = err.Code
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.id, got, c.want)
		}
	}
}

// The check of GB 32100 finds every single mistyped character and every swap of neighbours; all 18 × 30 mistakes and all
// 17 swaps of one code are tried.
func TestUSCCFindsSlips(t *testing.T) {
	const good = "91350100M000100Y43"
	tried := 0
	for i := range len(good) {
		for _, c := range []byte(usccAlphabet) {
			if c == good[i] {
				continue
			}
			bad := good[:i] + string(c) + good[i+1:]
			if CheckIdentifier("uscc:"+bad) == nil {
				t.Errorf("%s passes", bad)
			}
			tried++
		}
	}
	if tried != 540 {
		t.Errorf("tried %d substitutions, want 540", tried)
	}
	for i := range len(good) - 1 {
		if good[i] == good[i+1] {
			continue
		}
		bad := good[:i] + string(good[i+1]) + string(good[i]) + good[i+2:]
		if CheckIdentifier("uscc:"+bad) == nil {
			t.Errorf("%s passes", bad)
		}
	}
}

// A code whose 18th character fits and whose 17th does not must be refused: the second check is a check of its own.
func TestUSCCSecondCheck(t *testing.T) {
	for _, id := range []string{"uscc:91350100M000100Y43", "uscc:91000000MA0000058L"} {
		value := strings.TrimPrefix(id, "uscc:")
		refusedByOrganisationCode := 0
		for _, c17 := range []byte(usccAlphabet) {
			for _, c18 := range []byte(usccAlphabet) {
				try := value[:16] + string(c17) + string(c18)
				if err := CheckIdentifier("uscc:" + try); err == nil && try != value {
					t.Errorf("%s passes", try)
				} else if err != nil && strings.Contains(err.Message, "17th") {
					refusedByOrganisationCode++
				}
			}
		}
		if refusedByOrganisationCode != 30 {
			t.Errorf("%s: the second check refused %d codes that the first lets pass, want 30", id, refusedByOrganisationCode)
		}
	}
}

func TestMovementAndLotIdentifiers(t *testing.T) {
	entry := EntryID("BankMSP", "custodian@bank", "k1")
	movement := MovementID(entry, 12)
	lot := LotID(movement, 3)
	if e, n, err := SplitMovementID(movement); err != nil || e != entry || n != 12 {
		t.Errorf("split %s: %s %d %v", movement, e, n, err)
	}
	if m, k, err := SplitLotID(lot); err != nil || m != movement || k != 3 {
		t.Errorf("split %s: %s %d %v", lot, m, k, err)
	}
	for _, bad := range []string{"", ".", "..", entry, entry + ".", entry + ".-1", entry + ".01", entry + ".+1", entry + ". 1", entry + ".1000001",
		entry + ".1.", strings.ToUpper(entry) + ".1", entry[1:] + ".1", "g" + entry[1:] + ".1", "a/" + entry[2:] + ".1"} {
		if _, _, err := SplitMovementID(bad); err == nil {
			t.Errorf("movement %q passes", bad)
		}
		if _, _, err := SplitLotID(bad + ".0"); err == nil {
			t.Errorf("lot %q passes", bad+".0")
		}
	}
	if _, _, err := SplitLotID(movement); err == nil {
		t.Error("a movement passes for a lot")
	}
}

// Moving a character from one part to the next must give another entry.
func TestEntryIdentifierKeepsPartsApart(t *testing.T) {
	seen := map[string]string{}
	for _, p := range [][3]string{{"ab", "c", "d"}, {"a", "bc", "d"}, {"a", "b", "cd"}, {"abc", "", "d"}, {"", "abc", "d"}, {"ab", "cd", ""}, {"1:a", "b", "c"}, {"", "1:a1:b", "c"}, {"a:b", "c", "d"}, {"a", "b:c", "d"}, {"a", "b", "c:d"}} {
		id := EntryID(p[0], p[1], p[2])
		if other, again := seen[id]; again {
			t.Errorf("%q and %s have one identifier", p, other)
		}
		seen[id] = strings.Join(p[:], "|")
	}
	if id := EntryID("BankMSP", "custodian@bank", "k1"); id != EntryID("BankMSP", "custodian@bank", "k1") || len(id) != 20 {
		t.Errorf("identifier %q is not stable", id)
	}
}
