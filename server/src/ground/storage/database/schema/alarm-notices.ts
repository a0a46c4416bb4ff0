/**
 * Who is told of alarms and how, and what was told. The tables before it (alarm_subscriptions, alarm_mails) stay for
 * versions that know no others.
 */
export const alarmNoticesSchema = `
CREATE TABLE alarm_receivers (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL,
  tenant TEXT NOT NULL,
  names TEXT NOT NULL,
  quiet TEXT,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO alarm_receivers (id, scope, tenant, names, created_at, created_by)
  SELECT id, scope, tenant, names, created_at, created_by FROM alarm_subscriptions;
CREATE TABLE alarm_targets (
  subscription TEXT NOT NULL,
  n INTEGER NOT NULL,
  form TEXT NOT NULL,
  address TEXT NOT NULL,
  secret TEXT NOT NULL,
  after_ms INTEGER NOT NULL,
  PRIMARY KEY (subscription, n)
) WITHOUT ROWID;
INSERT INTO alarm_targets (subscription, n, form, address, secret, after_ms)
  SELECT id, 0, 'mail', address, '', 0 FROM alarm_subscriptions;
CREATE TABLE alarm_notices (
  id TEXT PRIMARY KEY,
  subscription TEXT NOT NULL,
  cause TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  joined_at INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  acked_at INTEGER,
  acked_by TEXT,
  ended_at INTEGER
) WITHOUT ROWID;
CREATE INDEX alarm_notices_ended ON alarm_notices (ended_at);
CREATE INDEX alarm_notices_subscription ON alarm_notices (subscription);
INSERT INTO alarm_notices (id, subscription, cause, opened_at, joined_at, revision, ended_at)
  SELECT r.message_id, r.subscription, 'mail', r.at, r.at, 1,
    (SELECT e.at FROM alarm_mails e WHERE e.subscription = r.subscription AND e.name = r.name
       AND e.subject = r.subject AND e.since = r.since AND e.kind <> 'raised' LIMIT 1)
  FROM alarm_mails r WHERE r.kind = 'raised' AND r.subscription IN (SELECT id FROM alarm_subscriptions);
CREATE TABLE alarm_notice_lines (
  subscription TEXT NOT NULL,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  since INTEGER NOT NULL,
  notice TEXT NOT NULL,
  text TEXT NOT NULL,
  state TEXT NOT NULL,
  raised_at INTEGER NOT NULL,
  ended_at INTEGER,
  cleared_at INTEGER,
  why TEXT NOT NULL,
  PRIMARY KEY (subscription, name, subject, since)
) WITHOUT ROWID;
CREATE INDEX alarm_notice_lines_notice ON alarm_notice_lines (notice);
INSERT INTO alarm_notice_lines (subscription, name, subject, since, notice, text, state, raised_at, ended_at,
    cleared_at, why)
  SELECT r.subscription, r.name, r.subject, r.since, r.message_id,
    coalesce((SELECT s.text FROM alarm_states s WHERE s.name = r.name AND s.subject = r.subject), ''),
    CASE WHEN n.ended_at IS NULL THEN 'open' ELSE 'over' END, 1,
    CASE WHEN n.ended_at IS NULL THEN NULL ELSE 1 END, n.ended_at, ''
  FROM alarm_mails r JOIN alarm_notices n ON n.id = r.message_id WHERE r.kind = 'raised';
CREATE TABLE alarm_tellings (
  notice TEXT NOT NULL,
  target INTEGER NOT NULL,
  told_revision INTEGER NOT NULL DEFAULT 0,
  first_told_at INTEGER,
  last_told_at INTEGER,
  first_message TEXT,
  pending TEXT,
  pending_revision INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  failing_since INTEGER,
  error TEXT NOT NULL DEFAULT '',
  secret TEXT NOT NULL,
  PRIMARY KEY (notice, target)
) WITHOUT ROWID;
CREATE INDEX alarm_tellings_secret ON alarm_tellings (secret);
INSERT INTO alarm_tellings (notice, target, told_revision, first_told_at, last_told_at, first_message, pending,
    pending_revision, secret)
  SELECT message_id, 0, CASE WHEN sent > 0 THEN 1 ELSE 0 END, CASE WHEN sent > 0 THEN at END,
    CASE WHEN sent > 0 THEN at END, CASE WHEN sent > 0 THEN message_id END,
    CASE WHEN sent > 0 THEN NULL ELSE message_id END, 1, lower(hex(randomblob(32)))
  FROM alarm_mails WHERE kind = 'raised' AND message_id IN (SELECT id FROM alarm_notices);
CREATE TABLE alarm_told (
  message TEXT PRIMARY KEY,
  subscription TEXT NOT NULL,
  target INTEGER NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX alarm_told_at ON alarm_told (at);
`
