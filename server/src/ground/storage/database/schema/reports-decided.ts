/** Which reports of people are old enough to be forgotten: those that somebody has decided so long ago. */
export const reportsDecidedSchema = `
CREATE INDEX reports_decided ON reports (coalesce(decided_at, at)) WHERE state <> 'open';
`
