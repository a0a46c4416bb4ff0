/** Released mail that has not been tried yet, for telling when it waits too long. */
export const quarantineSchema = `
CREATE INDEX deliveries_released ON deliveries (due_at) WHERE state = 'waiting' AND reason = 'released-from-quarantine';
`
