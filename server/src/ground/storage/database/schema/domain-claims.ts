/** Domains that tenants say are theirs, and have not proved yet: apart from `domains`, so nothing can take them for one. */
export const domainClaimsSchema = `
CREATE TABLE domain_claims (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  next_hop TEXT NOT NULL,
  any_recipient INTEGER NOT NULL,
  token TEXT NOT NULL,
  claimed_at INTEGER NOT NULL,
  claimed_by TEXT NOT NULL,
  checked_at INTEGER,
  found TEXT,
  said TEXT NOT NULL,
  due_at INTEGER,
  UNIQUE (tenant, name)
) WITHOUT ROWID;
CREATE INDEX domain_claims_due ON domain_claims (due_at) WHERE due_at IS NOT NULL;
`
