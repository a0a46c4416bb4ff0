/** Whose reports wait for a decision, without reading each of them: by tenant and domain, the oldest first. */
export const reportsPlacesSchema = `
CREATE INDEX reports_places ON reports (tenant || ' ' || lower(replace(coalesce(rcpt_to, reporter),
  rtrim(coalesce(rcpt_to, reporter), replace(coalesce(rcpt_to, reporter), '@', '')), '')), at) WHERE state = 'open';
`
