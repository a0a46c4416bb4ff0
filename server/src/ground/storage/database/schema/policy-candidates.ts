/** Changes of policy on trial, what they have shown by the hour, and messages that fare otherwise by them. */
export const policyCandidatesSchema = `
CREATE TABLE policy_candidates (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL,
  tenant TEXT NOT NULL,
  stage TEXT NOT NULL,
  share REAL NOT NULL,
  people TEXT NOT NULL,
  since INTEGER NOT NULL,
  added_at INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  moved_by TEXT NOT NULL,
  why TEXT NOT NULL,
  edits TEXT NOT NULL,
  proposal TEXT NOT NULL,
  guard REAL NOT NULL,
  promote_after_ms INTEGER,
  version INTEGER
);
CREATE UNIQUE INDEX policy_candidates_open ON policy_candidates (scope) WHERE stage IN ('shadow', 'canary');
CREATE INDEX policy_candidates_tenant ON policy_candidates (tenant, added_at);
CREATE TABLE policy_candidate_hours (
  candidate TEXT NOT NULL,
  stage TEXT NOT NULL,
  hour INTEGER NOT NULL,
  deliveries INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  held_before INTEGER NOT NULL,
  held_after INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  PRIMARY KEY (candidate, stage, hour)
) WITHOUT ROWID;
CREATE TABLE policy_candidate_differences (
  candidate TEXT NOT NULL,
  message_id TEXT NOT NULL,
  stage TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  because TEXT NOT NULL,
  recipients INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (candidate, message_id, stage, before, after, because)
) WITHOUT ROWID;
CREATE INDEX policy_candidate_differences_at ON policy_candidate_differences (candidate, at);
`
