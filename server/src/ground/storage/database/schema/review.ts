/** People who look after their own mail: what waits for whom, links and sessions without passwords, and requests. */
export const reviewSchema = `
CREATE TABLE review_people (
  address TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  due_at INTEGER,
  news_since INTEGER,
  asked INTEGER NOT NULL DEFAULT 0,
  freed INTEGER NOT NULL DEFAULT 0,
  mailed_at INTEGER,
  reviewed_at INTEGER
) WITHOUT ROWID;
CREATE INDEX review_people_due ON review_people (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE review_mail (
  address TEXT NOT NULL,
  at INTEGER NOT NULL,
  message_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  gone_at INTEGER,
  PRIMARY KEY (address, at, message_id, n)
) WITHOUT ROWID;
CREATE INDEX review_mail_message ON review_mail (message_id, n);
CREATE INDEX review_mail_gone ON review_mail (gone_at) WHERE gone_at IS NOT NULL;
CREATE TABLE review_links (
  hash TEXT PRIMARY KEY,
  address TEXT NOT NULL,
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  clicks INTEGER NOT NULL,
  since INTEGER NOT NULL,
  code_hash TEXT,
  tries INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX review_links_made ON review_links (made_at);
CREATE TABLE review_sessions (
  hash TEXT PRIMARY KEY,
  address TEXT NOT NULL,
  tenant TEXT NOT NULL,
  since INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ip TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX review_sessions_end ON review_sessions (expires_at);
CREATE TABLE release_requests (
  id TEXT PRIMARY KEY,
  message_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  rcpt_to TEXT NOT NULL,
  person TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  decided_at INTEGER,
  decided_by TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  tell INTEGER NOT NULL DEFAULT 0,
  UNIQUE (message_id, n)
) WITHOUT ROWID;
CREATE INDEX release_requests_state ON release_requests (state, id);
CREATE INDEX release_requests_tell ON release_requests (id) WHERE tell = 1;
`
