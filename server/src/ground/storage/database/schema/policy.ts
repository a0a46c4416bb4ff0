/** What was changed in settings, lists and rules: one row a step, never changed afterwards. */
export const policyVersions = `
CREATE TABLE policy_versions (
  version INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  ip TEXT NOT NULL,
  tenant TEXT NOT NULL,
  scope TEXT NOT NULL,
  what TEXT NOT NULL,
  undoes INTEGER,
  edits INTEGER NOT NULL,
  changes TEXT NOT NULL
);
CREATE INDEX policy_versions_scope ON policy_versions (scope, version);
CREATE INDEX policy_versions_tenant ON policy_versions (tenant, version);
CREATE INDEX policy_versions_undoes ON policy_versions (undoes) WHERE undoes IS NOT NULL;
`
