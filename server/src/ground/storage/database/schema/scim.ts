/** What directories push of people and groups, what it can be found by, and the tokens by which they come in. */
export const scimSchema = `
CREATE TABLE scim_tokens (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  used_at INTEGER
) WITHOUT ROWID;
CREATE INDEX scim_tokens_source ON scim_tokens (source, id);
CREATE TABLE scim_resources (
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (source, kind, id)
);
CREATE TABLE scim_keys (
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (source, kind, name, value, id)
) WITHOUT ROWID;
CREATE INDEX scim_keys_id ON scim_keys (source, kind, id);
CREATE TABLE scim_members (
  source TEXT NOT NULL,
  group_id TEXT NOT NULL,
  member TEXT NOT NULL,
  PRIMARY KEY (source, group_id, member)
) WITHOUT ROWID;
CREATE INDEX scim_members_member ON scim_members (source, member);
ALTER TABLE sync_sources ADD COLUMN push_due_at INTEGER;
ALTER TABLE sync_sources ADD COLUMN pushed_bytes INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sync_sources_push_due ON sync_sources (push_due_at) WHERE push_due_at IS NOT NULL;
`
