/**
 * When a version that can open encrypted content has found it damaged. Null: none has, and what an older one has parked may
 * be whole.
 */
export const bodyDamageSchema = `
ALTER TABLE body_keys ADD COLUMN damaged_at INTEGER;
`
