import type {
  LedgerEvent,
  TracedDelivery,
  TracedMessage,
  TracedRefusal,
} from '#services/ledger/ledger-store.ts'
import { clip } from './clip.ts'
import { counted } from './counted.ts'
import { describeLinks } from './describe-links.ts'
import { describeReasons, type Explained } from './describe-reasons.ts'
import { localTime } from './local-time.ts'

const width = 100

/** The whole story of a message or refusal, for people. */
export function describeStory(traced: TracedMessage | TracedRefusal): string {
  return traced.kind === 'message' ? describeMessage(traced) : describeRefusal(traced)
}

function describeMessage(message: TracedMessage): string {
  const { explanation, client, deliveries, events } = message
  return [
    `message    ${message.id} (${message.direction}, ${message.size} bytes, node ${message.node})`,
    `received   ${localTime(message.receivedAt)} from ${client.ip} (${clip(client.helo || '-', 40)}), ${client.protocol}${client.tls ? `, ${client.tls.version}` : ''}`,
    `sender     <${message.mailFrom}>${message.headerFrom === '' ? '' : `, From: ${clip(message.headerFrom, 50)}`}`,
    `subject    ${clip(message.subject, 88)}`,
    ...(message.headerMessageId === '' ? [] : [`Message-ID ${clip(message.headerMessageId, 88)}`]),
    `verdict    ${explanation.verdict}, score ${explanation.score}${explanation.tolerance === undefined ? '' : ` (tolerance ${explanation.tolerance})`}; ${contentWords(message)}`,
    ...describeReasons(explanation),
    ...(explanation.decisions ?? []).flatMap(describeDecision),
    ...describeLinks(message),
    '',
    ...deliveries.flatMap(describeDelivery),
    '',
    ...events.map((each) => describeEvent(each, deliveries)),
  ].join('\n')
}

function contentWords({ contentKept, contentEncrypted }: TracedMessage): string {
  if (!contentKept) return 'content is kept no more'
  return contentEncrypted ? 'content is kept, encrypted at rest' : 'content is kept'
}

/** One of several decisions about a message, for those that it is for. */
function describeDecision(decision: object): string[] {
  const { recipients, verdict, disposition, score, tolerance, because, weights, own } = decision as {
    readonly [Name in 'verdict' | 'disposition' | 'score' | 'tolerance' | 'because']: unknown
  } & {
    readonly recipients: readonly string[]
    readonly weights: Readonly<Record<string, number>>
    readonly own: readonly string[]
  }
  const changed = Object.entries(weights).map(([code, weight]) => `${code} weighs ${weight}`)
  return [
    clip(`  decision ${recipients.join(', ')}`, width),
    clip(
      `           ${disposition} (${verdict}), score ${score} of ${tolerance}${because === null ? '' : `, because of ${because}`}`,
      width,
    ),
    ...[...changed, ...own].map((each) => clip(`           ${each}`, width)),
  ]
}

function describeDelivery(delivery: TracedDelivery): string[] {
  const { rcptTo, state, reason, attempts, dueAt, settledAt, expiresAt, underWay, lastAttempt } = delivery
  const when =
    state !== 'waiting'
      ? `since ${localTime(settledAt)}`
      : underWay
        ? 'on its way now'
        : `${nextStepOf(reason, dueAt)}, until ${localTime(expiresAt)}`
  const tries = counted(attempts, 'attempt')
  const head = `to         ${clip(rcptTo, 60)}\n           ${state} (${reason}), ${tries}, ${when}`
  if (lastAttempt === null) return [head]
  const { host, ip, phase, code, enhanced, reply, tls, tookMs, class: found } = lastAttempt
  const place = [host, ip === '' ? '' : `[${ip}]`].filter((each) => each !== '').join(' ')
  const words = [code === 0 ? '' : String(code), enhanced, reply].filter((each) => each !== '').join(' ')
  return [
    head,
    `           ${place || lastAttempt.nextHop}, ${phase}, ${tls === '' ? 'no TLS' : tls}, ${tookMs} ms`,
    `           ${clip(words, 89)}`,
    ...(found === undefined ? [] : [`           class ${found}`]),
  ]
}

function nextStepOf(reason: string, dueAt: number | null): string {
  if (reason === 'inspecting') return 'waits for its checks'
  if (dueAt === null) return 'parked for a person'
  return dueAt <= Date.now() ? 'due when its next hop takes mail' : `next try ${localTime(dueAt)}`
}

function describeEvent(event: LedgerEvent, deliveries: readonly TracedDelivery[]): string {
  const recipient = deliveries.find((each) => each.n === event.n)?.rcptTo ?? ''
  const { reply, code, why, who, via, added } = (event.detail ?? {}) as Record<string, unknown>
  const words = [
    reply === undefined ? '' : `${code || ''} ${reply}`.trim(),
    why,
    who === undefined ? '' : `by ${who}`,
    via === undefined || via === null ? '' : `to ${via}`,
    added === undefined ? '' : describeAdded(added as Readonly<Record<'by' | 'rule' | 'of', string>>),
  ]
    .filter((each) => each !== undefined && each !== '')
    .join('; ')
  const to = recipient === '' || deliveries.length === 1 ? '' : ` ${clip(recipient, 30)}`
  return clip(
    `${localTime(event.at)}  ${event.kind}${to} (${event.reason})${words === '' ? '' : `: ${words}`}`,
    width,
  )
}

/** Why there is a delivery to somebody who is not in the envelope. */
function describeAdded({ by, rule, of }: Readonly<Record<'by' | 'rule' | 'of', string>>): string {
  return `${by} of what was for ${of}, by rule ${rule}`
}

function describeRefusal(refusal: TracedRefusal): string {
  const { client, detail } = refusal
  const alike = (detail as { alikeInTheSameMinute?: number } | null)?.alikeInTheSameMinute
  return [
    `refused    ${refusal.id} at ${localTime(refusal.at)} (${refusal.stage}, node ${refusal.node})`,
    `reply      ${refusal.code} ${refusal.enhanced} ${clip(refusal.text, 78)}`,
    `reason     ${refusal.reason}`,
    `client     ${client.ip} (${clip(client.helo || '-', 60)})`,
    `sender     <${refusal.mailFrom}>`,
    `to         ${clip(refusal.rcptTo || '-', 88)}`,
    ...(refusal.subject === '' ? [] : [`subject    ${clip(refusal.subject, 88)}`]),
    ...(refusal.headerMessageId === '' ? [] : [`Message-ID ${clip(refusal.headerMessageId, 88)}`]),
    ...describeReasons((detail ?? {}) as Partial<Explained>),
    ...(alike === undefined ? [] : [`and ${alike} more of the same kind in that minute`]),
    '',
    'No copy is kept here: the sending side has it.',
  ].join('\n')
}
