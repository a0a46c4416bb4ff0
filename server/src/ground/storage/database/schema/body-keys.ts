/**
 * Which content is encrypted, and the key of each message, wrapped with one of the site (bodies/content-keys.ts). A row
 * without content behind it is left by a version that knew of none; the next start takes it away. `form` says how the
 * bytes are sealed: 1, see platform/sealed-content.ts.
 */
export const bodyKeysSchema = `
CREATE TABLE body_keys (
  message_id TEXT PRIMARY KEY,
  form INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  wrapped BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX body_keys_key ON body_keys (key_id);
`
