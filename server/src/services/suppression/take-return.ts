import { bounceClasses } from '#ground/bounces/bounce-classes.ts'
import { type BouncedRecipient, readBounce } from '#ground/bounces/read-bounce.ts'
import { readReportMessage } from '#ground/mail-reports/read-report.ts'
import { ReportError } from '#ground/mail-reports/report-error.ts'
import type { LedgerStore, TracedDelivery, TracedMessage } from '#services/ledger/ledger-store.ts'
import type { SuppressionStore } from './suppression-store.ts'

/** A message that may be a bounce of mail that was sent from here, or a complaint about it. */
export interface ReturnedMail {
  readonly id: string
  readonly bytes: Buffer
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
  readonly tenant: string
  readonly at: number
}

export interface ReturnParts {
  readonly ledger: Pick<LedgerStore, 'read'>
  readonly suppressions: Pick<SuppressionStore, 'noteReturn'>
  /** Name of this site in Received fields. */
  readonly host: string
  readonly bouncedMs: readonly number[]
  readonly complainedMs: number
}

/** What comes back later than this is about nothing that we remember well. */
const latestMs = 14 * 86_400_000
const mostIds = 5

/**
 * Takes what comes back by mail after a server had taken a message: a bounce, or a complaint of the recipient. It counts
 * only where it brings back our own Received field, whose id nobody knows but those who got that message, and where
 * sender, recipient and tenant are those of that message; all else is mail like any other. Answers how many
 * deliveries it was about.
 */
export async function takeReturn(parts: ReturnParts, mail: ReturnedMail): Promise<number> {
  const isComplaint = mail.bytes.includes('message/feedback-report')
  if (mail.mailFrom !== '' && !isComplaint) return 0
  for (const id of idsIn(mail.bytes, parts.host)) {
    const found = id === mail.id ? null : await parts.ledger.read(id)
    if (found?.kind !== 'message' || mail.at - found.receivedAt > latestMs) continue
    const told = isComplaint ? await ofComplaint(found, mail, parts) : await ofBounce(found, mail, parts)
    if (told.length === 0) continue
    for (const news of told) await parts.suppressions.noteReturn(news)
    return told.length
  }
  return 0
}

type ReturnNews = Parameters<SuppressionStore['noteReturn']>[0]

async function ofBounce(found: TracedMessage, mail: ReturnedMail, parts: ReturnParts): Promise<ReturnNews[]> {
  const isHis = mail.rcptTo.some((each) => isSame(each, found.mailFrom))
  if (!isHis) return []
  const { recipients } = await readBounce(mail.bytes)
  return recipients.flatMap((each) => {
    const delivery = sentTo(found, mail, each.address)
    if (!delivery || (each.action ?? 'failed') !== 'failed') return []
    return [{ ...about(found, delivery, mail), ...ofClass(each, parts) }]
  })
}

function ofClass({ reason, status, code, diagnostic }: BouncedRecipient, { bouncedMs }: ReturnParts) {
  return {
    ...({ cause: 'bounce', class: reason, isCertain: false } as const),
    lastsMs: bounceClasses[reason].hard ? bouncedMs : [],
    words: diagnostic || [code ?? '', status].join(' ').trim(),
  }
}

async function ofComplaint(
  found: TracedMessage,
  mail: ReturnedMail,
  { complainedMs }: ReturnParts,
): Promise<ReturnNews[]> {
  const report = await readFeedback(mail.bytes)
  if (report?.feedbackType !== 'abuse') return []
  const named = report.rcptTo.map((each) => sentTo(found, mail, each)).find((each) => each !== undefined)
  const sent = found.deliveries.filter((each) => sentTo(found, mail, each.rcptTo))
  // Most receivers leave out who complained; of one recipient it is plain. Each of several could name another, so what
  // comes of those is in doubt, as a bounce by mail is.
  const isCertain = found.deliveries.length === 1
  const delivery = named ?? (sent.length === 1 ? sent[0] : undefined)
  if (!delivery) return []
  const words = `reported as unwanted by way of ${report.userAgent ?? 'his provider'}`
  const lasts = { lastsMs: [complainedMs], isCertain, words }
  return [{ ...about(found, delivery, mail), cause: 'complaint', class: '', ...lasts }]
}

async function readFeedback(bytes: Buffer) {
  try {
    const read = await readReportMessage(bytes, 'arf')
    return read.type === 'arf' ? read.report : null
  } catch (cause) {
    if (cause instanceof ReportError) return null
    throw cause
  }
}

/** The delivery to the world that an address stands for; undefined: there is none that a server took. */
function sentTo(
  { deliveries, direction }: TracedMessage,
  { tenant }: ReturnedMail,
  address: string | null,
): TracedDelivery | undefined {
  if (direction !== 'outbound' || address === null) return undefined
  return deliveries.find(
    (each) => each.tenant === tenant && each.state === 'delivered' && isSame(each.rcptTo, address),
  )
}

function about({ id }: TracedMessage, { n, rcptTo, tenant }: TracedDelivery, mail: ReturnedMail) {
  return { at: mail.at, tenant, address: rcptTo, messageId: id, n, by: mail.id }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** Ids of Received fields of ours in what came back, the latest first. */
function idsIn(bytes: Buffer, host: string): string[] {
  const text = bytes.toString('latin1')
  const found = [
    ...text.matchAll(/\bby\s{1,4}(\S{1,255})\s{1,4}with\s{1,4}\w{1,20}\s{1,4}id\s{1,4}([0-9a-z]{16})\b/g),
  ]
    .filter(([, by]) => by === host)
    .map(([, , id = '']) => id)
  // The first one is that of the bounce itself, where it has been put on already.
  return [...new Set(found)].slice(0, mostIds)
}
