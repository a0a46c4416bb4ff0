/**
 * What owners of domains ask of connections to their servers, and what these came to.
 * `sent_reports` remembers which daily report has gone where, so that a restart sends none twice.
 */
export const transportSchema = `
CREATE TABLE sts_policies (
  domain TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  text TEXT NOT NULL,
  fetched_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sts_policies_by_end ON sts_policies (expires_at);
CREATE TABLE tls_results (
  day TEXT NOT NULL,
  domain TEXT NOT NULL,
  policy_type TEXT NOT NULL,
  policy_text TEXT NOT NULL,
  policy_hosts TEXT NOT NULL,
  result TEXT NOT NULL,
  reason TEXT NOT NULL,
  source_ip TEXT NOT NULL,
  host TEXT NOT NULL,
  ip TEXT NOT NULL,
  sessions INTEGER NOT NULL
);
CREATE INDEX tls_results_by_day ON tls_results (day, domain);
CREATE TABLE sent_reports (
  kind TEXT NOT NULL,
  day TEXT NOT NULL,
  domain TEXT NOT NULL,
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  PRIMARY KEY (kind, day, domain)
) WITHOUT ROWID;
`
