/**
 * Members of a large group are written beside those that stand, and put in their place at once: `member_set` is what then
 * follows the id of the group in scim_members. Sets that nobody sees go in small steps from `due_at` on.
 */
export const scimSetsSchema = `
ALTER TABLE scim_resources ADD COLUMN member_set TEXT NOT NULL DEFAULT '';
CREATE TABLE scim_left_sets (
  source TEXT NOT NULL,
  group_id TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  PRIMARY KEY (source, group_id)
) WITHOUT ROWID;
CREATE INDEX scim_left_sets_due ON scim_left_sets (due_at);
`
