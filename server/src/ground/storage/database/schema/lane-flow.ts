/** What has come into each lane and left it, in steps of seconds; kept for a quarter of an hour. */
export const laneFlowSchema = `
CREATE TABLE lane_flow (
  at INTEGER NOT NULL,
  lane TEXT NOT NULL,
  came INTEGER NOT NULL,
  gone INTEGER NOT NULL,
  PRIMARY KEY (at, lane)
) WITHOUT ROWID;
`
