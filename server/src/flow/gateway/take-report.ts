import type { InspectionEnd } from '#flow/inspection/inspection-job.ts'
import type { ReportedFacts } from '#flow/inspection/reported-facts.ts'
import type { NewReport } from '#flow/spool/report.ts'
import type { ReportKind } from '#ground/mail/report-address.ts'
import type { RateLimits } from './rate-limits.ts'
import type { RecipientSource } from './recipient-source.ts'
import { type Reply, replies } from './replies.ts'

export interface ReportContext {
  readonly recipients: RecipientSource
  readonly rates: Pick<RateLimits, 'takeReport'>
}

/** Mail to a report address. */
export interface ReportMail {
  readonly id: string
  readonly mailFrom: string
  readonly ip: string
  /** Tenant of its envelope sender; empty: that is nobody of ours. */
  readonly tenant: string
  readonly kind: ReportKind
}

export type TakenReport =
  | { readonly kind: 'taken'; readonly report: NewReport; readonly domain: string }
  /** It is not read yet: it waits, and is read when its inspection has ended. */
  | { readonly kind: 'later' }
  | { readonly kind: 'refused'; readonly reason: string; readonly reply: Reply }

/** As much of the facts of an inspection as says who reports. */
interface Facts {
  readonly reported?: ReportedFacts
  readonly spf?: { readonly result: string; readonly domain: string; readonly identity: string }
  readonly dkim?: readonly { readonly result: string; readonly domain: string | null }[]
  readonly dmarc?: {
    readonly result: string
    readonly alignment: { readonly spf: boolean; readonly dkim: boolean }
  } | null
}

/**
 * Takes mail to a report address from people of ours, and from nobody else. What the checks say against the message
 * is passed over, since it carries what it reports; only who sent it counts.
 */
export function takeReport(
  { recipients, rates }: ReportContext,
  { id, mailFrom, ip, tenant: sendersTenant, kind }: ReportMail,
  end: InspectionEnd,
): TakenReport {
  if (end.kind === 'poison') return refuse('report-unreadable', replies.reportUnreadable(id))
  // Strangers are not kept waiting for, nor are those whose checks have failed: their servers come again.
  if (end.kind === 'unfinished' && sendersTenant !== '') return { kind: 'later' }
  const facts: Facts = end.kind === 'complete' ? end.outcome.facts : {}
  if (!facts.reported) return refuse('report-unread', replies.ownFault(id))
  const person = findReporter(recipients, facts, facts.reported, mailFrom)
  if (person === 'unavailable') return refuse('directory-unavailable', replies.directoryAway(id))
  if (person === null) return refuse('report-stranger', replies.reportStranger(id))
  const { address, tenant, domain, isProven } = person
  // Who forges somebody's address uses up nothing of that person's.
  if (!rates.takeReport(ip, isProven ? address : `unproven ${address}`))
    return refuse('report-rate', replies.tooManyReports(id))
  const { claims, isAutomatic } = facts.reported
  return {
    kind: 'taken',
    domain,
    report: { tenant, reporter: address, kind, isProven, isAnswered: !isAutomatic, claims },
  }
}

function refuse(reason: string, reply: Reply): TakenReport {
  return { kind: 'refused', reason, reply }
}

interface Person {
  readonly address: string
  readonly tenant: string
  readonly domain: string
  readonly isProven: boolean
}

/**
 * The author, where SPF or DKIM vouches for his domain; else the envelope sender, unless SPF or DMARC speaks against
 * it. A domain that publishes neither can be forged: reports in its name are taken and marked as not proven.
 */
function findReporter(
  recipients: RecipientSource,
  facts: Facts,
  { author }: ReportedFacts,
  mailFrom: string,
): Person | 'unavailable' | null {
  const fromAuthor = author !== null && isAligned(facts, author) ? lookUp(recipients, author) : null
  if (fromAuthor === 'unavailable') return fromAuthor
  if (fromAuthor) return { ...fromAuthor, isProven: true }
  const { spf, dmarc } = facts
  if (spf?.result === 'fail' || spf?.result === 'softfail' || dmarc?.result === 'fail') return null
  const sender = lookUp(recipients, mailFrom.toLowerCase())
  if (sender === null || sender === 'unavailable') return sender
  return { ...sender, isProven: spf?.result === 'pass' && spf.identity === 'mailfrom' }
}

function isAligned({ spf, dkim = [], dmarc }: Facts, author: string): boolean {
  if (dmarc?.alignment.spf || dmarc?.alignment.dkim) return true
  if (dmarc?.result === 'fail') return false
  const domain = author.slice(author.lastIndexOf('@') + 1)
  if (spf?.result === 'pass' && spf.identity === 'mailfrom' && spf.domain.toLowerCase() === domain)
    return true
  return dkim.some((each) => each.result === 'pass' && each.domain?.toLowerCase() === domain)
}

function lookUp(
  recipients: RecipientSource,
  address: string,
): Omit<Person, 'isProven'> | 'unavailable' | null {
  const at = address.lastIndexOf('@')
  if (at < 0) return null
  const found = recipients.lookup(address.slice(0, at), address.slice(at + 1))
  if (found.kind === 'known') return { address, tenant: found.tenant, domain: found.domain }
  return found.kind === 'unavailable' || found.kind === 'lost' ? 'unavailable' : null
}
