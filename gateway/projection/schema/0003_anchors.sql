-- Anchors of logs that are kept outside the ledger. The ledger holds the last anchor of each stream; here are all.
--
-- No block before this version holds one, so nothing has to be read again.

CREATE TABLE anchor (
  stream   TEXT    NOT NULL, -- organisation/name, as ledger.StreamID spells it
  sequence INTEGER NOT NULL, -- from 1
  day      TEXT    NOT NULL, -- YYYY-MM-DD
  head     TEXT    NOT NULL, -- SHA-256 of the log's last record
  count    INTEGER NOT NULL, -- records of the log up to the head
  body     TEXT    NOT NULL, -- JSON: ledger.AnchorRecorded
  tx       INTEGER NOT NULL,
  PRIMARY KEY (stream, sequence),
  CHECK (sequence > 0 AND count > 0)
) STRICT, WITHOUT ROWID;
