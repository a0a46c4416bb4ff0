/** How the receiver of a webhook wants to read what happens. */
export const webhookFormsSchema = `
ALTER TABLE webhooks ADD COLUMN form TEXT NOT NULL DEFAULT 'mailkeep';
`
