package api

import (
	"testing"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence/statement"
)

// A statement is about what the caller sees, and nothing else is asked of the peers.
func TestStatements(t *testing.T) {
	w := newWorld(t)
	s := w.furnish()
	root, mine, theirs := s.root.lot(t), s.toShenyang.lot(t), s.toDalian.lot(t)
	play(t, w, []scenario{
		{name: "an enterprise's lot", user: "e1@enterprise", method: "POST", path: "/statements", body: statement.Request{Lots: []string{s.toE1.lot(t)}}, status: 200,
			has: []string{s.toE1.lot(t)}, after: func(t *testing.T, w *world) {
				if n := lastNote(t, w); n.Rows != 1 || n.Route != "makeStatement" || n.Body != `{"lots":["`+s.toE1.lot(t)+`"]}` {
					t.Errorf("%+v", n.Read)
				}
			}},
		{name: "a manager's lot and movements", user: "shenyang@manager", method: "POST", path: "/statements", body: statement.Request{Lots: []string{mine}, Movements: []string{s.toE1.Movement, s.toShenyang.Movement}}, status: 200},
		{name: "one movement shown alone", user: "shenyang@manager", method: "POST", path: "/statements", body: statement.Request{Disclose: s.toE1.Movement}, status: 200, has: []string{`"disclose"`}},
		{name: "another manager's lot", user: "shenyang@manager", method: "POST", path: "/statements", body: statement.Request{Lots: []string{mine, theirs}}, status: 422,
			has: []string{`"code":"LOT_UNKNOWN"`}, after: noted(422, ledger.LotUnknown)},
		{name: "another manager's movement", user: "shenyang@manager", method: "POST", path: "/statements", body: statement.Request{Movements: []string{s.toDalian.Movement}}, status: 422, has: []string{`"code":"MOVEMENT_UNKNOWN"`}},
		{name: "another's movement shown alone", user: "e2@enterprise", method: "POST", path: "/statements", body: statement.Request{Disclose: s.toE1.Movement}, status: 422, has: []string{`"code":"MOVEMENT_UNKNOWN"`}},
		{name: "the auditor sees all", user: "auditor@audit", method: "POST", path: "/statements", body: statement.Request{Lots: []string{root, mine, theirs}}, status: 200},
		{name: "no such lot", user: "auditor@audit", method: "POST", path: "/statements", body: statement.Request{Lots: []string{"0123456789abcdef0123.0.0"}}, status: 422, has: []string{`"code":"LOT_UNKNOWN"`}},
		{name: "nothing", user: "auditor@audit", method: "POST", path: "/statements", body: statement.Request{}, status: 422, has: []string{`"code":"FIELD_MISSING"`}},
		{name: "twice", user: "auditor@audit", method: "POST", path: "/statements", body: statement.Request{Lots: []string{root, root}}, status: 422, has: []string{`"code":"FIELD_INVALID"`}},
		{name: "alone and not alone", user: "auditor@audit", method: "POST", path: "/statements", body: statement.Request{Lots: []string{root}, Disclose: s.toE1.Movement}, status: 422, has: []string{`"code":"FIELD_INVALID"`}},
	})
}
