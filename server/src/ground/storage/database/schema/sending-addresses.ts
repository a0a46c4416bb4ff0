/** Addresses that mail leaves by, what they have learnt of receivers and carried to them, and who lists them. */
export const sendingAddressesSchema = `
CREATE TABLE sending_addresses (
  ip TEXT PRIMARY KEY,
  pool TEXT NOT NULL,
  helo TEXT NOT NULL,
  state TEXT NOT NULL,
  warm_up TEXT,
  added_at INTEGER NOT NULL,
  added_by TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE sending_paths (
  ip TEXT NOT NULL,
  receiver TEXT NOT NULL,
  memory TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (ip, receiver)
) WITHOUT ROWID;
CREATE INDEX sending_paths_changed ON sending_paths (changed_at);
CREATE TABLE sending_days (
  day TEXT NOT NULL,
  ip TEXT NOT NULL,
  receiver TEXT NOT NULL,
  taken INTEGER NOT NULL DEFAULT 0,
  deferred INTEGER NOT NULL DEFAULT 0,
  slow INTEGER NOT NULL DEFAULT 0,
  listed INTEGER NOT NULL DEFAULT 0,
  judged INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (day, ip, receiver)
) WITHOUT ROWID;
CREATE INDEX sending_days_path ON sending_days (ip, receiver, day);
CREATE TABLE sending_listings (
  ip TEXT NOT NULL,
  zone TEXT NOT NULL,
  state TEXT NOT NULL,
  text TEXT NOT NULL,
  since INTEGER NOT NULL,
  checked_at INTEGER NOT NULL,
  PRIMARY KEY (ip, zone)
) WITHOUT ROWID;
`
