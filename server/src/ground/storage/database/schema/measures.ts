/** What the processes have measured, by period; kept for a few hours. */
export const measuresSchema = `
CREATE TABLE measures (
  at INTEGER NOT NULL,
  node TEXT NOT NULL,
  name TEXT NOT NULL,
  direction TEXT NOT NULL,
  tenants TEXT NOT NULL,
  hop TEXT NOT NULL,
  count INTEGER NOT NULL,
  sum_ms REAL NOT NULL,
  steps TEXT NOT NULL,
  PRIMARY KEY (at, node, name, direction, tenants, hop)
) WITHOUT ROWID;
CREATE TABLE measured_waiting (
  at INTEGER NOT NULL,
  direction TEXT NOT NULL,
  waiting INTEGER NOT NULL,
  PRIMARY KEY (at, direction)
) WITHOUT ROWID;
`
