/** Incidents; the public face of one stands in status_incidents under the same id. */
export const incidentsSchema = `
CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  finding TEXT,
  is_public INTEGER NOT NULL,
  incident TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX incidents_started ON incidents (started_at, id);
CREATE INDEX incidents_open ON incidents (started_at, id) WHERE ended_at IS NULL;
CREATE INDEX incidents_finding ON incidents (finding, started_at) WHERE finding IS NOT NULL;
`
