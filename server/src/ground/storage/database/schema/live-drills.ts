/** Drills beside people's mail; at most one is open. */
export const liveDrillsSchema = `
CREATE TABLE live_drills (
  id TEXT PRIMARY KEY,
  ended_at INTEGER,
  stopped_by TEXT,
  runner TEXT NOT NULL,
  beat_at INTEGER NOT NULL,
  body TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX live_drills_open ON live_drills ((1)) WHERE ended_at IS NULL;
`
