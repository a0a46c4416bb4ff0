/** What people and servers of ours have sent lately, by all that makes a message the same. */
export const submissionsSchema = `
CREATE TABLE submissions (
  key TEXT PRIMARY KEY,
  message_id TEXT NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX submissions_at ON submissions (at);
CREATE INDEX submissions_message ON submissions (message_id);
`
