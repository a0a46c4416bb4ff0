/** The sender of a returned delivery that was sent again has heard that it failed, so he hears where it arrives. */
export const resentSchema = `
ALTER TABLE deliveries ADD COLUMN owes_news INTEGER NOT NULL DEFAULT 0;
`
