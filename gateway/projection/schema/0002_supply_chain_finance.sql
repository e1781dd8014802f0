-- Supply-chain finance: invoices, claims, vouchers, rules, calendars and what stands against issuers.
--
-- References as in the first migration. A voucher is a claim lot, so voucher.ref is its lot's reference; a claim's is
-- that of the operation that registered it (claim.ref << 9 is the lot that vouchers draw on), and so is an invoice's.
-- Claim lots live in their own table, like commitments, because they are no money: nothing that sums lots meets them.
-- Their movements lie beside those of money, marked by movement.claims; their accounts bear the place CLAIMS.
--
-- Rooms that an earlier version passed over have to be read again: the fold begins anew at block 0.

DROP VIEW movements;
DROP VIEW lots;
DELETE FROM block;
DELETE FROM tx;
DELETE FROM party;
DELETE FROM party_version;
DELETE FROM account;
DELETE FROM fund;
DELETE FROM commitment;
DELETE FROM document;
DELETE FROM entry;
DELETE FROM movement;
DELETE FROM step;
DELETE FROM lot;
DELETE FROM lineage;
DELETE FROM lineage_fund;
DELETE FROM account_lineage;
DELETE FROM dealing;
UPDATE checkpoint SET next = 0, hash = x'';

ALTER TABLE party ADD COLUMN top TEXT NOT NULL DEFAULT '';            -- party at the top of its group
ALTER TABLE party ADD COLUMN licence TEXT NOT NULL DEFAULT '';        -- to finance receivables: its kind
ALTER TABLE party ADD COLUMN licensed_until TEXT NOT NULL DEFAULT '';
ALTER TABLE party_version ADD COLUMN top TEXT NOT NULL DEFAULT '';
ALTER TABLE party_version ADD COLUMN licence TEXT NOT NULL DEFAULT '';
ALTER TABLE party_version ADD COLUMN licensed_until TEXT NOT NULL DEFAULT '';

ALTER TABLE movement ADD COLUMN claims INTEGER NOT NULL DEFAULT 0;    -- 1: of a claim, not of money
-- Of money: the voucher that it is paid for. Of a claim: the voucher that it draws on; of an issue, the one it makes.
ALTER TABLE movement ADD COLUMN voucher INTEGER;
ALTER TABLE movement ADD COLUMN cash INTEGER;                         -- of a claim: the payment (movement.ref) that it goes against
CREATE INDEX movement_voucher ON movement (voucher) WHERE voucher IS NOT NULL;

CREATE TABLE invoice (
  ref         INTEGER PRIMARY KEY,
  fingerprint TEXT    NOT NULL UNIQUE,
  seller      TEXT    NOT NULL,
  buyer       TEXT    NOT NULL,
  type        TEXT    NOT NULL,
  date        TEXT    NOT NULL,
  due         TEXT    NOT NULL,
  amount      INTEGER NOT NULL,
  currency    TEXT    NOT NULL,
  document    TEXT    NOT NULL,
  used        INTEGER NOT NULL, -- by claims and reservations
  unused      TEXT    NOT NULL, -- the state that it would have if nothing were used
  state       TEXT    NOT NULL GENERATED ALWAYS AS
    (CASE WHEN used > 0 AND unused IN ('REGISTERED', 'REGISTERED_DUPLICATE') THEN 'CLAIMED' ELSE unused END) STORED,
  body        TEXT    NOT NULL, -- JSON: registrations, checks, reservations, cancelled
  tx          INTEGER NOT NULL, -- that registered it first
  CHECK (amount > 0 AND used BETWEEN 0 AND amount)
) STRICT;
CREATE INDEX invoice_seller ON invoice (seller);
CREATE INDEX invoice_buyer ON invoice (buyer);

-- Who registered, checked or reserved an invoice.
CREATE TABLE invoice_part (
  party   TEXT    NOT NULL,
  invoice INTEGER NOT NULL,
  PRIMARY KEY (party, invoice)
) STRICT, WITHOUT ROWID;

-- Keyed hashes of parts of the particulars, by their position in the invoice's list.
CREATE TABLE invoice_near (
  near    TEXT    NOT NULL,
  i       INTEGER NOT NULL,
  invoice INTEGER NOT NULL,
  PRIMARY KEY (near, i, invoice)
) STRICT, WITHOUT ROWID;

CREATE TABLE claim (
  ref      INTEGER PRIMARY KEY,
  creditor TEXT    NOT NULL,
  debtor   TEXT    NOT NULL,
  amount   INTEGER NOT NULL,
  used     INTEGER NOT NULL, -- by vouchers
  currency TEXT    NOT NULL,
  state    TEXT    NOT NULL, -- OPEN, CONFIRMED, CANCELLED
  body     TEXT    NOT NULL, -- JSON: the claim as the ledger keeps it
  tx       INTEGER NOT NULL, -- that registered it
  CHECK (amount > 0 AND used BETWEEN 0 AND amount)
) STRICT;
CREATE INDEX claim_creditor ON claim (creditor);
CREATE INDEX claim_debtor ON claim (debtor);

CREATE TABLE claim_invoice (
  claim   INTEGER NOT NULL,
  invoice INTEGER NOT NULL,
  amount  INTEGER NOT NULL,
  PRIMARY KEY (claim, invoice)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_invoice_invoice ON claim_invoice (invoice);

CREATE TABLE voucher (
  ref        INTEGER PRIMARY KEY,
  root       INTEGER NOT NULL, -- voucher.ref; its own for roots
  parent     INTEGER,          -- voucher.ref; NULL for roots
  claim      INTEGER NOT NULL,
  issuer     TEXT    NOT NULL,
  holder     TEXT    NOT NULL,
  face       INTEGER NOT NULL,
  currency   TEXT    NOT NULL,
  issued     TEXT    NOT NULL,
  maturity   TEXT    NOT NULL,
  tier       INTEGER NOT NULL,
  made       TEXT    NOT NULL, -- kind of the movement that yielded it
  tx         INTEGER NOT NULL, -- of its birth
  -- What changes.
  acquired   TEXT    NOT NULL, -- day on which the holder came by it; '' before acceptance
  state      TEXT    NOT NULL,
  settled    INTEGER NOT NULL,
  open       INTEGER NOT NULL, -- of the face, neither paid nor passed on
  pledgee    TEXT    NOT NULL,
  pending_to TEXT    NOT NULL, -- who is asked to take or to finance it
  funder     TEXT    NOT NULL, -- of its financing
  discount   INTEGER NOT NULL, -- of its financing
  defaulted  TEXT    NOT NULL,
  interest   INTEGER NOT NULL,
  signed     TEXT    NOT NULL, -- day on which the issuer's second person issued it; of roots
  ended      TEXT    NOT NULL, -- day on which it was divided, passed on, settled or ended
  body       TEXT    NOT NULL, -- JSON: the voucher as the ledger keeps it, without its events
  events     INTEGER NOT NULL, -- how many
  drawn      INTEGER NOT NULL, -- of the lot
  CHECK (face > 0 AND settled BETWEEN 0 AND face AND open BETWEEN 0 AND face - settled AND drawn BETWEEN 0 AND face)
) STRICT;
CREATE INDEX voucher_root ON voucher (root);
CREATE INDEX voucher_claim ON voucher (claim);
CREATE INDEX voucher_issuer ON voucher (issuer);
CREATE INDEX voucher_holder ON voucher (holder);
CREATE INDEX voucher_state ON voucher (state);
CREATE INDEX voucher_funder ON voucher (funder) WHERE funder <> '';

CREATE TABLE voucher_event (
  voucher INTEGER NOT NULL,
  seq     INTEGER NOT NULL,
  body    TEXT    NOT NULL, -- JSON: the event as the ledger keeps it
  tx      INTEGER NOT NULL,
  PRIMARY KEY (voucher, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX voucher_event_tx ON voucher_event (tx);

-- To whom a voucher was ever offered: the next supplier (TRANSFEREE) or a FUNDER. Pledgees were asked as funders.
CREATE TABLE voucher_part (
  party   TEXT    NOT NULL,
  voucher INTEGER NOT NULL,
  role    TEXT    NOT NULL,
  PRIMARY KEY (party, voucher, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE rule (
  id             TEXT    NOT NULL,
  version        INTEGER NOT NULL,
  effective_from TEXT    NOT NULL,
  body           TEXT    NOT NULL, -- JSON
  tx             INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE calendar (
  year    INTEGER NOT NULL,
  version INTEGER NOT NULL,
  body    TEXT    NOT NULL, -- JSON
  tx      INTEGER NOT NULL,
  PRIMARY KEY (year, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE issuer (
  party   TEXT    PRIMARY KEY,
  overdue INTEGER NOT NULL, -- defaulted vouchers that it has not paid
  flags   TEXT    NOT NULL, -- JSON list
  tx      INTEGER NOT NULL  -- of the last change
) STRICT, WITHOUT ROWID;

-- For people and reporting tools that read the tables directly.
CREATE VIEW movements AS
SELECT e.id || '.' || (m.ref & 1048575) AS id, m.kind, m.claims, f.id AS from_account, CASE t.place WHEN 'SINK' THEN '' ELSE t.id END AS to_account,
  m.payee, m.amount, m.currency, m.purpose, m.date, m.settled, m.stage, m.level, m.commitment, m.origin_source, m.origin_investor,
  m.origin_budget_line, ve.id || '.' || (m.voucher >> 9 & 1048575) || '.' || (m.voucher & 511) AS voucher,
  ce.id || '.' || (m.cash & 1048575) AS cash, f.fund AS from_fund, t.fund AS to_fund, e.msp AS writer_msp, e.name AS writer, e.at,
  x.ref >> 20 AS block, x.id AS tx
FROM movement m JOIN entry e ON e.ref = m.ref >> 20 JOIN tx x ON x.ref = e.tx
  LEFT JOIN account f ON f.ref = m.from_account JOIN account t ON t.ref = m.to_account
  LEFT JOIN entry ve ON ve.ref = m.voucher >> 29 LEFT JOIN entry ce ON ce.ref = m.cash >> 20;

CREATE VIEW lots AS
SELECT e.id || '.' || (l.ref >> 9 & 1048575) || '.' || (l.ref & 511) AS id,
  pe.id || '.' || (l.parent >> 9 & 1048575) || '.' || (l.parent & 511) AS parent,
  re.id || '.' || (l.root >> 9 & 1048575) || '.' || (l.root & 511) AS root,
  a.id AS account, l.amount, l.drawn, l.remaining,
  CASE l.state WHEN 0 THEN 'IN_TRANSIT' WHEN 1 THEN 'LIVE' WHEN 2 THEN 'DEAD' ELSE 'SPENT' END AS state, l.date
FROM lot l JOIN entry e ON e.ref = l.ref >> 29 JOIN account a ON a.ref = l.account
  JOIN entry re ON re.ref = l.root >> 29 LEFT JOIN entry pe ON pe.ref = l.parent >> 29;

CREATE VIEW vouchers AS
SELECT e.id || '.' || (v.ref >> 9 & 1048575) || '.' || (v.ref & 511) AS id,
  pe.id || '.' || (v.parent >> 9 & 1048575) || '.' || (v.parent & 511) AS parent,
  re.id || '.' || (v.root >> 9 & 1048575) || '.' || (v.root & 511) AS root,
  ce.id || '.' || (v.claim & 1048575) AS claim, v.issuer, v.holder, v.pledgee, v.face, v.settled, v.open, v.currency, v.issued, v.maturity,
  v.tier, v.made, v.state, v.acquired, v.ended, v.defaulted, v.interest, v.funder, v.discount, v.body
FROM voucher v JOIN entry e ON e.ref = v.ref >> 29 JOIN entry re ON re.ref = v.root >> 29 JOIN entry ce ON ce.ref = v.claim >> 20
  LEFT JOIN entry pe ON pe.ref = v.parent >> 29;
