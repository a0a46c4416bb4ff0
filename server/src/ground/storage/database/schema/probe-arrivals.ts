/** Messages of our own that have gone round, for minutes. */
export const probeArrivalsSchema = `
CREATE TABLE probe_arrivals (
  token TEXT PRIMARY KEY,
  begun_at INTEGER NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;
`
