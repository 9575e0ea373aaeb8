// The file format of an embedded ledger, version 2. A promise: changing it needs a migration.
// The views are for people: any SQLite tool can open the file, also while the ledger runs.

/** Written into the file's header, so that another database is not taken for a ledger ("ALMN"). */
export const APPLICATION_ID = 0x414c4d4e;
export const FILE_VERSION = 2;

/** The first version without the WAL-reset bug, which could lose commits. */
export const SQLITE_MIN = [3, 51, 3] as const;

/** A row of moves is full with so many lines: what reading those of one entry must parse at most. */
export const LINES_PER_ROW = 1_024;

/** Entries between two stored totals; what a start must add up at most. */
export const TOTALS_EVERY = 65_536;

/** Gifts are nearly all entries; leaving them out keeps the index by type small. */
export const BULK_TYPE = { id: 1, name: "DonationReceived" } as const;

export const DDL = `
CREATE TABLE event_type (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO event_type VALUES (${BULK_TYPE.id}, '${BULK_TYPE.name}');

CREATE TABLE stream (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE entry (
  entry INTEGER PRIMARY KEY,
  recorded_at INTEGER NOT NULL,
  type INTEGER NOT NULL,
  stream INTEGER,
  bytes TEXT NOT NULL
) STRICT;
CREATE INDEX entry_by_stream ON entry (stream) WHERE stream IS NOT NULL;
CREATE INDEX entry_by_type ON entry (type) WHERE type <> ${BULK_TYPE.id};

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  measure TEXT NOT NULL,
  fund TEXT,
  bucket TEXT,
  community TEXT,
  project TEXT
) STRICT;

CREATE TABLE movement (
  first_entry INTEGER PRIMARY KEY,
  lines TEXT NOT NULL
) STRICT;

CREATE TABLE link (
  target INTEGER NOT NULL,
  entry INTEGER NOT NULL,
  PRIMARY KEY (target, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE key (
  bucket INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  entry INTEGER NOT NULL,
  PRIMARY KEY (bucket, hash, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE totals (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  entry INTEGER NOT NULL,
  parts BLOB NOT NULL
) STRICT;

CREATE VIEW entries AS
  SELECT e.entry, t.name AS type, e.bytes ->> '$.recordedAt' AS recorded_at,
    e.bytes ->> '$.actor' AS actor, e.bytes ->> '$.reason' AS reason, e.bytes -> '$.data' AS data,
    e.bytes
  FROM entry e JOIN event_type t ON t.id = e.type;

CREATE VIEW movements AS
  SELECT m.entry, date(m.day * 86400, 'unixepoch') AS day, s.measure,
    s.fund, s.bucket, s.community, s.project, m.amount AS minor_units
  FROM (
    SELECT max(j.value) FILTER (WHERE j.key % 4 = 0) AS entry,
      max(j.value) FILTER (WHERE j.key % 4 = 1) AS series,
      max(j.value) FILTER (WHERE j.key % 4 = 2) AS day,
      max(j.value) FILTER (WHERE j.key % 4 = 3) AS amount
    FROM movement, json_each(movement.lines) j
    GROUP BY movement.first_entry, j.key / 4
  ) m JOIN series s ON s.id = m.series;

PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${FILE_VERSION};
`;
