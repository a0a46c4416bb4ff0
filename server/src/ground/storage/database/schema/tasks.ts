/** Work that people order and that goes on by itself: how far it has come is written with each of its steps. */
export const tasksSchema = `
CREATE TABLE tasks (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  who TEXT NOT NULL,
  ip TEXT NOT NULL,
  tenant TEXT NOT NULL,
  task_order TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  total INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0,
  position TEXT NOT NULL DEFAULT '',
  result TEXT,
  problem TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER,
  lease_owner TEXT
) WITHOUT ROWID;
CREATE INDEX tasks_due ON tasks (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX tasks_ended ON tasks (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX tasks_who ON tasks (who, id);
`
