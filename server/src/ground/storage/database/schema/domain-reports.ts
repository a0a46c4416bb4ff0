/** DMARC and TLS reports that others send about our domains. */
export const domainReportsSchema = `
CREATE TABLE domain_reports (
  message_id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  domain TEXT NOT NULL,
  kind TEXT NOT NULL,
  organization TEXT NOT NULL,
  report_id TEXT NOT NULL,
  begin_at INTEGER NOT NULL,
  end_at INTEGER NOT NULL,
  proven INTEGER NOT NULL,
  total INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  UNIQUE (domain, kind, organization, report_id)
) WITHOUT ROWID;
CREATE INDEX domain_reports_at ON domain_reports (at, message_id);
CREATE INDEX domain_reports_domain ON domain_reports (domain, kind, end_at);
CREATE TABLE domain_report_rows (
  message_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  source TEXT NOT NULL,
  result TEXT NOT NULL,
  detail TEXT NOT NULL,
  count INTEGER NOT NULL,
  good INTEGER NOT NULL,
  PRIMARY KEY (message_id, n)
) WITHOUT ROWID;
`
