/** Where a try of our own stopped, how long its stages took, and the tries of the last day. */
export const probeTriesSchema = `
ALTER TABLE probes ADD COLUMN node TEXT;
ALTER TABLE probes ADD COLUMN stage TEXT;
ALTER TABLE probes ADD COLUMN steps TEXT;
CREATE TABLE probe_tries (
  component TEXT NOT NULL,
  path TEXT NOT NULL,
  at INTEGER NOT NULL,
  result TEXT NOT NULL,
  took_ms REAL,
  words TEXT NOT NULL,
  stage TEXT,
  steps TEXT,
  PRIMARY KEY (component, path, at)
) WITHOUT ROWID;
CREATE INDEX probe_tries_at ON probe_tries (at);
`
