/**
 * How the DNS records of each domain were when they were last looked at (services/directory/light-store.ts): a JSON object
 * of states by the name of the light. A row that is older than its domain is of one that had the name before, and counts
 * for nothing.
 */
export const domainLightsSchema = `
CREATE TABLE domain_lights (
  domain TEXT PRIMARY KEY,
  states TEXT NOT NULL,
  checked_at INTEGER NOT NULL
) WITHOUT ROWID;
`
