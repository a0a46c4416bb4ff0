/** Tries of our own, the last one of each path and sums by hour, and what detectors have found. */
export const watchSchema = `
CREATE TABLE probes (
  component TEXT NOT NULL,
  path TEXT NOT NULL,
  result TEXT NOT NULL,
  at INTEGER NOT NULL,
  took_ms REAL,
  every_ms INTEGER NOT NULL,
  words TEXT NOT NULL,
  since INTEGER NOT NULL,
  in_row INTEGER NOT NULL,
  PRIMARY KEY (component, path)
) WITHOUT ROWID;
CREATE TABLE probe_hours (
  at INTEGER NOT NULL,
  component TEXT NOT NULL,
  ok INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  PRIMARY KEY (at, component)
) WITHOUT ROWID;
CREATE TABLE findings (
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  since INTEGER NOT NULL,
  found_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ended_at INTEGER,
  finding TEXT NOT NULL,
  PRIMARY KEY (kind, subject, found_at)
) WITHOUT ROWID;
CREATE UNIQUE INDEX findings_open ON findings (kind, subject) WHERE ended_at IS NULL;
CREATE INDEX findings_ended ON findings (ended_at);
`
