/** Sums of the ledger by hour and day, for the site, each tenant and each domain; and the latest mail of each domain. */
export const statisticsSchema = `
CREATE TABLE statistics (
  span TEXT NOT NULL,
  tenant TEXT NOT NULL,
  domain TEXT NOT NULL,
  at INTEGER NOT NULL,
  direction TEXT NOT NULL,
  what TEXT NOT NULL,
  reason TEXT NOT NULL,
  deliveries INTEGER NOT NULL,
  PRIMARY KEY (span, tenant, domain, at, direction, what, reason)
) WITHOUT ROWID;
CREATE INDEX statistics_age ON statistics (span, at);
CREATE TABLE statistics_tops (
  tenant TEXT NOT NULL,
  day INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  deliveries INTEGER NOT NULL,
  PRIMARY KEY (tenant, day, kind, name)
) WITHOUT ROWID;
CREATE INDEX statistics_tops_age ON statistics_tops (day);
CREATE TABLE domain_flow (
  domain TEXT PRIMARY KEY,
  recent TEXT NOT NULL,
  last_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE statistics_position (
  id INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  refusal TEXT NOT NULL,
  complete_up_to INTEGER NOT NULL
);
`

/** How far refusals are summed up in the order of writing; the version before leaves both empty when it feeds. */
export const statisticsLineSchema = `
ALTER TABLE statistics_position ADD COLUMN line INTEGER;
ALTER TABLE statistics_position ADD COLUMN followed_since INTEGER;
`

/** Since when what mail was judged to be is summed up; the version before leaves it empty when it feeds. */
export const statisticsVerdictSchema = `
ALTER TABLE statistics_position ADD COLUMN verdicts_since INTEGER;
`
