/** Keys that sign mail of domains; the private ones sealed. */
export const dkimSchema = `
CREATE TABLE dkim_keys (
  domain TEXT NOT NULL,
  selector TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  private_key TEXT NOT NULL,
  public_key TEXT NOT NULL,
  state TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  active_at INTEGER,
  retired_at INTEGER,
  checked_at INTEGER,
  PRIMARY KEY (domain, selector)
) WITHOUT ROWID;
`
