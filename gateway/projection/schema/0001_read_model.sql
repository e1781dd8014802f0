-- The read model of the channel: what the blocks say, arranged for questions.
--
-- References. Rows that blocks bring by the million have integer keys that grow in the order of the chain, so that
-- folding appends to B-trees instead of scattering over them:
--   tx.ref       = block << 20 | position in the block
--   entry.ref    = 1, 2, 3, ... in the order of the chain
--   movement.ref = entry.ref << 20 | n
--   lot.ref      = movement.ref << 9 | k
-- The ledger's own identifiers follow from them: entry.id || '.' || n || '.' || k. The views at the end spell them out.
-- Amounts are minor units (fen). Optional texts are '' when absent.

CREATE TABLE checkpoint (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  next INTEGER NOT NULL,           -- the first block that is not folded yet
  hash BLOB    NOT NULL            -- header hash of the block before it; empty before block 0
) STRICT;
INSERT INTO checkpoint VALUES (1, 0, x'');

CREATE TABLE block (
  number       INTEGER PRIMARY KEY,
  hash         BLOB    NOT NULL,   -- SHA-256 of the header
  data_hash    BLOB    NOT NULL,
  transactions INTEGER NOT NULL
) STRICT;

-- Every transaction of every block, also those that the peers found invalid.
CREATE TABLE tx (
  ref     INTEGER PRIMARY KEY,
  id      TEXT    NOT NULL,        -- not unique: a repeated identifier stands in the block as invalid
  type    INTEGER NOT NULL,        -- common.HeaderType
  code    INTEGER NOT NULL,        -- peer.TxValidationCode; 0 is valid
  msp     TEXT    NOT NULL,
  name    TEXT    NOT NULL,        -- common name of the creator's certificate
  claimed TEXT    NOT NULL         -- time that the creator claims, RFC 3339 UTC
) STRICT;
CREATE INDEX tx_id ON tx (id);

CREATE TABLE party (
  id             TEXT PRIMARY KEY,
  kind           TEXT    NOT NULL,
  name           TEXT    NOT NULL,
  region         TEXT    NOT NULL,
  industry       TEXT    NOT NULL,
  size           TEXT    NOT NULL,
  size_date      TEXT    NOT NULL,
  version        INTEGER NOT NULL,
  effective_from TEXT    NOT NULL,
  tx             INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE party_version (
  party          TEXT    NOT NULL,
  version        INTEGER NOT NULL,
  kind           TEXT    NOT NULL,
  name           TEXT    NOT NULL,
  region         TEXT    NOT NULL,
  industry       TEXT    NOT NULL,
  size           TEXT    NOT NULL,
  size_date      TEXT    NOT NULL,
  effective_from TEXT    NOT NULL,
  tx             INTEGER NOT NULL,
  PRIMARY KEY (party, version)
) STRICT, WITHOUT ROWID;

-- Accounts, and the sinks in which spent money ends ('sink:' and the purpose).
CREATE TABLE account (
  ref      INTEGER PRIMARY KEY,
  id       TEXT    NOT NULL UNIQUE,
  owner    TEXT    NOT NULL,
  bank     TEXT    NOT NULL,
  currency TEXT    NOT NULL,
  purpose  TEXT    NOT NULL,
  policy   TEXT    NOT NULL,
  fund     TEXT    NOT NULL,
  place    TEXT    NOT NULL,       -- FUND, ENTERPRISE, TREASURY, PUBLISHED, UNASSIGNED, SINK
  tx       INTEGER NOT NULL
) STRICT;
CREATE INDEX account_owner ON account (owner);
CREATE INDEX account_bank ON account (bank);
CREATE INDEX account_fund ON account (fund) WHERE fund <> '';

CREATE TABLE fund (
  id         TEXT PRIMARY KEY,
  party      TEXT    NOT NULL,
  level      TEXT    NOT NULL,
  class      TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  parent     TEXT    NOT NULL,
  manager    TEXT    NOT NULL,
  account    TEXT    NOT NULL,
  region     TEXT    NOT NULL,
  term_start TEXT    NOT NULL,
  term_end   TEXT    NOT NULL,
  mandate    TEXT    NOT NULL,     -- JSON
  tx         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX fund_manager ON fund (manager);

CREATE TABLE commitment (
  id       TEXT PRIMARY KEY,
  fund     TEXT    NOT NULL,
  investor TEXT    NOT NULL,
  class    TEXT    NOT NULL,
  source   TEXT    NOT NULL,
  amount   INTEGER NOT NULL,
  called   INTEGER NOT NULL,
  currency TEXT    NOT NULL,
  date     TEXT    NOT NULL,
  document TEXT    NOT NULL,
  lot      INTEGER NOT NULL UNIQUE,
  tx       INTEGER NOT NULL,
  account  TEXT    NOT NULL, -- of published promises; those of funds have none
  CHECK (amount > 0 AND called BETWEEN 0 AND amount)
) STRICT, WITHOUT ROWID;
CREATE INDEX commitment_fund ON commitment (fund);
CREATE INDEX commitment_investor ON commitment (investor);

CREATE TABLE document (
  ref        INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE,
  size       INTEGER NOT NULL,
  media_type TEXT    NOT NULL,
  salted     INTEGER NOT NULL,
  subject    TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  tx         INTEGER NOT NULL
) STRICT;
CREATE INDEX document_subject ON document (subject);

-- An entry is what one writer recorded under one idempotency key.
CREATE TABLE entry (
  ref   INTEGER PRIMARY KEY,
  id    TEXT    NOT NULL UNIQUE,
  key   TEXT    NOT NULL,
  hash  TEXT    NOT NULL,
  ops   INTEGER NOT NULL,
  msp   TEXT    NOT NULL,
  role  TEXT    NOT NULL,
  party TEXT    NOT NULL,
  name  TEXT    NOT NULL,
  at    TEXT    NOT NULL,
  tx    INTEGER NOT NULL
) STRICT;
CREATE INDEX entry_tx ON entry (tx);

CREATE TABLE movement (
  ref                INTEGER PRIMARY KEY,
  kind               TEXT    NOT NULL,
  from_account       INTEGER,          -- account.ref; NULL: money enters from outside
  to_account         INTEGER NOT NULL, -- account.ref of what owns the yields: the payee's account or a sink
  payee              TEXT    NOT NULL,
  amount             INTEGER NOT NULL,
  currency           TEXT    NOT NULL,
  purpose            TEXT    NOT NULL,
  date               TEXT    NOT NULL, -- as first recorded
  settled            TEXT    NOT NULL, -- value date of the credit; '' before it
  expires            TEXT    NOT NULL,
  bank_ref           TEXT    NOT NULL,
  document           TEXT    NOT NULL,
  memo               TEXT    NOT NULL,
  commitment         TEXT    NOT NULL,
  origin_source      TEXT    NOT NULL,
  origin_investor    TEXT    NOT NULL,
  origin_budget_line TEXT    NOT NULL,
  stage              TEXT    NOT NULL, -- present
  level              INTEGER NOT NULL, -- present
  lineage            INTEGER NOT NULL  -- which funds its money has passed, those of its payee included
) STRICT;
CREATE INDEX movement_from ON movement (from_account) WHERE from_account IS NOT NULL;
CREATE INDEX movement_to ON movement (to_account);
CREATE INDEX movement_payee ON movement (payee) WHERE payee <> '';
CREATE INDEX movement_commitment ON movement (commitment) WHERE commitment <> '';
CREATE INDEX movement_lineage ON movement (lineage) WHERE lineage <> 0;
CREATE INDEX movement_open ON movement (from_account, to_account, amount) WHERE stage IN ('INSTRUCTED', 'DEBITED');

-- Confirmations ('stage'), attestations ('attest') and proposals of reversal ('propose') of movements, in order.
CREATE TABLE step (
  movement INTEGER NOT NULL,
  kind     TEXT    NOT NULL,
  i        INTEGER NOT NULL,
  stage    TEXT    NOT NULL,
  level    INTEGER NOT NULL,
  date     TEXT    NOT NULL,
  bank_ref TEXT    NOT NULL,
  reason   TEXT    NOT NULL,
  document TEXT    NOT NULL,
  msp      TEXT    NOT NULL,
  role     TEXT    NOT NULL,
  party    TEXT    NOT NULL,
  name     TEXT    NOT NULL,
  at       TEXT    NOT NULL,
  tx       INTEGER NOT NULL,
  PRIMARY KEY (movement, kind, i)
) STRICT, WITHOUT ROWID;
CREATE INDEX step_tx ON step (tx);

-- Cash lots. Commitments are lots too, but live in their own table because they are promises, not money.
CREATE TABLE lot (
  ref       INTEGER PRIMARY KEY,
  parent    INTEGER,          -- lot.ref; NULL for roots
  root      INTEGER NOT NULL, -- lot.ref of the root that it descends from; its own for roots
  lineage   INTEGER NOT NULL, -- which funds it has passed: lineage.ref, 0 for none
  account   INTEGER NOT NULL, -- account.ref
  amount    INTEGER NOT NULL,
  drawn     INTEGER NOT NULL, -- reserved or gone
  remaining INTEGER NOT NULL, -- what can be drawn now
  state     INTEGER NOT NULL, -- 0 in transit, 1 live, 2 dead (its movement came to nothing), 3 spent
  date      TEXT    NOT NULL, -- value date on which it arrived, or was instructed
  CHECK (amount > 0 AND drawn BETWEEN 0 AND amount)
) STRICT;
CREATE INDEX lot_parent ON lot (parent) WHERE parent IS NOT NULL;
CREATE INDEX lot_account ON lot (account, date);
CREATE INDEX lot_live ON lot (account, date, remaining) WHERE remaining > 0;

-- A lineage is a set of funds that money has passed, its own account's fund included. A manager sees the lots whose
-- lineage holds one of its funds: everything its funds have fed, at any depth, without walking.
CREATE TABLE lineage (
  ref   INTEGER PRIMARY KEY,
  funds TEXT NOT NULL UNIQUE -- sorted, separated by spaces
) STRICT;
CREATE TABLE lineage_fund (
  fund    TEXT    NOT NULL,
  lineage INTEGER NOT NULL,
  PRIMARY KEY (fund, lineage)
) STRICT, WITHOUT ROWID;
-- Which lineages an account holds or has held lots of.
CREATE TABLE account_lineage (
  account INTEGER NOT NULL,
  lineage INTEGER NOT NULL,
  PRIMARY KEY (account, lineage)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_lineage_lineage ON account_lineage (lineage);

-- With whom an account has dealt: owners of the accounts on the other side, and payees.
CREATE TABLE dealing (
  account INTEGER NOT NULL,
  party   TEXT    NOT NULL,
  PRIMARY KEY (account, party)
) STRICT, WITHOUT ROWID;

-- For people and reporting tools that read the tables directly.
CREATE VIEW movements AS
SELECT e.id || '.' || (m.ref & 1048575) AS id, m.kind, f.id AS from_account, CASE t.place WHEN 'SINK' THEN '' ELSE t.id END AS to_account,
  m.payee, m.amount, m.currency, m.purpose, m.date, m.settled, m.stage, m.level, m.commitment, m.origin_source, m.origin_investor,
  m.origin_budget_line, f.fund AS from_fund, t.fund AS to_fund, e.msp AS writer_msp, e.name AS writer, e.at, x.ref >> 20 AS block, x.id AS tx
FROM movement m JOIN entry e ON e.ref = m.ref >> 20 JOIN tx x ON x.ref = e.tx
  LEFT JOIN account f ON f.ref = m.from_account JOIN account t ON t.ref = m.to_account;

CREATE VIEW lots AS
SELECT e.id || '.' || (l.ref >> 9 & 1048575) || '.' || (l.ref & 511) AS id,
  pe.id || '.' || (l.parent >> 9 & 1048575) || '.' || (l.parent & 511) AS parent,
  re.id || '.' || (l.root >> 9 & 1048575) || '.' || (l.root & 511) AS root,
  a.id AS account, l.amount, l.drawn, l.remaining,
  CASE l.state WHEN 0 THEN 'IN_TRANSIT' WHEN 1 THEN 'LIVE' WHEN 2 THEN 'DEAD' ELSE 'SPENT' END AS state, l.date
FROM lot l JOIN entry e ON e.ref = l.ref >> 29 JOIN account a ON a.ref = l.account
  JOIN entry re ON re.ref = l.root >> 29 LEFT JOIN entry pe ON pe.ref = l.parent >> 29;
