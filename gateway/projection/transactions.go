package projection

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"fundtrace/chaincode/ledger"
)

// Transaction is a transaction of the channel, valid or not.
type Transaction struct {
	ID       string   `json:"tx"`
	Block    uint64   `json:"block"`
	Position int      `json:"position"` // in the block, from 0
	Code     string   `json:"code"`     // validation code of the peer: VALID, MVCC_READ_CONFLICT, …
	Valid    bool     `json:"valid"`
	MSP      string   `json:"msp"`     // organisation of the creator
	Name     string   `json:"name"`    // common name of the creator's certificate
	Claimed  string   `json:"claimed"` // time that the creator claims, RFC 3339
	Entries  []string `json:"entries"` // recorded by it
	ref      int64
}

// Transaction answers a transaction by its identifier. Where a block repeats one, the valid one is answered, or the
// first. Who may not see everything sees the transactions that it wrote, and those that recorded or confirmed movements
// or recorded steps of vouchers that it sees.
// Errors: FIELD_INVALID when no such transaction may be seen.
func (db *DB) Transaction(ctx context.Context, s Scope, id string) (*Transaction, error) {
	q := &query{text: "SELECT x.ref, x.id, x.code, x.msp, x.name, x.claimed FROM tx x"}
	q.where("x.id = ?", id)
	if s.kind != seesEverything {
		cond, args := s.movements()
		vouchers, more := s.vouchers()
		q.where("(EXISTS (SELECT 1 FROM entry e WHERE e.tx = x.ref AND e.party = ? AND e.party <> '')"+
			" OR EXISTS (SELECT 1 FROM voucher_event n JOIN voucher v ON v.ref = n.voucher WHERE n.tx = x.ref AND "+vouchers+")"+
			" OR EXISTS (SELECT 1 FROM entry e JOIN movement m ON m.ref BETWEEN e.ref << 20 AND e.ref << 20 | 1048575 WHERE e.tx = x.ref AND "+cond+")"+
			" OR EXISTS (SELECT 1 FROM step t JOIN movement m ON m.ref = t.movement WHERE t.tx = x.ref AND "+cond+"))", append(append(append([]any{s.party}, more...), args...), args...)...)
	}
	q.text = q.String() + " ORDER BY x.code <> 0, x.ref LIMIT 1"
	q.cond = nil
	found, err := collect(ctx, db.reader, q, func(r *sql.Rows) (Transaction, error) {
		t := Transaction{}
		var code int32
		err := r.Scan(&t.ref, &t.ID, &code, &t.MSP, &t.Name, &t.Claimed)
		t.Block, t.Position, t.Code, t.Valid = blockOf(t.ref), positionOf(t.ref), peer.TxValidationCode(code).String(), code == 0
		return t, err
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, unknown(ledger.FieldInvalid, "transaction", id)
	}
	t := &found[0]
	entries := &query{text: "SELECT id FROM entry WHERE tx = ? ORDER BY ref", args: []any{t.ref}}
	t.Entries, err = collect(ctx, db.reader, entries, func(r *sql.Rows) (string, error) {
		var id string
		return id, r.Scan(&id)
	})
	return t, err
}

// Status is how far the read model has come and what it holds.
type Status struct {
	Next         uint64 `json:"next"` // first block that is not folded
	Hash         string `json:"hash"` // header hash of the block before it, hexadecimal
	Transactions int64  `json:"transactions"`
	Invalid      int64  `json:"invalid"` // of them, found invalid by the peers
	Entries      int64  `json:"entries"`
	Movements    int64  `json:"movements"`
	Lots         int64  `json:"lots"`
	Parties      int64  `json:"parties"`
	Accounts     int64  `json:"accounts"` // without sinks and those that hold claims
	Funds        int64  `json:"funds"`
	Invoices     int64  `json:"invoices"`
	Claims       int64  `json:"claims"`
	Vouchers     int64  `json:"vouchers"`
}

// Status reads the checkpoint and counts.
func (db *DB) Status(ctx context.Context) (*Status, error) {
	var st Status
	var hash []byte
	var next int64
	_, err := db.one(ctx, `SELECT next, hash, (SELECT count(*) FROM tx), (SELECT count(*) FROM tx WHERE code <> 0), (SELECT count(*) FROM entry),
(SELECT count(*) FROM movement), (SELECT count(*) FROM lot), (SELECT count(*) FROM party), (SELECT count(*) FROM account WHERE place NOT IN ('SINK', 'CLAIMS')),
(SELECT count(*) FROM fund), (SELECT count(*) FROM invoice), (SELECT count(*) FROM claim), (SELECT count(*) FROM voucher) FROM checkpoint`, nil, &next, &hash, &st.Transactions, &st.Invalid, &st.Entries, &st.Movements, &st.Lots, &st.Parties,
		&st.Accounts, &st.Funds, &st.Invoices, &st.Claims, &st.Vouchers)
	if err != nil {
		return nil, fmt.Errorf("read the status: %w", err)
	}
	st.Next, st.Hash = uint64(next), hex.EncodeToString(hash)
	return &st, nil
}
