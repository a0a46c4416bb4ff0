/** What stood at domains and people who were removed: in force no more, and kept for a while in case they come back. */
export const leftBehindSchema = `
CREATE TABLE left_behind (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  domain TEXT NOT NULL,
  tenant TEXT NOT NULL,
  at INTEGER NOT NULL,
  made_by TEXT,
  place TEXT NOT NULL,
  row TEXT NOT NULL
);
CREATE INDEX left_behind_name ON left_behind (name);
CREATE INDEX left_behind_domain ON left_behind (domain);
CREATE INDEX left_behind_at ON left_behind (at);
`
