package ubl

import (
	"strings"

	"fundtrace/chaincode/ledger"
)

// partyPaths are where a party's identifiers stand, under cac:Party.
var partyPaths = []string{"cac:PartyLegalEntity/cbc:CompanyID", "cac:PartyTaxScheme/cbc:CompanyID", "cac:PartyIdentification/cbc:ID", "cbc:EndpointID"}

// schemes are the words of schemeID that are understood: by name, and by the code of the register of ISO/IEC 6523.
var schemes = map[string]string{"USCC": ledger.SchemeUSCC, "LEI": ledger.SchemeLEI, "0199": ledger.SchemeLEI}

// party finds who a party is: by its unified social credit code, else by its LEI. An identifier without a scheme counts
// where it is a valid code. Two codes of one scheme contradict each other.
func (r *reading) party(side, who string) string {
	found := map[string]string{}
	for _, p := range partyPaths {
		for _, v := range r.values[side+p] {
			if v.text == "" {
				continue
			}
			scheme, named := schemes[strings.ToUpper(strings.TrimSpace(v.attr["schemeID"]))]
			id := ledger.SchemeUSCC + ":" + strings.ToUpper(v.text)
			if !named {
				if v.attr["schemeID"] != "" || ledger.CheckIdentifier(id) != nil {
					continue // a register that is not used here
				}
				scheme = ledger.SchemeUSCC
			}
			id = scheme + ":" + strings.ToUpper(v.text)
			if err := ledger.CheckIdentifier(id); err != nil {
				r.problem(v, side+p, err.Code, err.Message)
				return ""
			}
			if earlier := found[scheme]; earlier != "" && earlier != id {
				r.problem(v, side+p, ledger.FieldInvalid, who+" is "+quote(earlier)+" and "+quote(id)+" in one document: which of them?")
				return ""
			}
			found[scheme] = id
		}
	}
	for _, scheme := range []string{ledger.SchemeUSCC, ledger.SchemeLEI} {
		if id := found[scheme]; id != "" {
			return id
		}
	}
	r.problem(value{line: r.line}, side+partyPaths[0], ledger.FieldMissing, who+` has no identifier that is known here: give it one with schemeID="USCC" or "LEI"`)
	return ""
}
