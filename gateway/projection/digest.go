package projection

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
	"os"
	"path/filepath"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
)

// contents lists the tables and the order in which their rows are hashed: the primary key's, so that the digest
// depends on what is there and not on how it came there.
var contents = []struct{ table, order string }{
	{"checkpoint", "one"}, {"block", "number"}, {"tx", "ref"}, {"party", "id"}, {"party_version", "party, version"}, {"account", "ref"},
	{"fund", "id"}, {"commitment", "id"}, {"document", "ref"}, {"entry", "ref"}, {"movement", "ref"}, {"step", "movement, kind, i"},
	{"lot", "ref"}, {"lineage", "ref"}, {"lineage_fund", "fund, lineage"}, {"account_lineage", "account, lineage"},
	{"dealing", "account, party"}, {"invoice", "ref"}, {"invoice_part", "party, invoice"}, {"invoice_near", "near, i, invoice"}, {"claim", "ref"},
	{"claim_invoice", "claim, invoice"}, {"voucher", "ref"}, {"voucher_event", "voucher, seq"}, {"voucher_part", "party, voucher, role"},
	{"rule", "id, version"}, {"calendar", "year, version"}, {"issuer", "party"}, {"anchor", "stream, sequence"},
}

// Digest is the SHA-256 over everything that the read model holds, in hexadecimal. Two read models that folded the same
// blocks have the same digest.
func (db *DB) Digest(ctx context.Context) (string, error) {
	snapshot, err := db.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return "", fmt.Errorf("digest the read model: %w", err)
	}
	defer func() { _ = snapshot.Rollback() }() // it has only read
	sum := sha256.New()
	for _, c := range contents {
		if err := hashTable(ctx, snapshot, sum, c.table, c.order); err != nil {
			return "", fmt.Errorf("digest table %s: %w", c.table, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func hashTable(ctx context.Context, from rows, sum hash.Hash, table, order string) error {
	r, err := from.QueryContext(ctx, "SELECT * FROM "+table+" ORDER BY "+order)
	if err != nil {
		return err
	}
	defer r.Close()
	columns, err := r.Columns()
	if err != nil {
		return err
	}
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	line := hashValue(nil, table)
	for r.Next() {
		if err := r.Scan(into...); err != nil {
			return err
		}
		for _, v := range values {
			line = hashValue(line, v)
		}
		sum.Write(line)
		line = line[:0]
	}
	sum.Write(append(line, 'e'))
	return r.Err()
}

// hashValue adds a value with its type and length, so that no two rows look alike that are not.
func hashValue(line []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(line, 'n')
	case int64:
		return binary.BigEndian.AppendUint64(append(line, 'i'), uint64(v))
	case string:
		return append(binary.BigEndian.AppendUint32(append(line, 't'), uint32(len(v))), v...)
	case []byte:
		return append(binary.BigEndian.AppendUint32(append(line, 'b'), uint32(len(v))), v...)
	}
	return fmt.Appendf(append(line, '?'), "%T %v", v, v)
}

// ReplayReport compares a read model with one that was folded anew.
type ReplayReport struct {
	Blocks uint64 `json:"blocks"` // folded by both
	Want   string `json:"want"`   // digest of the new one
	Got    string `json:"got"`    // digest of the one that was examined
	Equal  bool   `json:"equal"`
}

// Replay folds blocks from block 0 into a shadow read model in a new directory below dir ("" for the system's place for
// temporary files), as far as the examined one has come, compares the digests and removes the shadow. Nobody may fold
// into the examined read model meanwhile. An *Alarm is answered when the blocks do not form a chain.
func Replay(ctx context.Context, db *DB, dir string, blocks iter.Seq2[*common.Block, error]) (ReplayReport, error) {
	var report ReplayReport
	dir, err := os.MkdirTemp(dir, "replay-")
	if err != nil {
		return report, fmt.Errorf("make room for the replay: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // what is left is in a directory for temporary files
	shadow, err := Open(filepath.Join(dir, "shadow.db"))
	if err != nil {
		return report, err
	}
	defer func() { _ = shadow.Close() }()
	end := db.Next()
	if err := foldUntil(ctx, shadow, end, blocks); err != nil {
		return report, err
	}
	if report.Blocks = shadow.Next(); report.Blocks != end {
		return report, fmt.Errorf("the replay got %d blocks, the read model has folded %d: replay from a peer that has all", report.Blocks, end)
	}
	if report.Want, err = shadow.Digest(ctx); err != nil {
		return report, err
	}
	report.Got, err = db.Digest(ctx)
	report.Equal = report.Got == report.Want
	return report, err
}

func foldUntil(ctx context.Context, shadow *DB, end uint64, blocks iter.Seq2[*common.Block, error]) error {
	if end == 0 {
		return nil
	}
	var batch []*common.Block
	bytes := 0
	for b, err := range blocks {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("read blocks for the replay: %w", err)
		}
		batch, bytes = append(batch, b), bytes+size(b)
		last := b.GetHeader().GetNumber()+1 >= end
		if last || len(batch) == mostBlocks || bytes > mostBytes {
			if err := shadow.Apply(batch...); err != nil {
				return err
			}
			batch, bytes = nil, 0
		}
		if last {
			return nil
		}
	}
	return shadow.Apply(batch...)
}
