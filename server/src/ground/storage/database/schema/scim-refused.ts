/** When a source was last too full for what was pushed, and how many bytes that wanted. */
export const scimRefusedSchema = `
ALTER TABLE sync_sources ADD COLUMN push_refused_at INTEGER;
ALTER TABLE sync_sources ADD COLUMN push_refused_bytes INTEGER;
`
