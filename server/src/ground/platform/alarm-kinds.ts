/** What an alarm asks of a person: to get up, to come today, to look when there is time. */
export const severities = ['critical', 'error', 'warning'] as const
export type Severity = (typeof severities)[number]

/** Parts of the site that alarms come from; those of one part mostly have one cause. */
export const alarmParts = [
  'gateway',
  'directory',
  'inspection',
  'delivery',
  'sending',
  'storage',
  'certificates',
  'console',
  'lists',
  'sync',
  'radar',
  'watch',
] as const
export type AlarmPart = (typeof alarmParts)[number]

export interface AlarmKind {
  readonly severity: Severity
  readonly part: AlarmPart
  /** Its subject ends in a domain of a tenant: the domain alone, somebody in it, or something of it. */
  readonly isOfDomain?: true
  /** Its subject may name a tenant that it is about, as `tenant:ID`; one that names none is about the house. */
  readonly mayNameTenant?: true
}

const critical = (part: AlarmPart): AlarmKind => ({ severity: 'critical', part })
const error = (part: AlarmPart): AlarmKind => ({ severity: 'error', part })
const warning = (part: AlarmPart): AlarmKind => ({ severity: 'warning', part })
const ofDomain = (kind: AlarmKind): AlarmKind => ({ ...kind, isOfDomain: true })
const namingTenant = (kind: AlarmKind): AlarmKind => ({ ...kind, mayNameTenant: true })

/**
 * Every kind of alarm, as docs/reference/alarms.md lists them. Critical: mail stands still or is at risk for many, or
 * nobody would see that it does. Error: it does for some, and waits or is kept. Warning: it can wait for the morning.
 */
export const alarmKinds: Readonly<Record<string, AlarmKind>> = {
  'address-deferred': warning('sending'),
  'address-listed': warning('sending'),
  'address-missing': error('sending'),
  'address-out': error('sending'),
  'address-refused-at-random': warning('sending'),
  'alarm-target-fails': error('watch'),
  'authentication-temperror': error('inspection'),
  'backup-damaged': error('storage'),
  'backup-late': error('storage'),
  'body-damaged': critical('storage'),
  'books-differ': critical('storage'),
  'bypass-ends': ofDomain(warning('delivery')),
  'bypass-on': ofDomain(warning('delivery')),
  'certificate-expires': namingTenant(warning('certificates')),
  'certificate-wrong': error('certificates'),
  'check-slow': error('inspection'),
  'console-faults': error('console'),
  'console-slow': warning('console'),
  'console-unavailable': error('console'),
  'content-key': critical('storage'),
  'content-unavailable': critical('storage'),
  'deferred-share': error('delivery'),
  'definitions-feed': warning('inspection'),
  'definitions-taken-back': error('inspection'),
  'definitions-unreadable': error('inspection'),
  'directory-shrink': ofDomain(error('directory')),
  'directory-unavailable': critical('directory'),
  'disk-filling': critical('storage'),
  'disk-full': critical('storage'),
  'disk-slow': error('storage'),
  'dkim-record': ofDomain(warning('sending')),
  'domain-report-failures': ofDomain(warning('sending')),
  'drain-behind': error('delivery'),
  'first-try-late': error('delivery'),
  'handshake-fails': error('certificates'),
  'held-share': error('inspection'),
  'host-list-old': warning('lists'),
  'host-list-refused': warning('lists'),
  'import-unfinished': ofDomain(error('directory')),
  'index-gap': warning('storage'),
  'inspection-incomplete': error('inspection'),
  'inspection-slow': warning('inspection'),
  'inspection-thread-slow': warning('inspection'),
  'job-failed': error('watch'),
  'kept-longer': ofDomain(warning('directory')),
  'learning-taken-back': warning('inspection'),
  'links-behind': warning('inspection'),
  'links-queue-full': warning('inspection'),
  'list-hits-provider': warning('lists'),
  'list-hits-released': warning('lists'),
  'list-muted': warning('lists'),
  'load-high': error('inspection'),
  'logins-fail': error('gateway'),
  'mail-flow': ofDomain(error('delivery')),
  'mail-loop': ofDomain(error('delivery')),
  'maintenance-overrun': warning('console'),
  'next-hop-defers': error('delivery'),
  'next-hop-down': critical('delivery'),
  'next-hop-tls': error('delivery'),
  'node-unfit': error('watch'),
  'own-hop-waiting': critical('delivery'),
  'planned-work-overrun': warning('console'),
  'poison-message': error('inspection'),
  'policy-trial-stopped': warning('inspection'),
  'probe-fails': critical('watch'),
  'process-halts': error('watch'),
  'process-keeps-ending': critical('watch'),
  'process-restarted': warning('watch'),
  'process-silent': critical('watch'),
  'promise-overdue': error('console'),
  'quarantined-share': error('inspection'),
  'radar-mailbox': warning('radar'),
  'radar-path-failing': error('radar'),
  'radar-path-slow': warning('radar'),
  'radar-unfinished': warning('radar'),
  'receiver-trouble': warning('delivery'),
  'refused-share': critical('gateway'),
  'releases-late': error('delivery'),
  'reports-undecided': ofDomain(warning('inspection')),
  'route-loop': error('delivery'),
  'rule-target-fails': ofDomain(error('delivery')),
  'scanner-away': warning('inspection'),
  'scanner-signatures': warning('inspection'),
  'scanners-gone': critical('inspection'),
  'sealing-key': error('storage'),
  'search-behind': warning('storage'),
  'sender-suspended': ofDomain(error('sending')),
  'sending-stopped': ofDomain(error('sending')),
  'sending-volume': ofDomain(warning('sending')),
  'settlement-waits': critical('storage'),
  'sign-in-broken': critical('console'),
  'signatures-slow': warning('inspection'),
  'slow-message': warning('inspection'),
  'slow-rule': warning('inspection'),
  'stage-slow': error('delivery'),
  'statistics-differ': error('storage'),
  'status-copy-late': error('watch'),
  'store-locked': error('storage'),
  'submission-closed': critical('gateway'),
  'sync-failed': warning('sync'),
  'sync-incident': error('sync'),
  'sync-own-fault': error('sync'),
  'sync-shrink': namingTenant(error('sync')),
  'target-drift': error('delivery'),
  'target-out': warning('delivery'),
  'tls-needed': error('delivery'),
  'upstream-silent': warning('watch'),
  'waiting-10-percent': warning('delivery'),
  'waiting-50-percent': error('delivery'),
  'waiting-90-percent': critical('delivery'),
  'warm-up-exceeded': warning('sending'),
  'watcher-silent': critical('watch'),
  'webhook-paused': namingTenant(warning('console')),
}

/** One that this version does not know comes from a newer one beside it: it is no reason to sleep through. */
const unknown = critical('watch')

export function kindOf(name: string): AlarmKind {
  return Object.hasOwn(alarmKinds, name) ? (alarmKinds[name] ?? unknown) : unknown
}

/** The worst of several; of none: the mildest. */
export function worstOf(found: readonly Severity[]): Severity {
  return severities.find((each) => found.includes(each)) ?? 'warning'
}
