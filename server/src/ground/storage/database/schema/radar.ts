/** Tests of mail set-ups, round trips, what came back to their addresses, and who wants none. */
export const radarSchema = `
CREATE TABLE radar_tests (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  domain TEXT NOT NULL,
  address TEXT,
  asked_by TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  outcome TEXT,
  token TEXT,
  due_at INTEGER,
  lease_until INTEGER,
  avoid_node TEXT,
  link TEXT,
  link_until INTEGER,
  test TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX radar_tests_tenant ON radar_tests (tenant, id);
CREATE INDEX radar_tests_started ON radar_tests (started_at);
CREATE INDEX radar_tests_due ON radar_tests (due_at) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX radar_tests_link ON radar_tests (link) WHERE link IS NOT NULL;
CREATE TABLE radar_tokens (
  token TEXT PRIMARY KEY,
  open_until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX radar_tokens_until ON radar_tokens (open_until);
CREATE TABLE radar_replies (
  token TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  message_id TEXT NOT NULL,
  reply TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX radar_replies_at ON radar_replies (at);
CREATE TABLE radar_paths (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  domain TEXT NOT NULL,
  next_at INTEGER NOT NULL,
  path TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX radar_paths_next ON radar_paths (next_at);
CREATE TABLE radar_trips (
  id TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  trip TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX radar_trips_path ON radar_trips (path, started_at);
CREATE INDEX radar_trips_started ON radar_trips (started_at);
CREATE INDEX radar_trips_open ON radar_trips (started_at) WHERE state = 'open';
CREATE TABLE radar_unwanted (
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;
`
