/** Whether a session was opened by a link, whose owner may have lost his password, and he has set none in it since. */
export const sessionsByLinkSchema = `
ALTER TABLE sessions ADD COLUMN by_link INTEGER NOT NULL DEFAULT 0;
`
