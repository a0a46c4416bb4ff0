/** Questions to the messages that somebody has given a name, to ask them again or to share them. */
export const questionsSchema = `
CREATE TABLE saved_questions (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  question TEXT NOT NULL,
  is_shared INTEGER NOT NULL,
  who TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX saved_questions_tenant ON saved_questions (tenant);
`
