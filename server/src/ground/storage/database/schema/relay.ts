/** Who may send to the world through here: servers of customers, and passwords for mail programs. */
export const relaySchema = `
CREATE TABLE relays (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  domains TEXT NOT NULL,
  note TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  added_by TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX relays_tenant ON relays (tenant);
CREATE UNIQUE INDEX relays_value ON relays (kind, value, tenant);
CREATE TABLE mail_passwords (
  id TEXT PRIMARY KEY,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  record TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  made_by TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX mail_passwords_login ON mail_passwords (login);
`
