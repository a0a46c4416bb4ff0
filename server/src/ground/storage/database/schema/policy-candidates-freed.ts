/**
 * What changes of policy on trial let through that is held as virus or phishing without them. A process of before counts
 * none.
 */
export const policyCandidatesFreedSchema = `
ALTER TABLE policy_candidate_hours ADD COLUMN freed_bad INTEGER NOT NULL DEFAULT 0;
ALTER TABLE policy_candidate_steps ADD COLUMN freed_bad INTEGER NOT NULL DEFAULT 0;
`
