/** How much each mailbox sends: the last hours by five minutes and process, the last weeks by hour; and who is suspended. */
export const sendingVolumeSchema = `
CREATE TABLE sending_slots (
  sender TEXT NOT NULL,
  at INTEGER NOT NULL,
  instance TEXT NOT NULL,
  tenant TEXT NOT NULL,
  recipients INTEGER NOT NULL,
  PRIMARY KEY (sender, at, instance)
) WITHOUT ROWID;
CREATE INDEX sending_slots_at ON sending_slots (at);
CREATE TABLE sending_hours (
  sender TEXT NOT NULL,
  hour INTEGER NOT NULL,
  recipients INTEGER NOT NULL,
  PRIMARY KEY (sender, hour)
) WITHOUT ROWID;
CREATE INDEX sending_hours_hour ON sending_hours (hour);
CREATE TABLE sending_people (
  sender TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  advised_at INTEGER,
  suspended_at INTEGER,
  why TEXT NOT NULL DEFAULT '[]',
  told_at INTEGER,
  vouched INTEGER NOT NULL DEFAULT 0,
  vouched_until INTEGER
) WITHOUT ROWID;
CREATE INDEX sending_people_suspended ON sending_people (suspended_at) WHERE suspended_at IS NOT NULL;
CREATE TABLE suspended_mail (
  message_id TEXT PRIMARY KEY,
  sender TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX suspended_mail_sender ON suspended_mail (sender);
`
