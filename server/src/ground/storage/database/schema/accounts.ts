/** Passkeys, identity providers, what is asked and answered once, brands, webhooks; views as somebody else; probes. */
export const accountsSchema = `
ALTER TABLE managers ADD COLUMN is_probe INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN view_as TEXT;
CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  manager TEXT NOT NULL,
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  public_key TEXT NOT NULL,
  counter INTEGER NOT NULL,
  transports TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER
) WITHOUT ROWID;
CREATE INDEX passkeys_manager ON passkeys (manager);
CREATE TABLE access_challenges (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  manager TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX access_challenges_over ON access_challenges (expires_at);
CREATE TABLE identity_providers (
  tenant TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  issuer TEXT NOT NULL,
  client_id TEXT NOT NULL,
  client_secret TEXT NOT NULL,
  domains TEXT NOT NULL,
  new_role TEXT,
  trusts_factor INTEGER NOT NULL,
  is_off INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE manager_subjects (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  tenant TEXT NOT NULL,
  manager TEXT NOT NULL,
  PRIMARY KEY (tenant, issuer, subject)
) WITHOUT ROWID;
CREATE INDEX manager_subjects_manager ON manager_subjects (manager);
CREATE TABLE kept_answers (
  hash TEXT PRIMARY KEY,
  question TEXT NOT NULL,
  answer TEXT,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX kept_answers_at ON kept_answers (at);
CREATE TABLE brands (
  tenant TEXT PRIMARY KEY,
  name TEXT,
  host TEXT UNIQUE,
  from_name TEXT,
  accent TEXT,
  login_text TEXT,
  logo TEXT,
  logo_type TEXT,
  changed_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  domain TEXT,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  kinds TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  cursor TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  failing_since INTEGER,
  due_at INTEGER NOT NULL,
  lease_until INTEGER NOT NULL DEFAULT 0,
  paused_at INTEGER,
  paused_why TEXT
) WITHOUT ROWID;
CREATE INDEX webhooks_due ON webhooks (due_at) WHERE paused_at IS NULL;
CREATE TABLE webhook_posts (
  id TEXT PRIMARY KEY,
  webhook TEXT NOT NULL,
  at INTEGER NOT NULL,
  events INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  status INTEGER,
  error TEXT NOT NULL,
  took_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX webhook_posts_webhook ON webhook_posts (webhook, id);
CREATE INDEX webhook_posts_at ON webhook_posts (at);
CREATE TABLE happenings (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  tenant TEXT,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX happenings_at ON happenings (at);
`
