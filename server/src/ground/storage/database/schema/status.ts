/** What the public status page tells. */
export const statusSchema = `
CREATE TABLE status_components (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  component TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE status_incidents (
  id TEXT PRIMARY KEY,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  incident TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX status_incidents_started ON status_incidents (started_at);
CREATE INDEX status_incidents_open ON status_incidents (started_at) WHERE ended_at IS NULL;
`
