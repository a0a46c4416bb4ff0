/**
 * Keys of the site that were made, and not given up since (bodies/content-keys.ts): by them a file of keys that is gone
 * differs from one that never was.
 */
export const contentKeysSchema = `
CREATE TABLE content_keys (id TEXT PRIMARY KEY) WITHOUT ROWID;
`
