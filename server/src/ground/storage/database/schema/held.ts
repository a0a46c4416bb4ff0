/** Outbound mail that waits for its sender or a manager: what he was told of, and links by which he decides. */
export const heldSchema = `
CREATE TABLE held_mail (
  message_id TEXT PRIMARY KEY,
  sender TEXT NOT NULL,
  tenant TEXT NOT NULL,
  held_at INTEGER NOT NULL,
  tell_at INTEGER,
  told_at INTEGER,
  warned_at INTEGER,
  asked_at INTEGER,
  code_hash TEXT,
  code_until INTEGER,
  code_tries INTEGER,
  correct INTEGER NOT NULL DEFAULT 0,
  gone_at INTEGER
) WITHOUT ROWID;
CREATE INDEX held_mail_tell ON held_mail (tell_at) WHERE tell_at IS NOT NULL;
CREATE INDEX held_mail_sender ON held_mail (sender, told_at);
CREATE INDEX held_mail_open ON held_mail (held_at, message_id) WHERE gone_at IS NULL;
CREATE INDEX held_mail_gone ON held_mail (gone_at) WHERE gone_at IS NOT NULL;
CREATE INDEX held_mail_correct ON held_mail (sender) WHERE correct = 1;
CREATE TABLE held_links (
  hash TEXT PRIMARY KEY,
  message_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX held_links_message ON held_links (message_id);
`
