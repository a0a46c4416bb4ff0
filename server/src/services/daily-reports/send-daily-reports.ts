import { gzipSync } from 'node:zlib'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { composeDmarcReport } from './compose-dmarc-report.ts'
import { composeTlsReport, type ReportHead } from './compose-tls-report.ts'
import type { DailyReportStore, SentReportKind } from './daily-report-store.ts'
import { type Destination, dmarcReportWish, tlsReportWish } from './report-destinations.ts'

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
  readonly now: () => number
  /** Hands a report to the spool. */
  readonly mail: (to: string, report: DailyReport) => Promise<void>
  /** Hands a report to a page. @throws Error that says why it did not take it */
  readonly post: (url: string, report: DailyReport) => Promise<void>
}

/** Reports of one round of the clock, so that a day with many domains never fills the queue at once. */
const mostInRound = 20
const mostRows = 5000
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
  let done = 0
  for (const domain of await parts.reader.unreported(day, '', mostInRound)) {
    await deal(parts, 'tls', day, domain)
    done += 1
  }
  for (const domain of await parts.reader.unreportedDmarc(day, '', mostInRound)) {
    await deal(parts, 'dmarc', day, domain)
    done += 1
  }
  return done
}

/** One report: made, handed on, noted. What fails is noted too, and not tried for ever. */
async function deal(
  parts: DailyReportParts,
  kind: SentReportKind,
  day: string,
  domain: string,
): Promise<void> {
  const { store, resolver, now } = parts
  const wish = await (kind === 'tls' ? tlsReportWish : dmarcReportWish)(domain, resolver)
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
