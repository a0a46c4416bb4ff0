import { gzipSync } from 'node:zlib'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { composeDmarcReport } from './compose-dmarc-report.ts'
import { composeTlsReport, type ReportHead } from './compose-tls-report.ts'
import type { DailyReportStore, SentReportKind } from './daily-report-store.ts'
import { type Destination, dmarcReportWish, tlsReportWish, UnclearWish } from './report-destinations.ts'

/** A report as a file, and what it is about. */
export interface DailyReport {
  readonly kind: SentReportKind
  readonly domain: string
  readonly reportId: string
  readonly fileName: string
  readonly content: Buffer
}

export interface DailyReportParts {
  readonly store: DailyReportStore
  /** The same store where reading holds up no writing. */
  readonly reader: DailyReportStore
  readonly resolver: Resolver
  /** Name of this site, and whom to ask. */
  readonly host: string
  readonly contact: string
  readonly isOn: () => boolean
  /** Reports of which DNS does not say where they go, by kind, day and domain; kept from round to round. */
  readonly unclear: Map<string, { readonly tries: number; readonly nextAt: number }>
  readonly now: () => number
  /** Hands a report to the spool. */
  readonly mail: (to: string, report: DailyReport) => Promise<void>
  /** Hands a report to a page. @throws Error that says why it did not take it */
  readonly post: (url: string, report: DailyReport) => Promise<void>
}

/** Reports of one round of the clock, so that a day with many domains never fills the queue at once. */
const mostInRound = 20
const mostRows = 5000
/** Pages of names that a round looks through for reports that do not wait for DNS. */
const mostPages = 10
/** DNS is asked so often for a report, with so much time between: an outage of it of an hour loses none. */
const mostTries = 5
const askAgainMs = 1_200_000
/** A day is over for sure so long after its end: what was counted last has been written by then. */
const settledMs = 600_000
const dayMs = 86_400_000

/**
 * Sends what is due of the reports about yesterday: to each domain that asks for them one about TLS of our connections
 * to its servers, and one about DMARC of mail in its name. Answers how many were dealt with.
 */
export async function sendDailyReports(parts: DailyReportParts): Promise<number> {
  if (!parts.isOn()) return 0
  const day = new Date(parts.now() - dayMs - settledMs).toISOString().slice(0, 10)
  for (const key of parts.unclear.keys()) if (!key.includes(` ${day} `)) parts.unclear.delete(key)
  let done = 0
  for (const kind of ['tls', 'dmarc'] as const)
    for (const domain of await dueOf(parts, kind, day)) {
      await deal(parts, kind, day, domain)
      done += 1
    }
  return done
}

/** Domains whose report is due now: those that wait for DNS hold up nobody behind them. */
async function dueOf(parts: DailyReportParts, kind: SentReportKind, day: string): Promise<string[]> {
  const { reader, unclear, now } = parts
  const due: string[] = []
  let after = ''
  for (let page = 0; page < mostPages && due.length < mostInRound; page++) {
    const names = await (kind === 'tls'
      ? reader.unreported(day, after, mostInRound)
      : reader.unreportedDmarc(day, after, mostInRound))
    due.push(...names.filter((each) => (unclear.get(keyOf(kind, day, each))?.nextAt ?? 0) <= now()))
    if (names.length < mostInRound) break
    after = names.at(-1) ?? ''
  }
  return due.slice(0, mostInRound)
}

function keyOf(kind: SentReportKind, day: string, domain: string): string {
  return `${kind} ${day} ${domain}`
}

/** One report: made, handed on, noted. What fails is noted too, and not tried for ever. */
async function deal(
  parts: DailyReportParts,
  kind: SentReportKind,
  day: string,
  domain: string,
): Promise<void> {
  const { store, resolver, now } = parts
  const wish = await (kind === 'tls' ? tlsReportWish : dmarcReportWish)(domain, resolver).catch(unlessUnclear)
  const key = keyOf(kind, day, domain)
  if (wish instanceof UnclearWish) {
    const tries = (parts.unclear.get(key)?.tries ?? 0) + 1
    if (tries < mostTries) {
      parts.unclear.set(key, { tries, nextAt: now() + askAgainMs })
      return
    }
    await store.noteReport(kind, day, domain, now(), `DNS does not say where it goes (${wish.message})`)
    parts.unclear.delete(key)
    return
  }
  parts.unclear.delete(key)
  const destinations = wish?.destinations ?? []
  if (!wish || destinations.length === 0) {
    await store.noteReport(kind, day, domain, now(), 'nobody asks for it')
    return
  }
  const head: ReportHead = {
    organization: parts.host,
    contact: parts.contact,
    reportId: `${day}-${kind}-${domain}@${parts.host}`,
    day,
  }
  const report = await (kind === 'tls' ? makeTlsReport : makeDmarcReport)(parts, domain, wish.tags, head)
  const outcomes: string[] = []
  for (const place of destinations) outcomes.push(await hand(parts, place, report))
  await store.noteReport(kind, day, domain, now(), outcomes.join('; '))
}

function unlessUnclear(cause: unknown): UnclearWish {
  if (cause instanceof UnclearWish) return cause
  throw cause
}

async function hand(parts: DailyReportParts, place: Destination, report: DailyReport): Promise<string> {
  const name = place.kind === 'mail' ? place.address : place.url
  try {
    await (place.kind === 'mail' ? parts.mail(place.address, report) : parts.post(place.url, report))
    return `sent to ${name}`
  } catch (cause) {
    return `${name}: ${(cause as Error).message}`
  }
}

async function makeTlsReport(
  { reader, host }: DailyReportParts,
  domain: string,
  _tags: unknown,
  head: ReportHead,
): Promise<DailyReport> {
  const rows = await reader.rowsOf(head.day, domain, mostRows)
  const content = gzipSync(JSON.stringify(composeTlsReport(rows, head)))
  return {
    kind: 'tls',
    domain,
    reportId: head.reportId,
    fileName: fileName(host, domain, head, 'json.gz'),
    content,
  }
}

async function makeDmarcReport(
  { reader, host }: DailyReportParts,
  domain: string,
  tags: Readonly<Record<string, string>>,
  head: ReportHead,
): Promise<DailyReport> {
  const rows = await reader.dmarcRows(head.day, domain, mostRows)
  const content = gzipSync(composeDmarcReport(domain, rows, tags, head))
  return {
    kind: 'dmarc',
    domain,
    reportId: head.reportId,
    fileName: fileName(host, domain, head, 'xml.gz'),
    content,
  }
}

function fileName(host: string, domain: string, { day }: ReportHead, ending: string): string {
  const begin = Date.parse(`${day}T00:00:00Z`) / 1000
  return `${host}!${domain.replace(/[^\w.-]/g, '_')}!${begin}!${begin + 86_399}.${ending}`
}
