/**
 * Mail to many goes behind mail to one. Its rows stand among those that were tried before, so that an older program
 * sends them too; both indexes hold nothing of the mail of persons that has not been tried.
 */
export const massMailSchema = `
ALTER TABLE deliveries ADD COLUMN bulk INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deliveries_bulk ON deliveries (lane, due_at) WHERE state = 'waiting' AND due_at IS NOT NULL AND fresh = 0 AND bulk = 1;
CREATE INDEX deliveries_tried ON deliveries (lane, due_at) WHERE state = 'waiting' AND due_at IS NOT NULL AND fresh = 0 AND bulk = 0;
`
