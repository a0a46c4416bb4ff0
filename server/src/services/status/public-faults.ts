import type { ComponentState } from './status-store.ts'

/** What an open alarm says of a component of the public page. */
export interface PublicFault {
  /** One of the standard components. */
  readonly component: string
  readonly level: Exclude<ComponentState, 'operational' | 'under_maintenance'>
  /** Which mail it is about; absent: both ways, or no mail. */
  readonly direction?: 'inbound' | 'outbound'
  /** Where only some alarms of the kind are of the house: what tells them apart. */
  readonly only?: 'has-decided' | 'own-hop' | 'own-door' | 'by-stage' | 'by-role'
}

const degraded = 'degraded_performance' as const
const partial = 'partial_outage' as const
const major = 'major_outage' as const

/** Alarms that are faults of the house, and the component that they stand for. */
export const publicFaults: Readonly<Record<string, PublicFault>> = {
  'authentication-temperror': { component: 'gateway-filtering', level: degraded, direction: 'inbound' },
  'console-faults': { component: 'console', level: degraded },
  'console-slow': { component: 'console', level: degraded },
  'console-unavailable': { component: 'console', level: major },
  'content-key': { component: 'gateway-quarantine', level: partial },
  'content-unavailable': { component: 'gateway-quarantine', level: partial },
  'deferred-share': { component: 'gateway-delivery', level: degraded },
  'definitions-taken-back': { component: 'gateway-filtering', level: degraded, only: 'has-decided' },
  'directory-unavailable': { component: 'gateway-filtering', level: major, direction: 'inbound' },
  'disk-full': { component: 'gateway', level: partial, direction: 'inbound' },
  'first-try-late': { component: 'gateway-delivery', level: degraded },
  'handshake-fails': { component: 'gateway', level: partial, only: 'own-door' },
  'inspection-incomplete': { component: 'gateway-filtering', level: degraded },
  'inspection-slow': { component: 'gateway-filtering', level: degraded },
  'links-behind': { component: 'shield', level: degraded },
  'list-hits-released': { component: 'gateway-filtering', level: degraded, direction: 'inbound' },
  'maintenance-overrun': { component: 'console', level: major },
  'next-hop-down': { component: 'gateway-delivery', level: partial, only: 'own-hop' },
  'next-hop-tls': { component: 'gateway-delivery', level: partial, only: 'own-hop' },
  'own-hop-waiting': { component: 'gateway-delivery', level: degraded },
  'process-silent': { component: 'gateway', level: degraded, only: 'by-role' },
  'radar-unfinished': { component: 'radar', level: degraded },
  'refused-share': { component: 'gateway-filtering', level: degraded },
  'releases-late': { component: 'gateway-quarantine', level: degraded },
  'scanners-gone': { component: 'gateway-filtering', level: partial },
  'sealing-key': { component: 'console-sign-in', level: partial },
  'search-behind': { component: 'gateway-logs', level: degraded },
  'settlement-waits': { component: 'gateway-delivery', level: degraded },
  'sign-in-broken': { component: 'console-sign-in', level: partial },
  'signatures-slow': { component: 'gateway-filtering', level: degraded },
  'stage-slow': { component: 'gateway-delivery', level: degraded, only: 'by-stage' },
  'submission-closed': { component: 'gateway', level: partial, direction: 'outbound' },
  'sync-incident': { component: 'console', level: degraded },
  'sync-own-fault': { component: 'console', level: degraded },
}

const customers = 'it is one customer’s own, or touches one customer only'
const oneMessage = 'it is about one message'
const othersGoOn = 'others do its work: mail does not feel it'
const notYet = 'nothing is late or lost yet'
const upstream = 'the fault is another provider’s: the page tells those that are named as upstream'
const notTold = 'whether anybody is hit is not known by it'

/** Alarms that turn no component, and why. */
export const privateFaults: Readonly<Record<string, string>> = {
  ...reason(customers, 'bypass-ends', 'bypass-on', 'dkim-record', 'domain-report-failures'),
  ...reason(
    customers,
    'import-unfinished',
    'kept-longer',
    'learning-taken-back',
    'mail-flow',
    'next-hop-defers',
    'radar-path-failing',
    'reports-undecided',
  ),
  ...reason(customers, 'radar-path-slow', 'route-loop', 'rule-target-fails', 'sender-suspended'),
  ...reason(customers, 'sending-stopped', 'sending-volume', 'slow-rule', 'sync-failed', 'sync-shrink'),
  ...reason(
    customers,
    'policy-trial-stopped',
    'tls-needed',
    'waiting-10-percent',
    'waiting-50-percent',
    'waiting-90-percent',
  ),
  ...reason(customers, 'webhook-paused', 'alarm-target-fails', 'logins-fail'),
  ...reason(oneMessage, 'body-damaged', 'mail-loop', 'poison-message', 'slow-message'),
  ...reason(othersGoOn, 'address-deferred', 'address-listed', 'address-missing', 'address-out'),
  ...reason(othersGoOn, 'address-refused-at-random', 'definitions-feed', 'definitions-unreadable'),
  ...reason(othersGoOn, 'directory-shrink', 'host-list-old', 'host-list-refused', 'inspection-thread-slow'),
  ...reason(othersGoOn, 'list-hits-provider', 'list-muted', 'node-unfit', 'scanner-away'),
  ...reason('what others say of themselves is not known: our mail does not feel it', 'upstream-silent'),
  ...reason(othersGoOn, 'scanner-signatures', 'target-out', 'certificate-wrong', 'links-queue-full'),
  ...reason(othersGoOn, 'target-drift'),
  ...reason(notYet, 'certificate-expires', 'disk-filling', 'drain-behind', 'load-high', 'warm-up-exceeded'),
  ...reason(notYet, 'check-slow', 'disk-slow', 'process-halts', 'store-locked'),
  'index-gap':
    'it is read again from the ledger within seconds; where that takes long, `search-behind` tells it',
  ...reason(
    'the process is back; what it left undone has alarms of its own',
    'process-keeps-ending',
    'process-restarted',
  ),
  ...reason(upstream, 'receiver-trouble'),
  ...reason(notTold, 'books-differ', 'held-share', 'job-failed', 'quarantined-share', 'watcher-silent'),
  'backup-late': 'mail is not touched: copies for the loss of a disk are not made',
  'backup-damaged': 'mail is not touched: old copies for the loss of a disk are damaged',
  'statistics-differ': 'mail is not touched: figures of the past are wrong',
  ...reason(notTold, 'radar-mailbox'),
  'probe-fails': 'the component counts these tries itself',
  'status-copy-late': 'the service goes on; a copy of the page shows an older state, with its moment',
  'promise-overdue': 'the service goes on; it is the word about it that is late',
  'planned-work-overrun': 'the page says so beside the work',
}

function reason(why: string, ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, why]))
}
