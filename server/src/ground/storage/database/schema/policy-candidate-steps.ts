/**
 * Steps of changes of policy on trial: each that has ended, with what it measured and what ended it. A process of before
 * that moves a trial writes none; what it counted then stands with the step after.
 */
export const policyCandidateStepsSchema = `
ALTER TABLE policy_candidates ADD COLUMN by_steps INTEGER NOT NULL DEFAULT 0;
ALTER TABLE policy_candidate_hours ADD COLUMN messages INTEGER NOT NULL DEFAULT 0;
CREATE TABLE policy_candidate_steps (
  candidate TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  stage TEXT NOT NULL,
  share REAL NOT NULL,
  people INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  deliveries INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  held_before INTEGER NOT NULL,
  held_after INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  ended_by TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (candidate, since)
) WITHOUT ROWID;
`
