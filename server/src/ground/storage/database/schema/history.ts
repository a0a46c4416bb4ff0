/** The history of incidents: documents and their entries as told, and the incidents that were made of them. */
export const historySchema = `
CREATE TABLE history_documents (
  id TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  form TEXT NOT NULL,
  entries INTEGER NOT NULL,
  stated TEXT,
  imported_at INTEGER NOT NULL,
  imported_by TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE history_entries (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  document TEXT NOT NULL,
  apart INTEGER NOT NULL DEFAULT 0,
  entry TEXT NOT NULL
);
CREATE TABLE history_incidents (
  place INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  incident TEXT NOT NULL
);
`

/** Months of our own as they were published when they had ended, and what was corrected since. */
export const historyMonthsSchema = `
CREATE TABLE history_months (
  month TEXT PRIMARY KEY,
  frozen TEXT NOT NULL
) WITHOUT ROWID;
`
