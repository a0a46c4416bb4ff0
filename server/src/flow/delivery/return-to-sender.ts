import type { ContentKeySource } from '#flow/spool/content-key-source.ts'
import { laneName, parseLane } from '#flow/spool/lane.ts'
import type { Direction } from '#flow/spool/message.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import { domainPart } from '#ground/mail/address.ts'
import { composeDsn, type DsnKind, type DsnRecipient } from '#ground/mail/dsn.ts'
import type { NewContentKey } from '#ground/platform/sealed-content.ts'
import { classAdvice } from './class-advice.ts'
import type { Attempt, Job, JobRecipient } from './delivery-store.ts'
import { type Original, type ShowOriginal, showNothing } from './original.ts'

export interface ReturnOptions {
  readonly host: string
  readonly postmaster: string
  readonly node: string
  readonly newId: () => string
  readonly lifeMs: number
  readonly contentKeys: ContentKeySource
  /** Name beside the address that it comes from; none: that of the mail system. */
  readonly fromName?: string
}

/** One recipient that the sender is to hear of. */
export interface Reported {
  readonly recipient: JobRecipient
  readonly attempt: Attempt | null
  readonly status: string
  readonly diagnostic: string
  /** When it is tried again, in milliseconds since 1970; absent: not at all. */
  readonly nextTry?: number
  /** What is known beyond the reply; absent: what its class says. */
  readonly known?: { readonly why: string; readonly advice: string }
}

const subjects: Record<DsnKind, string> = {
  failed: 'Mail could not be delivered',
  delayed: 'Mail is still waiting',
  delivered: 'Mail was delivered',
  relayed: 'Mail was passed on',
  recovered: 'Mail was delivered after all',
}

/**
 * Writes the notice that goes to the sender of a message (RFC 3464), as new mail of ours with the null sender,
 * so that nobody can answer it with another notice. Null where there is no sender to tell.
 */
export function composeReturn(
  kind: DsnKind,
  job: Job,
  reported: readonly Reported[],
  original: ShowOriginal,
  now: number,
  options: ReturnOptions,
): Acceptance | null {
  const sender = job.message.mailFrom
  if (sender === '' || reported.length === 0) return null
  const id = options.newId()
  const { shown, key } = showable(original(), id, options)
  const bytes = composeDsn({
    kind,
    reportingHost: options.host,
    postmaster: options.postmaster,
    fromName: options.fromName ?? '',
    originalEnvelopeId: job.message.parameters.envid,
    arrivalDate: job.message.receivedAt,
    originalSender: sender,
    recipients: reported.map((each) => toDsnRecipient(kind, job.message.direction, each)),
    original: shown,
    messageId: `<${id}@${options.host}>`,
    date: now,
  })
  const lane = parseLane(job.lane)
  return {
    message: {
      id,
      node: options.node,
      direction: 'own',
      mailFrom: '',
      client: { ip: '', port: 0, helo: options.host, protocol: 'LOCAL', tls: null },
      parameters: { body: '8BITMIME', smtputf8: job.message.parameters.smtputf8, ret: null, envid: null },
      size: bytes.length,
      receivedAt: now,
      subject: subjects[kind],
      headerFrom: options.postmaster,
      headerMessageId: `<${id}@${options.host}>`,
      state: 'decided',
      explanation: {
        verdict: 'clean',
        score: 0,
        findings: [],
        facts: { noticeOf: job.message.id },
        timings: {},
      },
      edits: [],
    },
    body: { kind: 'inline', bytes, ...key },
    deliveries: [
      {
        n: 0,
        rcptTo: sender,
        dsn: { notify: ['never'], orcpt: null },
        tenant: lane.tenant,
        lane: laneName({ direction: 'own', tenant: lane.tenant, domain: domainPart(sender), via: null }),
        state: 'waiting',
        reason: 'just-accepted',
        dueAt: now,
        expiresAt: now + options.lifeMs,
        noticeAt: null,
      },
    ],
    lease: null,
  }
}

/** What becomes of mail is told without its content where that cannot be encrypted: an outcome depends on no key. */
function showable(
  shown: Original,
  id: string,
  { contentKeys }: ReturnOptions,
): { shown: Original; key: NewContentKey | null } {
  if (!shown.isEncrypted) return { shown, key: null }
  try {
    return { shown, key: contentKeys.newKeyFor(id) }
  } catch {
    return { shown: showNothing(), key: null }
  }
}

const actions: Record<DsnKind, DsnRecipient['action']> = {
  failed: 'failed',
  delayed: 'delayed',
  delivered: 'delivered',
  relayed: 'relayed',
  recovered: 'delivered',
}

function toDsnRecipient(kind: DsnKind, direction: Direction, reported: Reported): DsnRecipient {
  const { recipient, attempt, status, diagnostic, nextTry } = reported
  // The advice is for our own people; a stranger's server knows no console of ours.
  const known = reported.known ?? (direction === 'outbound' ? classAdvice(kind, attempt?.class) : null)
  return {
    // Whom a rule chose its sender does not know.
    address: recipient.terms?.added?.of ?? recipient.rcptTo,
    originalRecipient: recipient.dsn.orcpt,
    action: actions[kind],
    status,
    remoteHost: attempt?.host ? attempt.host : null,
    diagnostic,
    lastAttempt: attempt?.at ?? null,
    willRetryUntil: kind === 'delayed' ? recipient.expiresAt : null,
    ...(nextTry !== undefined && { nextTry }),
    ...(known && { known }),
  }
}
