/** When a manager was last told by mail that people wait for him. */
export const askedMailsSchema = `
ALTER TABLE managers ADD COLUMN asked_mailed_at INTEGER;
`
