import { acceptReport, type ReportOrder, refuseReport } from '#services/reports/decide-report.ts'
import {
  type Report,
  type ReportFilter,
  type ReportLine,
  reportStates,
} from '#services/reports/report-store.ts'
import { asksForRelease, showReport } from '#services/reports/show-report.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { readCount } from './read-count.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const kinds = ['missed-spam', 'false-alarm'] as const
const longestNote = 1000
const pageSize = 500

const list: SiteCommand = {
  name: 'list',
  summary: 'lists what people reported',
  help: `Usage: mailkeep reports list [--state open|accepted|refused] [--kind missed-spam|false-alarm] [--tenant ID] [--limit N]
Lists reports of missed spam and false alarms, newest first. "Asks for release": the message was in quarantine.`,
  options: {
    state: { type: 'string' },
    kind: { type: 'string' },
    tenant: { type: 'string' },
    limit: { type: 'string' },
  },
  async run(site, given, out) {
    const limit = readCount('limit', given.text('limit'), 100)
    const found = await site.reports.list(readFilter(given), limit + 1)
    const reports = found.slice(0, limit).map(withRelease)
    const rows = reports.map((each) => [
      each.id,
      localTime(each.at).slice(5, 16),
      clip(each.reporter, 24),
      each.kind,
      each.messageId ?? '-',
      each.verdict ?? '-',
      each.asksForRelease ? 'asks for release' : each.outcome || each.state,
      String(each.times),
    ])
    const head = ['report', 'since', 'reporter', 'kind', 'message', 'verdict', 'state', 'times']
    const sheet = rows.length === 0 ? 'There are no such reports.' : table(head, rows)
    const more = found.length > limit
    out.answer({ reports, more }, more ? `${sheet}\n... and more; --limit shows them` : sheet)
    return 0
  },
}

const show: SiteCommand = {
  name: 'show',
  summary: 'shows a report, and what was thought of the message',
  help: `Usage: mailkeep reports show ID
Shows a report with the verdict, findings and versions that the message had when it was reported.`,
  options: {},
  async run(site, given, out) {
    const full = withRelease(await showReport(site, idOf(given)))
    out.answer(full, describe(full))
    return 0
  },
}

const accept: SiteCommand = {
  name: 'accept',
  summary: 'says that a report is right',
  help: `Usage: mailkeep reports accept ID [--note TEXT]
Says that a report is right; whoever reported hears of it. The message of a false alarm that is still in quarantine is
released to who reported it, but never one with a virus: see mailkeep quarantine release.
  --note  a sentence that the reporter reads`,
  options: { note: { type: 'string' } },
  async run(site, given, out) {
    const order = readOrder(site, given)
    const { config } = site.loaded
    const outcome = await acceptReport(order, { lifeMs: config['delivery.expiryInbound'] })
    const done = outcome === 'released' ? ' and the message released' : ''
    out.answer({ id: order.id, outcome }, `Accepted${done}.`)
    return 0
  },
}

const refuse: SiteCommand = {
  name: 'refuse',
  summary: 'says that a report is not right',
  help: `Usage: mailkeep reports refuse ID [--note TEXT]
Says that a report is not right; whoever reported hears of it, and the message stays where it is.
  --note  a sentence that the reporter reads`,
  options: { note: { type: 'string' } },
  async run(site, given, out) {
    const order = readOrder(site, given)
    await refuseReport(order)
    out.answer({ id: order.id, outcome: 'refused' }, 'Refused.')
    return 0
  },
}

const exportAll: SiteCommand = {
  name: 'export',
  summary: 'prints accepted reports for whoever makes definitions',
  help: `Usage: mailkeep reports export [--kind missed-spam|false-alarm] [--tenant ID] [--after ID]
Prints accepted reports as JSON, one a line, oldest first: kind, message, verdict, score, findings and versions; nothing
of the content. Those after ID only, so that the next export goes on where this one ended.`,
  options: { kind: { type: 'string' }, tenant: { type: 'string' }, after: { type: 'string' } },
  async run(site, given, out) {
    const filter = { ...readFilter(given), state: 'accepted' } as const
    let after = given.text('after') ?? ''
    for (;;) {
      const reports = await site.reports.list({ ...filter, after }, pageSize)
      for (const each of reports) await out.write(`${lineOf(each)}\n`)
      after = reports.at(-1)?.id ?? after
      if (reports.length < pageSize) return 0
    }
  },
}

/** Who reported stays here: definitions do not need to know. */
function lineOf(report: Report): string {
  const { id, at, times, tenant, kind, isProven, headerMessageId, messageId } = report
  const { foundState, verdict, score, findings, versions, outcome } = report
  return JSON.stringify({
    id,
    at: new Date(at).toISOString(),
    times,
    tenant,
    kind,
    proven: isProven,
    messageId,
    headerMessageId,
    state: foundState,
    verdict,
    score,
    findings,
    versions,
    outcome,
  })
}

interface ShownReport extends ReportLine {
  readonly asksForRelease: boolean
}

function withRelease(report: ReportLine): ShownReport {
  return { ...report, asksForRelease: asksForRelease(report) }
}

function describe(report: ShownReport): string {
  const { decidedAt, decidedBy, state, outcome, findings, versions } = report
  const decided = decidedAt === null || decidedBy === '' ? '' : ` by ${decidedBy}, ${localTime(decidedAt)}`
  const lines: [string, string][] = [
    ['report', report.id],
    ['kind', report.kind],
    ['at', `${localTime(report.at)}${report.times > 1 ? `, ${report.times} times` : ''}`],
    ['tenant', report.tenant],
    ['reporter', `${report.reporter}${report.isProven ? '' : ' (not proven: may be forged)'}`],
    ['names', report.headerMessageId || '-'],
    ['message', report.messageId === null ? 'not found' : `${report.messageId} for ${report.rcptTo}`],
    [
      'then',
      report.verdict === null ? '-' : `${report.foundState}, ${report.verdict}, score ${report.score}`,
    ],
    ['findings', findings.map(({ code, weight }) => `${code} ${weight}`).join(', ') || '-'],
    [
      'versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ') || '-',
    ],
    [
      'state',
      report.asksForRelease ? 'open, asks for release' : `${state}${outcome && ` (${outcome})`}${decided}`,
    ],
    ...(report.note === '' ? [] : [['note', report.note] as [string, string]]),
  ]
  return lines.map(([name, value]) => `${name.padEnd(9)} ${value}`).join('\n')
}

function readFilter(given: Arguments): ReportFilter {
  const [state, kind, tenant] = [given.text('state'), given.text('kind'), given.text('tenant')]
  return {
    ...(state !== undefined && { state: oneOf('state', reportStates, state) }),
    ...(kind !== undefined && { kind: oneOf('kind', kinds, kind) }),
    ...(tenant !== undefined && { tenant }),
  }
}

function oneOf<const Word extends string>(name: string, words: readonly Word[], text: string): Word {
  const word = words.find((each) => each === text)
  if (word === undefined) throw new UseError(`--${name} is one of ${words.join(', ')}, not ${text}`)
  return word
}

function readOrder(site: Site, given: Arguments): ReportOrder {
  const note = given.text('note') ?? ''
  if (note.length > longestNote) throw new UseError(`--note has at most ${longestNote} characters`)
  const { reports, ledger, directory, who } = site
  return { reports, ledger, directory, id: idOf(given), note, at: Date.now(), who, ip: '' }
}

function idOf(given: Arguments): string {
  const [id, ...more] = given.words
  if (id === undefined || more.length > 0) throw new UseError('name one report')
  return id
}

/** `./mailkeep reports`. */
export const command: GroupCommand = {
  name: 'reports',
  summary: 'lists, shows and decides what people report: missed spam and false alarms',
  verbs: [list, show, accept, refuse, exportAll],
}
