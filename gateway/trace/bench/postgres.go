package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"fundtrace/gateway/trace"

	"github.com/jackc/pgx/v5"
)

// postgres is a server of our own in a temporary directory, reached by a socket there.
type postgres struct {
	dir     string
	server  *exec.Cmd
	db      *pgx.Conn
	worker  int // process that answers our connection
	version string
}

// startPostgres starts Debian's PostgreSQL as a user that is not root; nil when it is not installed.
func startPostgres(ctx context.Context) (*postgres, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return nil, nil
	}
	bin := filepath.Dir(slices.Max(found))
	dir, err := os.MkdirTemp("", "fundtrace-postgres")
	if err != nil {
		return nil, err
	}
	p := &postgres{dir: dir}
	as, err := p.runAs()
	if err != nil {
		p.stop()
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-A", "trust", "-U", "bench", "--no-sync", "--locale=C", "-E", "UTF8")
	initdb.SysProcAttr, initdb.Dir = as, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		p.stop()
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	p.server = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-h", "", "-c", "shared_buffers=1GB", "-c", "work_mem=64MB",
		"-c", "fsync=off", "-c", "max_wal_size=8GB", "-c", "jit=off")
	p.server.SysProcAttr, p.server.Dir = as, dir
	if err := p.server.Start(); err != nil {
		p.stop()
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if p.db, err = pgx.Connect(ctx, "host="+dir+" user=bench dbname=postgres"); err == nil {
			break
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			p.stop()
			return nil, fmt.Errorf("reach PostgreSQL: %w", err)
		}
	}
	if err := p.db.QueryRow(ctx, "SELECT version(), pg_backend_pid()").Scan(&p.version, &p.worker); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// cpu is the processor's time of the process that answers our queries.
func (p *postgres) cpu() (time.Duration, error) { return cpuOf(p.worker) }

// runAs answers how to leave root, which PostgreSQL refuses; the directory then belongs to that user.
func (p *postgres) runAs() (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, os.Chown(p.dir, int(uid), int(gid))
}

func (p *postgres) stop() {
	if p.db != nil {
		_ = p.db.Close(context.Background())
	}
	if p.server != nil && p.server.Process != nil {
		_ = p.server.Process.Signal(syscall.SIGQUIT)
		_ = p.server.Wait()
	}
	_ = os.RemoveAll(p.dir)
}

// load replaces the tables by a forest.
func (p *postgres) load(ctx context.Context, lots []lot) error {
	for _, text := range []string{"DROP TABLE IF EXISTS lot, account",
		"CREATE TABLE account (id int PRIMARY KEY, place text NOT NULL)",
		"CREATE TABLE lot (id int PRIMARY KEY, parent int, account int NOT NULL, amount bigint NOT NULL, drawn bigint NOT NULL)"} {
		if _, err := p.db.Exec(ctx, text); err != nil {
			return err
		}
	}
	if _, err := p.db.CopyFrom(ctx, pgx.Identifier{"account"}, []string{"id", "place"}, pgx.CopyFromSlice(accounts, func(i int) ([]any, error) {
		return []any{i + 1, string(place(int32(i + 1)))}, nil
	})); err != nil {
		return err
	}
	if _, err := p.db.CopyFrom(ctx, pgx.Identifier{"lot"}, []string{"id", "parent", "account", "amount", "drawn"}, pgx.CopyFromSlice(len(lots)-1, func(i int) ([]any, error) {
		l := &lots[i+1]
		var parent any
		if l.parent != 0 {
			parent = l.parent
		}
		return []any{i + 1, parent, l.account, l.amount, l.drawn}, nil
	})); err != nil {
		return err
	}
	for _, text := range []string{"CREATE INDEX lot_parent ON lot (parent)", "VACUUM ANALYZE lot", "ANALYZE account"} {
		if _, err := p.db.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// trace is the forward trace as a recursive query: the same totals.
func (p *postgres) trace(ctx context.Context, start int) (t trace.Totals, err error) {
	err = p.db.QueryRow(ctx, `WITH RECURSIVE below AS (
  SELECT id, account, amount, drawn, true AS first FROM lot WHERE id = $1
  UNION ALL SELECT l.id, l.account, l.amount, l.drawn, false FROM lot l JOIN below b ON l.parent = b.id)
SELECT coalesce(sum(amount) FILTER (WHERE first), 0)::bigint,
  coalesce(sum(amount - drawn) FILTER (WHERE first OR place = 'FUND'), 0)::bigint,
  coalesce(sum(amount - drawn) FILTER (WHERE NOT first AND place = 'ENTERPRISE'), 0)::bigint,
  coalesce(sum(amount) FILTER (WHERE place = 'SINK'), 0)::bigint
FROM below JOIN account ON account.id = below.account`, start).Scan(&t.Traced, &t.Idle, &t.Reached, &t.Spent)
	return t, err
}
