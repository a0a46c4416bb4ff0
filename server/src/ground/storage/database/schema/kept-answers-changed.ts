/** Whether a question with an Idempotency-Key has changed something: one that has is not done anew after a crash. */
export const keptAnswersChangedSchema = `
ALTER TABLE kept_answers ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
`
