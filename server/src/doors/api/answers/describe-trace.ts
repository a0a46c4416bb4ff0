import type { Recipient, Trace } from '@mailkeep/contract'
import { readRecipientList } from '#ground/platform/recipient-list.ts'
import type { Reach, TracedDelivery, TracedMessage, TracedRefusal } from '#services/ledger/ledger-store.ts'
import { changeInWords, trialsInWords, versionsOf } from '#services/ledger/outcome-words.ts'
import { readWithin } from '#services/ledger/read-within.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import type { StoreReads } from '../store-reads.ts'
import { describeAttempt } from './describe-attempt.ts'
import { describeAuthentication } from './describe-authentication.ts'
import { describeFindings } from './describe-findings.ts'
import { describeTimeline, startOf } from './describe-timeline.ts'
import { keyOf } from './key-of.ts'
import { moment, momentOrNull } from './moment.ts'
import { refusalWords } from './refusal-words.ts'
import { statesSince } from './states-since.ts'
import { summarize } from './summarize.ts'

const recipientsShown = 200
const timelineShown = 500

/** Everything about one message or refusal. @throws ApiProblem when there is none, or the store does not answer */
export async function describeTrace(
  parts: ApiParts,
  reads: StoreReads,
  id: string,
  reach?: Reach,
): Promise<Trace> {
  const found = await reads.ask('message', `${keyOf(reach)} ${id}`, async () => ({
    traced: await readWithin(parts.ledger, id, reach),
  }))
  if (found.value === null) throw problems.notAvailable(`The ledger cannot be read: ${found.missing?.why}.`)
  const { traced } = found.value
  if (traced === null) throw problems.noSuchMessage(id)
  const trace = traced.kind === 'message' ? ofMessage(traced, parts) : ofRefusal(traced, parts)
  return { completeUpTo: reads.completeUpTo, ...trace }
}

type Described = Omit<Trace, 'completeUpTo'>

function ofMessage(message: TracedMessage, parts: ApiParts): Described {
  const { explanation, deliveries } = message
  const timeline = describeTimeline(message, parts.reasonText)
  const findings = describeFindings(explanation.findings)
  const sinceOf = statesSince(message.events)
  return {
    ...envelope(message),
    headerFrom: message.headerFrom,
    summary: summarize(message, findings, parts.reasonText),
    states: [...new Set(deliveries.map((each) => each.state))],
    since: moment(Math.max(...deliveries.map(sinceOf), message.receivedAt)),
    size: message.size,
    startedAt: moment(startOf(message.id, message.receivedAt)),
    reply: null,
    contentKept: message.contentKept,
    contentEncrypted: message.contentEncrypted,
    linksPending:
      message.linksPendingSince === null
        ? null
        : { links: message.linksPending, since: moment(message.linksPendingSince) },
    recipients: deliveries.slice(0, recipientsShown).map((each) => ofDelivery(each, sinceOf(each), parts)),
    recipientsInAll: deliveries.length,
    timeline: timeline.slice(-timelineShown),
    timelineInAll: timeline.length,
    verdict: explanation.verdict,
    score: explanation.score,
    tolerance: explanation.tolerance ?? null,
    findings,
    changes: [...(explanation.changes ?? []).map(changeInWords), ...trialsInWords(explanation.facts)],
    versions: versionsOf(explanation.facts),
    authentication: describeAuthentication(explanation.facts),
    timings: Object.entries(explanation.timings).map(([check, tookMs]) => ({ check, tookMs })),
  }
}

function ofRefusal(refusal: TracedRefusal, { reasonText }: ApiParts): Described {
  const detail = refusal.detail as {
    findings?: object[]
    facts?: Record<string, unknown>
    headerFrom?: string
    tolerance?: number
    changes?: object[]
  } | null
  const findings = describeFindings(detail?.findings ?? [])
  const recipients = readRecipientList(refusal.rcptTo)
  const at = moment(refusal.at)
  return {
    ...envelope(refusal),
    direction: 'inbound',
    headerFrom: detail?.headerFrom ?? '',
    summary: summarize(refusal, findings, reasonText),
    states: ['refused'],
    since: at,
    size: null,
    startedAt: moment(startOf(refusal.id, refusal.at)),
    reply: { stage: refusal.stage, code: refusal.code, enhanced: refusal.enhanced, text: refusal.text },
    contentKept: false,
    contentEncrypted: false,
    linksPending: null,
    recipients: recipients.map((rcptTo, n) => ({
      ...refused,
      n,
      rcptTo,
      tenant: refusal.tenant,
      since: at,
      reason: refusal.reason,
      reasonText: refusalWords(refusal),
    })),
    recipientsInAll: recipients.length,
    timeline: describeTimeline(refusal, reasonText),
    timelineInAll: 2,
    verdict: '',
    score: findings.reduce((sum, each) => sum + each.weight, 0),
    tolerance: detail?.tolerance ?? null,
    findings,
    changes: [...(detail?.changes ?? []).map(changeInWords), ...trialsInWords(detail?.facts ?? {})],
    versions: versionsOf(detail?.facts ?? {}),
    authentication: describeAuthentication(detail?.facts ?? {}),
    timings: [],
  }
}

const refused = {
  state: 'refused',
  attempts: 0,
  underWay: false,
  nextAttemptAt: null,
  expiresAt: null,
  lastAttempt: null,
} as const

function envelope(traced: TracedMessage | TracedRefusal) {
  const { kind, id, node, mailFrom, headerMessageId, subject, client } = traced
  const { ip, helo, protocol, tls } = client
  return {
    kind,
    id,
    node,
    direction: traced.kind === 'message' ? traced.direction : ('inbound' as const),
    mailFrom,
    headerMessageId,
    subject,
    client: { ip, helo, protocol, tls: tls === null ? '' : `${tls.version} ${tls.cipher}` },
  }
}

function ofDelivery(delivery: TracedDelivery, since: number, { reasonText }: ApiParts): Recipient {
  const { n, rcptTo, tenant, state, reason, attempts, underWay, dueAt, lastAttempt } = delivery
  const waits = state === 'waiting'
  return {
    n,
    rcptTo,
    tenant,
    state,
    since: moment(since),
    reason,
    reasonText: reasonText(reason),
    attempts,
    underWay,
    nextAttemptAt: momentOrNull(waits && !underWay ? dueAt : null),
    expiresAt: waits ? moment(delivery.expiresAt) : null,
    lastAttempt: lastAttempt === null ? null : describeAttempt(lastAttempt),
  }
}
