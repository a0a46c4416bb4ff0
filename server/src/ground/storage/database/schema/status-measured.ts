/** What was measured of the components of the status page, and what people said against it. */
export const statusMeasuredSchema = `
CREATE TABLE status_measured (
  component TEXT PRIMARY KEY,
  period_at INTEGER NOT NULL,
  measured TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE status_days (
  day TEXT NOT NULL,
  component TEXT NOT NULL,
  good INTEGER NOT NULL DEFAULT 0,
  degraded INTEGER NOT NULL DEFAULT 0,
  partial INTEGER NOT NULL DEFAULT 0,
  major INTEGER NOT NULL DEFAULT 0,
  unknown INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (day, component)
) WITHOUT ROWID;
CREATE TABLE status_overrides (
  component TEXT PRIMARY KEY,
  until INTEGER NOT NULL,
  override TEXT NOT NULL
) WITHOUT ROWID;
`
