import type { AffectedLine, AffectedQuery } from '#services/ledger/ledger-store.ts'
import { AffectedCounts, listAffected } from '#services/ledger/list-affected.ts'
import { nextStep } from '#services/ledger/next-step.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { csvLine } from './csv-line.ts'
import { isoTimes } from './iso-times.ts'
import { localTime } from './local-time.ts'
import { readMoment } from './read-moment.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** `./mailkeep affected` (N-04): who was hit, what became of their mail, and what can be done. */
export const affectedCommand: SiteCommand = {
  name: 'affected',
  summary: 'lists every delivery that something touched, with its state and next step',
  help: `Usage: mailkeep affected --since T [--until T] [--reason R] [--kind K] [--node N] [--tenant ID] [--reply TEXT]
                        [--finding CODES] [--on-error] [--csv]
Lists every delivery with an event in a stretch of time that matches, each once, as it stands now; and mail
refused in the dialogue, with the sending side. Counts stand at the end.
  --since   an ISO time, or 2h for two hours ago; --until likewise, default now
  --reason  reason of the event, such as deferred or unknown-recipient
  --kind    accepted, deferred, delivered, returned, quarantined, held, discarded, ordered, refused, ...
  --node    node that it happened on
  --reply   part of the peer's or our reply
  --finding codes of findings, any of them, parted by commas; * stands for anything, such as spf-*
  --on-error  only mail judged although something could not be checked: DNS, a scanner, a check
  --csv     as CSV, the counts on standard error
Exit code 0: nobody. 1: somebody was.`,
  options: {
    since: { type: 'string' },
    until: { type: 'string' },
    reason: { type: 'string' },
    kind: { type: 'string' },
    node: { type: 'string' },
    tenant: { type: 'string' },
    reply: { type: 'string' },
    finding: { type: 'string' },
    'on-error': { type: 'boolean' },
    csv: { type: 'boolean' },
  },
  async run(site, given, out) {
    const query = readQuery(given)
    const format = given.flag('csv') ? csvFormat : out.isJson ? jsonFormat : textFormat
    const counts = new AffectedCounts()
    let piece = format.head
    for await (const line of listAffected(site.ledger, query)) {
      piece += format.line(line, counts.total === 0)
      counts.add(line)
      if (piece.length < pieceSize) continue
      await out.write(piece)
      piece = ''
      out.progress(`${counts.total} rows`)
    }
    await out.write(`${piece}${format.tail(counts)}`)
    out.progress('')
    if (given.flag('csv')) out.warn(describeCounts(counts))
    return counts.total === 0 ? 0 : 1
  },
}

/** Characters written at a time: a row each would cost more than finding it. */
const pieceSize = 65_536

function readQuery(given: Arguments): AffectedQuery {
  const now = Date.now()
  const [since, until] = [given.text('since'), given.text('until')]
  if (since === undefined)
    throw new UseError('since when? Say it with --since, such as 2h or 2026-05-01T08:00')
  if (given.words.length > 0) throw new UseError(`what is ${given.words[0]}? Conditions are options`)
  const conditions = (['reason', 'kind', 'node', 'tenant', 'reply'] as const)
    .map((name) => [name, given.text(name)] as const)
    .filter(([, value]) => value !== undefined)
  const findings = given
    .text('finding')
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  return {
    ...(findings && { findings }),
    ...(given.flag('on-error') && { onError: true }),
    since: readMoment(since, now),
    until: until === undefined ? now : readMoment(until, now),
    ...Object.fromEntries(conditions),
  }
}

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
