/** Refusals in the order of writing: their ids are made before, so they cannot be followed by those. */
export const searchSchema = `
CREATE TABLE refusal_log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL
);
INSERT INTO refusal_log (id) SELECT id FROM refusals ORDER BY id;
`
