/** Recipients that tenants do not write to for a while, with the reason; kept on for a time, so that a second bounce counts as one. */
export const suppressionSchema = `
CREATE TABLE suppressions (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  address TEXT NOT NULL,
  cause TEXT NOT NULL,
  class TEXT NOT NULL,
  words TEXT NOT NULL,
  message_id TEXT NOT NULL,
  times INTEGER NOT NULL,
  added_at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  note TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX suppressions_tenant ON suppressions (tenant, until);
CREATE INDEX suppressions_until ON suppressions (until);
CREATE INDEX suppressions_address ON suppressions (address COLLATE NOCASE);
`
