import { csvLine } from '#ground/platform/csv-line.ts'
import type { AffectedLine, AffectedQuery } from '#services/ledger/ledger-store.ts'
import { AffectedCounts, listAffected } from '#services/ledger/list-affected.ts'
import { nextStep } from '#services/ledger/next-step.ts'
import type { MailLine } from '#services/search/search-store.ts'
import { walkMail } from '#services/search/walk-mail.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { isoTimes } from './iso-times.ts'
import { localTime } from './local-time.ts'
import { readMailConditions } from './mail-conditions.ts'
import {
  eventOptions,
  readCompleteness,
  readMailFilter,
  searchedHelp,
  searchedNames,
  searchedOptions,
} from './mail-filter-options.ts'
import type { Output } from './output.ts'
import { readMoment } from './read-moment.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** `./mailkeep affected` (N-04): who was hit, what became of their mail, and what can be done. */
export const command: SiteCommand = {
  name: 'affected',
  summary: 'lists every delivery that something touched, with its state and next step',
  help: `Usage: mailkeep affected --since T [--until T] [--reason R] [--kind K] [--node N] [--tenant ID] [--reply TEXT]
                        [--finding CODES] [--on-error] [conditions of the search] [--csv]
Lists every delivery with an event in a stretch of time that matches, each once, as it stands now; and mail
refused in the dialogue, with the sending side. Counts stand at the end.
  --since   an ISO time, or 2h for two hours ago; --until likewise, default now
  --reason  reason of the event, such as deferred or unknown-recipient
  --kind    accepted, deferred, delivered, returned, quarantined, held, discarded, ordered, refused, ...
  --node    node that it happened on
  --reply   part of the peer's or our reply
  --finding codes of findings, any of them, parted by commas; * stands for anything, such as spf-*
  --on-error  only mail judged although something could not be checked: DNS, a scanner, a check
  --sender, --recipient  address or domain; --subject words of the subject
${searchedHelp}
  --csv     as CSV, the counts on standard error
With one of the options from --sender to --score the index of messages is asked, as in the console: --since and --until
are then when the mail came in, --reason and --kind hold for whatever happened to it, and the counts say up to when
the index is complete.
Exit code 0: nobody. 1: somebody was.`,
  options: {
    ...eventOptions,
    csv: { type: 'boolean' },
    sender: { type: 'string' },
    recipient: { type: 'string' },
    subject: { type: 'string' },
    ...searchedOptions,
  },
  async run(site, given, out) {
    const isSearched = searched.some((name) => given.text(name) !== undefined)
    const rows = isSearched ? searchRows(site, given) : listAffected(site.ledger, readQuery(given))
    const complete = isSearched ? `${(await readCompleteness(site)).words}\n` : ''
    return writeAffected(rows, complete, given.flag('csv'), out)
  },
}

/** Writes rows as they come, and their counts at the end. Answers 0 where there was none, else 1. */
export async function writeAffected(
  rows: AsyncIterable<AffectedLine>,
  complete: string,
  isCsv: boolean,
  out: Output,
): Promise<number> {
  const format = isCsv ? csvFormat : out.isJson ? jsonFormat : textFormat
  const counts = new AffectedCounts()
  let piece = format.head
  for await (const line of rows) {
    piece += format.line(line, counts.total === 0)
    counts.add(line)
    if (piece.length < pieceSize) continue
    await out.write(piece)
    piece = ''
    out.progress(`${counts.total} rows`)
  }
  await out.write(`${piece}${format.tail(counts)}${format === textFormat ? complete : ''}`)
  out.progress('')
  if (isCsv) out.warn(`${describeCounts(counts)}\n${complete}`.trimEnd())
  return counts.total === 0 ? 0 : 1
}

/** Characters written at a time: a row each would cost more than finding it. */
const pieceSize = 65_536

function readQuery(given: Arguments): AffectedQuery {
  const now = Date.now()
  const [since, until] = [given.text('since'), given.text('until')]
  if (since === undefined) throw whenUnsaid()
  if (given.words.length > 0) throw new UseError(`what is ${given.words[0]}? Conditions are options`)
  return {
    since: readMoment(since, now),
    until: until === undefined ? now : readMoment(until, now),
    ...readMailConditions(given, ['reason', 'kind', 'node', 'tenant', 'reply']),
  }
}

const searched = ['sender', 'recipient', 'subject', ...searchedNames] as const
const ofTheSearch = [...searched, 'reason', 'kind', 'node', 'tenant', 'reply', 'finding'] as const

/** The same rows by the index of messages. */
async function* searchRows(site: Site, given: Arguments): AsyncGenerator<AffectedLine> {
  if (given.text('since') === undefined) throw whenUnsaid()
  if (given.words.length > 0) throw new UseError(`what is ${given.words[0]}? Conditions are options`)
  if (given.flag('on-error')) throw new UseError('--on-error goes with no condition of the search')
  for await (const lines of walkMail(site.search, readMailFilter(given, ofTheSearch)))
    for (const line of lines) yield toAffected(line)
}

function toAffected({ place: _place, ...line }: MailLine): AffectedLine {
  return {
    ...line,
    happened: line.state,
    happenedAt: line.at,
    stateReason: line.reason,
    keepUntil: null,
    client: { ip: line.ip, helo: '' },
  }
}

const whenUnsaid = () => new UseError('since when? Say it with --since, such as 2h or 2026-05-01T08:00')

interface Format {
  readonly head: string
  readonly line: (line: AffectedLine, isFirst: boolean) => string
  readonly tail: (counts: AffectedCounts) => string
}

const textFormat: Format = {
  head: '',
  line: (line) =>
    `${line.messageId}  ${localTime(line.happenedAt).slice(5)}  ${clip(`${line.happened} (${line.reason})`, 32).padEnd(32)}  ${clip(line.rcptTo, 34)}\n` +
    `    from <${clip(line.mailFrom, 60)}>, now ${line.state}\n    ${nextStep(line, Date.now())}\n`,
  tail: (counts) => `${counts.total === 0 ? '' : '\n'}${describeCounts(counts)}\n`,
}

const jsonFormat: Format = {
  head: '{"rows":[',
  line: (line, isFirst) =>
    `${isFirst ? '' : ','}\n${JSON.stringify({ ...line, nextStep: nextStep(line, Date.now()) }, isoTimes)}`,
  tail: (counts) => `\n],"counts":${JSON.stringify(counts)}}\n`,
}

const csvFormat: Format = {
  head: 'message,n,tenant,sender,recipient,subject,happened,at,node,reason,reply,state,next step\n',
  line: (line) =>
    csvLine([
      line.messageId,
      String(line.n ?? ''),
      line.tenant,
      line.mailFrom,
      line.rcptTo,
      line.subject,
      line.happened,
      new Date(line.happenedAt).toISOString(),
      line.node,
      line.reason,
      line.reply,
      line.state,
      nextStep(line, Date.now()),
    ]),
  tail: () => '',
}

function describeCounts(counts: AffectedCounts): string {
  if (counts.total === 0) return 'Nobody was affected.'
  const { states, tenants } = counts.toJSON()
  const rows = (from: Record<string, number>) =>
    Object.entries(from).map(([name, count]) => [name || '(none)', String(count)])
  return [
    `${counts.total} ${counts.total === 1 ? 'delivery or refusal' : 'deliveries and refusals'}.`,
    table(['state now', 'rows'], rows(states)),
    table(['tenant', 'rows'], rows(tenants)),
  ].join('\n\n')
}
