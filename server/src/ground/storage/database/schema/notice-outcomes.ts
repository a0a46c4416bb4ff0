/** What became of notices to subscribers of the status page, and since when an address counts as dead. */
export const noticeOutcomesSchema = `
ALTER TABLE status_notices ADD COLUMN outcome TEXT;
ALTER TABLE status_notices ADD COLUMN outcome_at INTEGER;
CREATE INDEX status_notices_message ON status_notices (message_id);
CREATE INDEX status_notices_heard ON status_notices (subscriber, message_id) WHERE outcome IS NOT NULL;
ALTER TABLE status_subscribers ADD COLUMN unreachable_since INTEGER;
CREATE INDEX status_subscribers_unreachable ON status_subscribers (unreachable_since)
  WHERE unreachable_since IS NOT NULL;
`
