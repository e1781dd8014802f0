package api

import (
	"cmp"
	"net/http"
	"strings"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/bulk"
)

// Template is a table that can be recorded in bulk.
type Template struct {
	Operation string   `json:"operation"`
	Template  string   `json:"template"` // address of the empty table
	Record    string   `json:"record"`   // address to post the filled one to
	Roles     []string `json:"roles"`    // who may record it, as role@MSP
}

// Templates lists the tables.
type Templates struct {
	Templates []Template `json:"templates"`
}

func (s *Server) templates(*call) (Templates, error) {
	var t Templates
	for _, op := range bulk.Operations() {
		t.Templates = append(t.Templates, Template{Operation: string(op), Template: Base + "/templates/" + string(op) + ".csv",
			Record: Base + BulkPath(op), Roles: may(bulkOps(op)...).roles()})
	}
	return t, nil
}

// template sends an empty table as a download.
func (s *Server) template(c *call) {
	name, ok := strings.CutSuffix(c.param("file"), ".csv")
	if !ok {
		c.fail(ledger.Refuse(CodeNotFound, "templates end in .csv: see GET "+Base+"/templates"))
		return
	}
	enc := bulk.Encoding(cmp.Or(c.query("encoding"), string(bulk.UTF8)))
	data, err := bulk.Template(bulk.Operation(name), bulk.Lang(cmp.Or(c.query("lang"), string(bulk.Chinese))), enc,
		bulk.Unit(cmp.Or(c.query("unit"), string(bulk.Yuan))))
	if ledger.ErrorCode(err) == ledger.UnknownOperation {
		err = absent{err}
	}
	if err != nil {
		c.fail(err)
		return
	}
	c.gin.Header("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	c.gin.Data(http.StatusOK, "text/csv; charset="+string(enc), data)
}
