import { findTraces, type TraceQuestion } from '#services/ledger/find-traces.ts'
import { followEvents } from '#services/ledger/follow-events.ts'
import type { TraceLine } from '#services/ledger/ledger-store.ts'
import { readWithin } from '#services/ledger/read-within.ts'
import { type FoundPage, findMail, readCursor } from '#services/search/find-mail.ts'
import type { FoundMessage } from '#services/search/search-store.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { isoTimes } from './iso-times.ts'
import { localTime } from './local-time.ts'
import {
  readCompleteness,
  readMailFilter,
  readSilence,
  searchedHelp,
  searchedNames,
  searchedOptions,
} from './mail-filter-options.ts'
import type { Output } from './output.ts'
import { peopleHelp, peopleOption, readPeople } from './people-option.ts'
import { readCount } from './read-count.ts'
import { readMoment } from './read-moment.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'
import { describeStory } from './trace-story.ts'

/** `./mailkeep trace`: where is this mail? */
export const command: SiteCommand = {
  name: 'trace',
  summary: 'answers where a message is, and what happened to it',
  help: `Usage: mailkeep trace [ID|ADDRESS|<MESSAGE-ID>|WORDS] [--since T] [--until T] [--limit N] [--follow]
Finds messages, and mail refused in the dialogue, by the id in our reply (in brackets in a refusal), by an
address of sender or recipient, by the Message-ID field, or by words of the subject; newest first.
One hit is shown whole: its timeline with replies, findings, verdict and attempts.
  --sender      envelope sender
  --recipient   envelope recipient
  --subject     part of the subject
  --message-id  Message-ID field
  --tenant      only mail of this tenant
  --reason      why it is in its state or was in one before; several parted by commas
  --kind        what happened to it at some time: deferred, returned, ordered, ...
  --finding     codes of findings, parted by commas
  --reply       words of what was said by a receiver, or by us; a star at the end stands for more: mailb*
  --node        node that took it
${peopleHelp}
${searchedHelp}
  --since       an ISO time, or 2h for two hours ago; --until likewise
  --limit       most lines; default 50
  --follow      shows events as they happen, until it is stopped
With one of the options from --reason to --score, --of without a word, or a domain as --sender or --recipient, the
index of messages is asked as in the console, and the last line says up to when it is complete.
Exit code 0: found. 1: there is no such mail.`,
  options: {
    sender: { type: 'string' },
    recipient: { type: 'string' },
    subject: { type: 'string' },
    'message-id': { type: 'string' },
    tenant: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    limit: { type: 'string' },
    follow: { type: 'boolean' },
    reason: { type: 'string' },
    kind: { type: 'string' },
    finding: { type: 'string' },
    reply: { type: 'string' },
    node: { type: 'string' },
    ...peopleOption,
    ...searchedOptions,
  },
  async run(site, given, out) {
    if (given.flag('follow')) return follow(site, given, out)
    if (isSearched(given)) return search(site, given, out)
    const within = await readPeople(site, given)
    const question = { ...readQuestion(given), ...(within && { within }) }
    const { lines, traced } = await findTraces(site.ledger, question)
    const silence = await readSilence(site)
    const more = lines.length === question.limit ? `\n... perhaps more; --limit shows them` : ''
    const text = traced ? describeStory(traced) : `${describeLines(lines)}${more}`
    out.answer({ lines, traced }, silence === '' ? text : `${text}\n${silence}`)
    return lines.length === 0 && traced === null ? 1 : 0
  },
}

const indexed = ['reason', 'kind', 'finding', 'reply', 'node', ...searchedNames] as const

/** Whether the ledger alone cannot be asked: it finds ids, whole addresses and parts of subjects. */
function isSearched(given: Arguments): boolean {
  const isDomain = (text: string | undefined) => text !== undefined && text !== '' && !/[^@]@/.test(text)
  return (
    indexed.some((name) => given.text(name) !== undefined) ||
    isDomain(given.text('sender')) ||
    isDomain(given.text('recipient')) ||
    (given.text('of') !== undefined && given.words.length === 0)
  )
}

async function search(site: Site, given: Arguments, out: Output): Promise<number> {
  const [word, ...more] = given.words
  if (more.length > 0) throw new UseError('put words of a subject into quotes')
  if (given.text('message-id') !== undefined) throw new UseError('--message-id is asked alone')
  const within = await readPeople(site, given)
  const filter = {
    ...readMailFilter(given, [...indexed, 'sender', 'recipient', 'subject', 'tenant'], word),
    ...(within && { within }),
  }
  const limit = readCount('limit', given.text('limit'), 50)
  const { completeUpTo, completeness, words } = await readCompleteness(site)
  const lines: TraceLine[] = []
  let after: string | null = null
  do {
    const page: FoundPage = await findMail(
      site.search,
      filter,
      after === null ? undefined : readCursor(after),
      limit - lines.length,
      Date.now(),
    )
    lines.push(...page.messages.map(toLine))
    after = page.next
  } while (after !== null && lines.length < limit)
  const [only] = lines
  const traced = only && lines.length === 1 ? await readWithin(site.ledger, only.id, within) : null
  const perhaps = after === null ? '' : '\n... perhaps more; --limit shows them'
  const text = traced ? describeStory(traced) : `${describeLines(lines)}${perhaps}`
  out.answer({ lines, traced, completeUpTo, completeness }, `${text}\n${words}`)
  return lines.length === 0 ? 1 : 0
}

function toLine({ line, rcptTo, states }: FoundMessage): TraceLine {
  const { messageId, at, mailFrom, subject, direction, size, reason } = line
  const kind = line.kind === 'refusal' ? 'refusal' : 'message'
  return {
    ...{ kind, id: messageId, at, direction, mailFrom, rcptTo, subject, size, reason },
    states: states as TraceLine['states'],
  }
}

function readQuestion(given: Arguments): TraceQuestion {
  const [word, ...more] = given.words
  if (more.length > 0) throw new UseError('put words of a subject into quotes')
  const now = Date.now()
  const [since, until] = [given.text('since'), given.text('until')]
  const texts = {
    word,
    sender: given.text('sender'),
    recipient: given.text('recipient'),
    subject: given.text('subject'),
    headerMessageId: given.text('message-id'),
    tenant: given.text('tenant'),
  }
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
    ...(since !== undefined && { since: readMoment(since, now) }),
    ...(until !== undefined && { until: readMoment(until, now) }),
    limit: readCount('limit', given.text('limit'), 50),
  }
}

function describeLines(lines: readonly TraceLine[]): string {
  if (lines.length === 0) return 'There is no such mail.'
  const rows = lines.map((each) => [
    each.id,
    localTime(each.at).slice(5, 16),
    clip(each.mailFrom || '<>', 19),
    clip(
      each.rcptTo.length > 1 ? `${each.rcptTo[0]} +${each.rcptTo.length - 1}` : (each.rcptTo[0] ?? ''),
      19,
    ),
    clip(each.states.join(','), 11),
    clip(each.subject, 14),
  ])
  return table(['id', 'time', 'sender', 'recipient', 'state', 'subject'], rows)
}

async function follow(site: Site, given: Arguments, out: Output): Promise<number> {
  const end = new AbortController()
  process.once('SIGINT', () => end.abort())
  process.once('SIGTERM', () => end.abort())
  const tenant = given.text('tenant')
  for await (const event of followEvents(site.ledger, end.signal)) {
    if (tenant !== undefined && event.tenant !== tenant) continue
    const to = event.n === null ? '' : `/${event.n}`
    await out.write(
      out.isJson
        ? `${JSON.stringify(event, isoTimes)}\n`
        : `${localTime(event.at)}  ${event.messageId}${to}  ${event.kind} (${event.reason})  ${event.tenant}\n`,
    )
  }
  return 0
}
