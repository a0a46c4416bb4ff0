/** Who is told what is new on the status page, and what he still has to be told. */
export const subscribersSchema = `
CREATE TABLE status_subscribers (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  address TEXT NOT NULL,
  components TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  confirmed_at INTEGER,
  leave_secret TEXT NOT NULL UNIQUE,
  confirm_hash TEXT UNIQUE,
  confirm_until INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX status_subscribers_confirmed ON status_subscribers (address) WHERE confirmed_at IS NOT NULL;
CREATE UNIQUE INDEX status_subscribers_asked ON status_subscribers (address) WHERE confirmed_at IS NULL;
CREATE TABLE status_announced (
  update_id TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE status_notices (
  update_id TEXT NOT NULL,
  subscriber TEXT NOT NULL,
  incident TEXT NOT NULL,
  message_id TEXT NOT NULL,
  due_at INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  told_at INTEGER,
  PRIMARY KEY (update_id, subscriber)
) WITHOUT ROWID;
CREATE INDEX status_notices_due ON status_notices (due_at) WHERE due_at IS NOT NULL;
`
