/** Sources of people, their runs with what each did, and who was made by which source. */
export const syncTables = `
CREATE TABLE sync_sources (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  settings TEXT NOT NULL,
  domains TEXT,
  takes_over INTEGER NOT NULL,
  secret TEXT NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1,
  previewed_revision INTEGER,
  due_at INTEGER,
  lease_owner TEXT,
  lease_until INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  fault TEXT,
  fault_detail TEXT NOT NULL DEFAULT '',
  fault_since INTEGER,
  fault_at INTEGER,
  good_at INTEGER,
  waiting_run TEXT
) WITHOUT ROWID;
CREATE INDEX sync_sources_tenant ON sync_sources (tenant, id);
CREATE INDEX sync_sources_due ON sync_sources (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE sync_files (
  source TEXT PRIMARY KEY,
  content TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE sync_runs (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  revision INTEGER NOT NULL,
  ordered_by TEXT NOT NULL,
  confirms TEXT,
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  counts TEXT NOT NULL DEFAULT '{}',
  fault TEXT,
  fault_detail TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX sync_runs_source ON sync_runs (source, id);
CREATE INDEX sync_runs_open ON sync_runs (state, id) WHERE state IN ('queued', 'running');
CREATE TABLE sync_lines (
  run TEXT NOT NULL,
  n INTEGER NOT NULL,
  kind TEXT NOT NULL,
  address TEXT NOT NULL,
  before TEXT,
  after TEXT,
  why TEXT NOT NULL,
  PRIMARY KEY (run, n)
) WITHOUT ROWID;
CREATE TABLE sync_people (
  address TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  groups TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sync_people_source ON sync_people (source, address);
CREATE TABLE sync_notices (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  since INTEGER NOT NULL,
  source TEXT NOT NULL,
  ended_at INTEGER,
  PRIMARY KEY (tenant, kind, code, since)
) WITHOUT ROWID;
CREATE INDEX sync_notices_open ON sync_notices (tenant) WHERE ended_at IS NULL;
`
