import { accountsSchema } from './schema/accounts.ts'
import { alarmLinesSchema } from './schema/alarm-lines.ts'
import { alarmNoticesSchema } from './schema/alarm-notices.ts'
import { alarmTextsSchema } from './schema/alarm-texts.ts'
import { alarmsSchema } from './schema/alarms.ts'
import { askedMailsSchema } from './schema/asked-mails.ts'
import { bodyDamageSchema } from './schema/body-damage.ts'
import { bodyKeysSchema } from './schema/body-keys.ts'
import { bypassesSchema } from './schema/bypasses.ts'
import { contentKeysSchema } from './schema/content-keys.ts'
import { directoryLists } from './schema/directory-lists.ts'
import { dkimSchema } from './schema/dkim.ts'
import { domainClaimsSchema } from './schema/domain-claims.ts'
import { domainLightsSchema } from './schema/domain-lights.ts'
import { domainReportsSchema } from './schema/domain-reports.ts'
import { goldenResultsSchema } from './schema/golden-results.ts'
import { heldSchema } from './schema/held.ts'
import { historyMonthsSchema, historySchema } from './schema/history.ts'
import { incidentsSchema } from './schema/incidents.ts'
import { keptAnswersChangedSchema } from './schema/kept-answers-changed.ts'
import { laneFlowSchema } from './schema/lane-flow.ts'
import { leftBehindSchema } from './schema/left-behind.ts'
import { liveDrillsSchema } from './schema/live-drills.ts'
import { massMailSchema } from './schema/mass-mail.ts'
import { measuresSchema } from './schema/measures.ts'
import { nodeStanding } from './schema/node-standing.ts'
import { noticeOutcomesSchema } from './schema/notice-outcomes.ts'
import { policyVersions } from './schema/policy.ts'
import { policyCandidateStepsSchema } from './schema/policy-candidate-steps.ts'
import { policyCandidatesSchema } from './schema/policy-candidates.ts'
import { policyCandidatesFreedSchema } from './schema/policy-candidates-freed.ts'
import { probeArrivalsSchema } from './schema/probe-arrivals.ts'
import { probeProcessSchema } from './schema/probe-process.ts'
import { probeTriesSchema } from './schema/probe-tries.ts'
import { processRestarts, processRoles } from './schema/processes.ts'
import { quarantineSchema } from './schema/quarantine.ts'
import { questionsSchema } from './schema/questions.ts'
import { radarSchema } from './schema/radar.ts'
import { refusedPeopleSchema } from './schema/refused-people.ts'
import { relaySchema } from './schema/relay.ts'
import { reportsDecidedSchema } from './schema/reports-decided.ts'
import { reportsPlacesSchema } from './schema/reports-places.ts'
import { resentSchema } from './schema/resent.ts'
import { reviewSchema } from './schema/review.ts'
import { samlSchema } from './schema/saml.ts'
import { scimSchema } from './schema/scim.ts'
import { scimRefusedSchema } from './schema/scim-refused.ts'
import { scimSetsSchema } from './schema/scim-sets.ts'
import { searchSchema } from './schema/search.ts'
import { sendingSchema } from './schema/sending.ts'
import { sendingAddressesSchema } from './schema/sending-addresses.ts'
import { sendingVolumeSchema } from './schema/sending-volume.ts'
import { sessionsByLinkSchema } from './schema/sessions-by-link.ts'
import { statisticsLineSchema, statisticsSchema, statisticsVerdictSchema } from './schema/statistics.ts'
import { statusSchema } from './schema/status.ts'
import { statusMeasuredSchema } from './schema/status-measured.ts'
import { submissionsSchema } from './schema/submissions.ts'
import { subscribersSchema } from './schema/subscribers.ts'
import { suppressionSchema } from './schema/suppression.ts'
import { syncTables } from './schema/sync.ts'
import { tasksSchema } from './schema/tasks.ts'
import { transportSchema } from './schema/transport.ts'
import { upstreamSchema } from './schema/upstream.ts'
import { watchSchema } from './schema/watch.ts'
import { webhookFormsSchema } from './schema/webhook-forms.ts'

/**
 * The tables of the embedded database. Times are milliseconds since 1970; lists and objects are JSON text.
 * One file holds everything that changes together, so that one synced commit settles a state, its ledger event,
 * its books and its content. docs/decisions/0003-spool-format.md has the measurements.
 */
export const migrations: readonly string[] = [
  `
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  node TEXT NOT NULL,
  direction TEXT NOT NULL,
  mail_from TEXT NOT NULL,
  client TEXT NOT NULL,
  parameters TEXT NOT NULL,
  size INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  subject TEXT NOT NULL,
  header_from TEXT NOT NULL,
  header_message_id TEXT NOT NULL,
  state TEXT NOT NULL,
  explanation TEXT NOT NULL,
  edits TEXT NOT NULL,
  inspection_owner TEXT,
  inspection_due INTEGER,
  inspection_attempts INTEGER NOT NULL DEFAULT 0,
  keep_until INTEGER,
  withdrawn INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX messages_uninspected ON messages (inspection_due) WHERE state = 'inspecting';
CREATE INDEX messages_kept ON messages (keep_until) WHERE keep_until IS NOT NULL;
CREATE INDEX messages_sender ON messages (mail_from COLLATE NOCASE, id);
CREATE INDEX messages_header_id ON messages (header_message_id) WHERE header_message_id <> '';

CREATE TABLE bodies (
  message_id TEXT PRIMARY KEY,
  checksum INTEGER NOT NULL,
  sha256 TEXT,
  path TEXT,
  bytes BLOB
);

CREATE TABLE deliveries (
  message_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  rcpt_to TEXT NOT NULL,
  dsn TEXT,
  tenant TEXT NOT NULL,
  direction TEXT NOT NULL,
  lane TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  fresh INTEGER NOT NULL DEFAULT 1,
  accepted_at INTEGER NOT NULL,
  due_at INTEGER,
  lease_owner TEXT,
  expires_at INTEGER NOT NULL,
  notice_at INTEGER,
  settled_at INTEGER,
  last_attempt TEXT,
  PRIMARY KEY (message_id, n)
) WITHOUT ROWID;
CREATE INDEX deliveries_due ON deliveries (lane, fresh, due_at) WHERE state = 'waiting' AND due_at IS NOT NULL;
CREATE INDEX deliveries_expiry ON deliveries (expires_at) WHERE state = 'waiting';
CREATE INDEX deliveries_notice ON deliveries (notice_at) WHERE state = 'waiting' AND notice_at IS NOT NULL;
CREATE INDEX deliveries_kept ON deliveries (state, settled_at) WHERE state IN ('quarantined', 'held');
CREATE INDEX deliveries_recipient ON deliveries (rcpt_to COLLATE NOCASE, message_id);

CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  node TEXT NOT NULL,
  tenant TEXT NOT NULL,
  direction TEXT NOT NULL,
  message_id TEXT NOT NULL,
  n INTEGER,
  kind TEXT NOT NULL,
  state TEXT,
  reason TEXT NOT NULL,
  detail TEXT
);
CREATE INDEX events_message ON events (message_id);
CREATE INDEX events_at ON events (at);

CREATE TABLE refusals (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  node TEXT NOT NULL,
  tenant TEXT NOT NULL,
  client TEXT NOT NULL,
  mail_from TEXT NOT NULL,
  rcpt_to TEXT NOT NULL,
  stage TEXT NOT NULL,
  code INTEGER NOT NULL,
  enhanced TEXT NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  subject TEXT NOT NULL,
  header_message_id TEXT NOT NULL,
  detail TEXT
) WITHOUT ROWID;
CREATE INDEX refusals_recipient ON refusals (rcpt_to COLLATE NOCASE, id);
CREATE INDEX refusals_sender ON refusals (mail_from COLLATE NOCASE, id);

CREATE TABLE books (
  minute INTEGER NOT NULL,
  node TEXT NOT NULL,
  tenant TEXT NOT NULL,
  direction TEXT NOT NULL,
  accepted INTEGER NOT NULL DEFAULT 0,
  waiting INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  returned INTEGER NOT NULL DEFAULT 0,
  quarantined INTEGER NOT NULL DEFAULT 0,
  held INTEGER NOT NULL DEFAULT 0,
  sealed INTEGER NOT NULL DEFAULT 0,
  discarded INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (minute, node, tenant, direction)
) WITHOUT ROWID;

CREATE TABLE forgotten (
  tenant TEXT NOT NULL,
  direction TEXT NOT NULL,
  state TEXT NOT NULL,
  deliveries INTEGER NOT NULL,
  PRIMARY KEY (tenant, direction, state)
) WITHOUT ROWID;

CREATE TABLE processes (
  instance TEXT PRIMARY KEY,
  node TEXT NOT NULL,
  pid INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  parent TEXT REFERENCES tenants (id),
  level TEXT NOT NULL,
  name TEXT NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}',
  locked TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE TABLE domains (
  name TEXT PRIMARY KEY,
  tenant TEXT NOT NULL REFERENCES tenants (id),
  next_hop TEXT NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}',
  added_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE users (
  address TEXT PRIMARY KEY,
  domain TEXT NOT NULL REFERENCES domains (name),
  kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  display_name TEXT NOT NULL DEFAULT '',
  settings TEXT NOT NULL DEFAULT '{}',
  added_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX users_domain ON users (domain);
CREATE TABLE user_groups (
  id TEXT PRIMARY KEY,
  domain TEXT NOT NULL REFERENCES domains (name),
  name TEXT NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;
CREATE TABLE group_members (
  group_id TEXT NOT NULL REFERENCES user_groups (id),
  address TEXT NOT NULL,
  PRIMARY KEY (group_id, address)
) WITHOUT ROWID;
CREATE TABLE changes (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  what TEXT NOT NULL,
  who TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
`,
  // What people ask again and again must not cost more as the ledger grows: sums of the books, and indexes for lists.
  `
CREATE TABLE book_totals (
  tenant TEXT NOT NULL,
  direction TEXT NOT NULL,
  accepted INTEGER NOT NULL DEFAULT 0,
  waiting INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  returned INTEGER NOT NULL DEFAULT 0,
  quarantined INTEGER NOT NULL DEFAULT 0,
  held INTEGER NOT NULL DEFAULT 0,
  sealed INTEGER NOT NULL DEFAULT 0,
  discarded INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, direction)
) WITHOUT ROWID;
INSERT INTO book_totals (tenant, direction, accepted, waiting, delivered, returned, quarantined, held, sealed, discarded)
  SELECT tenant, direction, sum(accepted), sum(waiting), sum(delivered), sum(returned), sum(quarantined), sum(held), sum(sealed), sum(discarded)
  FROM books GROUP BY tenant, direction;
CREATE INDEX deliveries_parked ON deliveries (lane) WHERE state = 'waiting' AND due_at IS NULL;
CREATE INDEX refusals_header_id ON refusals (header_message_id) WHERE header_message_id <> '';
CREATE INDEX refusals_to_several ON refusals (id) WHERE instr(rcpt_to, ',') > 0;
`,
  // Delivery looks every second whether somebody wants an attempt now; that must cost nothing while nobody does.
  `
CREATE INDEX deliveries_retried ON deliveries (lane, due_at) WHERE state = 'waiting' AND reason = 'retried-by-hand';
`,
  // What decides and can change: sets of definitions, and how those on trial judge beside the active one.
  `
CREATE TABLE definitions (
  version TEXT PRIMARY KEY,
  stage TEXT NOT NULL,
  share REAL NOT NULL,
  since INTEGER NOT NULL,
  added_at INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  why TEXT NOT NULL,
  content TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE definition_trials (
  active TEXT NOT NULL,
  trial TEXT NOT NULL,
  messages INTEGER NOT NULL,
  active_hits INTEGER NOT NULL,
  trial_hits INTEGER NOT NULL,
  gained INTEGER NOT NULL,
  lost INTEGER NOT NULL,
  active_ms REAL NOT NULL,
  trial_ms REAL NOT NULL,
  PRIMARY KEY (active, trial)
) WITHOUT ROWID;
`,
  // Who writes to whom, by tenant: what is new to a tenant, and who pretends to be known. Indexed by day, so that a
  // pair that writes every hour changes its index once a day.
  `
CREATE TABLE acquaintances (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  domain TEXT NOT NULL,
  author TEXT NOT NULL,
  rcpt_to TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  last_day INTEGER NOT NULL,
  mails INTEGER NOT NULL,
  proven INTEGER NOT NULL,
  UNIQUE (tenant, domain, author, rcpt_to)
);
CREATE INDEX acquaintances_age ON acquaintances (last_day);
CREATE INDEX acquaintances_once ON acquaintances (last_day) WHERE mails = 1;
`,
  // What tenants want for their mail: rules, lists of senders, and settings that domains and groups lock.
  `
ALTER TABLE domains ADD COLUMN locked TEXT NOT NULL DEFAULT '[]';
ALTER TABLE user_groups ADD COLUMN locked TEXT NOT NULL DEFAULT '[]';
CREATE TABLE rules (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL,
  position INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  locked INTEGER NOT NULL,
  owner TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  paused TEXT,
  rule TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX rules_scope ON rules (scope, position);
CREATE TABLE rule_skips (
  rule_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (rule_id, message_id)
) WITHOUT ROWID;
CREATE TABLE sender_lists (
  scope TEXT NOT NULL,
  entry TEXT NOT NULL,
  kind TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  PRIMARY KEY (scope, entry, kind)
) WITHOUT ROWID;
`,
  // What senders that publish a DMARC policy may want to hear of.
  `
CREATE TABLE dmarc_results (
  day TEXT NOT NULL,
  author_domain TEXT NOT NULL,
  policy_domain TEXT NOT NULL,
  policy TEXT NOT NULL,
  ip TEXT NOT NULL,
  mail_from_domain TEXT NOT NULL,
  aligned_spf TEXT NOT NULL,
  aligned_dkim TEXT NOT NULL,
  spf TEXT NOT NULL,
  dkim TEXT NOT NULL,
  disposition TEXT NOT NULL,
  messages INTEGER NOT NULL,
  PRIMARY KEY (day, author_domain, ip, mail_from_domain, policy_domain, policy, aligned_spf, aligned_dkim, spf, dkim, disposition)
) WITHOUT ROWID;
`,
  // What people say of verdicts. A report keeps what was thought of the message, since the ledger forgets it sooner.
  `
CREATE TABLE reports (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  times INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  reporter TEXT NOT NULL,
  kind TEXT NOT NULL,
  about TEXT NOT NULL,
  proven INTEGER NOT NULL,
  header_message_id TEXT NOT NULL,
  message_id TEXT,
  rcpt_to TEXT,
  found_state TEXT,
  verdict TEXT,
  score INTEGER,
  findings TEXT NOT NULL,
  versions TEXT NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT NOT NULL,
  note TEXT NOT NULL,
  decided_at INTEGER,
  decided_by TEXT NOT NULL,
  answered INTEGER NOT NULL,
  answer_due TEXT,
  UNIQUE (tenant, reporter, kind, about)
) WITHOUT ROWID;
CREATE INDEX reports_at ON reports (at);
CREATE INDEX reports_answer_due ON reports (at) WHERE answer_due IS NOT NULL;
CREATE INDEX reports_open ON reports (at) WHERE state = 'open';
CREATE INDEX reports_reporter ON reports (tenant, reporter, at);
CREATE TABLE report_answers (
  report TEXT NOT NULL,
  about TEXT NOT NULL,
  at INTEGER NOT NULL,
  reporter TEXT NOT NULL,
  message_id TEXT NOT NULL,
  PRIMARY KEY (report, about)
) WITHOUT ROWID;
CREATE INDEX report_answers_pace ON report_answers (reporter, at);
`,
  // Who may come in, and the log of what people did: whose it was and where it came from.
  `
CREATE TABLE managers (
  id TEXT PRIMARY KEY,
  display_name TEXT NOT NULL,
  address TEXT NOT NULL,
  role TEXT NOT NULL,
  tenant TEXT NOT NULL,
  domains TEXT,
  password_hash TEXT,
  totp_secret TEXT,
  totp_step INTEGER NOT NULL DEFAULT 0,
  recovery_codes TEXT NOT NULL,
  needs_second_factor INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  disabled_at INTEGER
) WITHOUT ROWID;
CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  manager TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  is_complete INTEGER NOT NULL,
  ip TEXT NOT NULL,
  agent TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_manager ON sessions (manager);
CREATE INDEX sessions_seen ON sessions (seen_at);
CREATE TABLE sign_in_links (
  hash TEXT PRIMARY KEY,
  manager TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  name TEXT NOT NULL,
  tenant TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER,
  used_at INTEGER
) WITHOUT ROWID;
CREATE TABLE access_failures (subject TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX access_failures_subject ON access_failures (subject, at);
ALTER TABLE changes ADD COLUMN tenant TEXT;
ALTER TABLE changes ADD COLUMN ip TEXT NOT NULL DEFAULT '';
CREATE INDEX changes_tenant ON changes (tenant, id);
`,
  // What tenants have taught: hashes of messages that people decided about, and layers learnt from them.
  `
CREATE TABLE learning_examples (
  tenant TEXT NOT NULL,
  message_id TEXT NOT NULL,
  person TEXT NOT NULL,
  kind TEXT NOT NULL,
  weight REAL NOT NULL,
  sender TEXT NOT NULL,
  base REAL NOT NULL,
  at INTEGER NOT NULL,
  sketch TEXT NOT NULL,
  contrary TEXT NOT NULL,
  PRIMARY KEY (tenant, message_id, person)
) WITHOUT ROWID;
CREATE INDEX learning_examples_at ON learning_examples (tenant, at);
CREATE TABLE learning_layers (
  version TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  stage TEXT NOT NULL,
  share REAL NOT NULL,
  since INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  why TEXT NOT NULL,
  examples INTEGER NOT NULL,
  newest_example INTEGER NOT NULL,
  content BLOB NOT NULL
);
CREATE INDEX learning_layers_tenant ON learning_layers (tenant, made_at);
CREATE TABLE learning_resets (
  tenant TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX reports_accepted ON reports (decided_at) WHERE state = 'accepted';
`,
  // On what terms a delivery is made that a rule has changed or added.
  `
ALTER TABLE deliveries ADD COLUMN terms TEXT;
`,
  // Links that are followed beside the mail: the queue and what they came to, messages that want to hear of it, and
  // hosts that mail has led to.
  `
CREATE TABLE link_visits (
  url TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  due_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  done_at INTEGER,
  result TEXT
) WITHOUT ROWID;
CREATE INDEX link_visits_due ON link_visits (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX link_visits_asked ON link_visits (asked_at) WHERE due_at IS NOT NULL;
CREATE INDEX link_visits_tenant ON link_visits (tenant) WHERE due_at IS NOT NULL;
CREATE INDEX link_visits_done ON link_visits (done_at) WHERE done_at IS NOT NULL;
CREATE TABLE link_messages (
  message_id TEXT PRIMARY KEY,
  asked_at INTEGER NOT NULL,
  open INTEGER NOT NULL,
  ready_at INTEGER,
  around TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX link_messages_ready ON link_messages (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX link_messages_asked ON link_messages (asked_at);
CREATE TABLE link_waiters (
  url TEXT NOT NULL,
  message_id TEXT NOT NULL,
  PRIMARY KEY (url, message_id)
) WITHOUT ROWID;
CREATE INDEX link_waiters_message ON link_waiters (message_id);
CREATE TABLE link_hosts (
  host TEXT NOT NULL,
  tenant TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_day INTEGER NOT NULL,
  mails INTEGER NOT NULL,
  PRIMARY KEY (host, tenant)
) WITHOUT ROWID;
CREATE INDEX link_hosts_age ON link_hosts (last_day);
CREATE INDEX link_hosts_once ON link_hosts (last_day) WHERE mails = 1;
`,
  // Files of data that sets of definitions bring, such as a model.
  `
CREATE TABLE definition_files (
  sha256 TEXT PRIMARY KEY,
  content BLOB NOT NULL,
  kept_at INTEGER NOT NULL
);
`,
  // When each change was made, and the oldest program (by its number of changes) that can live with it.
  `
CREATE TABLE schema_changes (
  version INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  floor INTEGER NOT NULL
) WITHOUT ROWID;
`,
  tasksSchema,
  // Each change of what tenants want, with who made it, and what was before.
  policyVersions,
  reviewSchema,
  directoryLists,
  accountsSchema,
  searchSchema,
  quarantineSchema,
  // Where the people of tenants come from, and what each run did.
  syncTables,
  statisticsSchema,
  alarmsSchema,
  questionsSchema,
  // What others report about our domains.
  domainReportsSchema,
  resentSchema,
  // Who may send to the world through here.
  relaySchema,
  goldenResultsSchema,
  submissionsSchema,
  sendingSchema,
  dkimSchema,
  historySchema,
  webhookFormsSchema,
  // Outbound mail that waits for its sender or a manager.
  heldSchema,
  transportSchema,
  massMailSchema,
  laneFlowSchema,
  suppressionSchema,
  // Domains that are not proved yet.
  domainClaimsSchema,
  sendingAddressesSchema,
  // How much each mailbox sends, and who is suspended.
  sendingVolumeSchema,
  processRoles,
  // What the public is told.
  statusSchema,
  // How our own messages fare, and what measurements say.
  watchSchema,
  // What went wrong, and whom it hit.
  incidentsSchema,
  measuresSchema,
  // What was measured of the components of the status page.
  statusMeasuredSchema,
  // Domains that send past us for a while.
  bypassesSchema,
  // Who is told what is new on the status page.
  subscribersSchema,
  // Tests of mail set-ups, and round trips.
  radarSchema,
  // Whether a process that sends has proved itself.
  nodeStanding,
  // How tries of our own went within a day.
  probeTriesSchema,
  // What providers say of their own faults.
  upstreamSchema,
  historyMonthsSchema,
  probeArrivalsSchema,
  // Alarms in groups, to several targets, with quiet hours and steps.
  alarmNoticesSchema,
  // Which subscribers of the status page cannot be reached any more.
  noticeOutcomesSchema,
  alarmLinesSchema,
  // Identity providers that speak SAML.
  samlSchema,
  sessionsByLinkSchema,
  // Which process tries a path of ours.
  probeProcessSchema,
  // People whom directories push (SCIM), as they did.
  scimSchema,
  scimRefusedSchema,
  scimSetsSchema,
  processRestarts,
  // Drills beside people's mail.
  liveDrillsSchema,
  // Statistics follow refusals in the order of writing.
  statisticsLineSchema,
  statisticsVerdictSchema,
  leftBehindSchema,
  askedMailsSchema,
  reportsDecidedSchema,
  // Changes of policy on trial.
  policyCandidatesSchema,
  // Which content is encrypted, and by which key.
  bodyKeysSchema,
  reportsPlacesSchema,
  // Which keys of the site there must be.
  contentKeysSchema,
  // What DNS says of each domain.
  domainLightsSchema,
  // What alarms said before.
  alarmTextsSchema,
  // Changes of policy on trial go in steps.
  policyCandidateStepsSchema,
  policyCandidatesFreedSchema,
  // Which encrypted content was found damaged.
  bodyDamageSchema,
  // Refusals that name several, by each of them.
  refusedPeopleSchema,
  // Which questions with an Idempotency-Key have changed something.
  keptAnswersChangedSchema,
]
