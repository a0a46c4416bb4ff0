/** What providers say of their own faults: how each feed stands, and the incidents that it named. */
export const upstreamSchema = `
CREATE TABLE upstream_feeds (
  name TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  answered_at INTEGER,
  changed_at INTEGER,
  etag TEXT,
  last_modified TEXT,
  fault TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE upstream_incidents (
  feed TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  severity TEXT,
  state TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  first_post_at INTEGER,
  link TEXT,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (feed, id)
) WITHOUT ROWID;
CREATE INDEX upstream_incidents_started ON upstream_incidents (started_at);
`
