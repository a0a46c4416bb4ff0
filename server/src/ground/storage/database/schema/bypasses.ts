/** Domains whose own servers send past us for a while. */
export const bypassesSchema = `
CREATE TABLE bypasses (
  domain TEXT PRIMARY KEY,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  why TEXT NOT NULL,
  who TEXT NOT NULL
) WITHOUT ROWID;
`
