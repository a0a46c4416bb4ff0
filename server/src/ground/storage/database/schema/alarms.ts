/** Alarms as people are told of them: what is open, who wants to hear of what, and which mails were sent. */
export const alarmsSchema = `
CREATE TABLE alarm_states (
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  since INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  instance TEXT NOT NULL,
  cleared_at INTEGER,
  withdrawn TEXT,
  PRIMARY KEY (name, subject)
) WITHOUT ROWID;
CREATE TABLE alarm_subscriptions (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL,
  tenant TEXT NOT NULL,
  names TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE alarm_mails (
  subscription TEXT NOT NULL,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  since INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  message_id TEXT NOT NULL,
  sent INTEGER NOT NULL,
  PRIMARY KEY (subscription, name, subject, since, kind)
) WITHOUT ROWID;
CREATE INDEX alarm_mails_at ON alarm_mails (at);
`
