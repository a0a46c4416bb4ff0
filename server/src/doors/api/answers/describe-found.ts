import type { MessageLine, SearchList, SearchQuery } from '@mailkeep/contract'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import { findMail, findNamed, readCursor } from '#services/search/find-mail.ts'
import type { MailFilter } from '#services/search/mail-filter.ts'
import { isWordless, readFilter } from '#services/search/read-filter.ts'
import type { FoundMessage, IndexProgress } from '#services/search/search-store.ts'
import type { ApiParts } from '../api-parts.ts'
import type { StoreReads } from '../store-reads.ts'
import { cutText } from './cut-text.ts'
import { describeCompleteness } from './describe-completeness.ts'
import { describePlain, describeTold, isPlainQuestion, isToldByLedger } from './describe-from-ledger.ts'
import { keyOf } from './key-of.ts'
import { moment, momentOrNull } from './moment.ts'

const recipientsShown = 3
const subjectShown = 200
const pageSize = 25
/** Messages that may have come in the same millisecond. */
const mostAtATime = 50

/** The filter of a question within the reach of whoever asks. @throws OrderError for what cannot be read */
export function filterOf(
  { scope: _scope, after: _after, limit: _limit, ...texts }: SearchQuery,
  principal: Principal,
  now: number,
): MailFilter {
  const within = reachOfMail(principal)
  return { ...readFilter(texts as Parameters<typeof readFilter>[0], now), ...(within && { within }) }
}

/**
 * The same for what only reads: people type a quotation mark before a word, so a `q` of signs alone finds nothing there.
 * An order by it is refused.
 */
export function readingFilterOf(query: SearchQuery, principal: Principal, now: number): MailFilter {
  const { q, ...others } = query
  if (q === undefined || !isWordless(q)) return filterOf(query, principal, now)
  return { ...filterOf(others, principal, now), subject: q }
}

/** A page of what a question finds. Where the index cannot be asked, what can be told without it. */
export async function describeFound(
  parts: ApiParts,
  reads: StoreReads,
  query: SearchQuery,
  principal: Principal,
): Promise<SearchList> {
  const filter = readingFilterOf(query, principal, parts.clock.now())
  const key = `${keyOf(filter.within)} ${JSON.stringify(query)}`
  const { q } = query
  if (q !== undefined && isWordless(q)) return nothingFor(q)
  const after = query.after === undefined ? undefined : readCursor(query.after)
  if (q !== undefined && after === undefined) {
    const named = await findNamed(parts.ledger, q, filter.within)
    if (named && named.length > 0)
      return isToldByLedger(query)
        ? describeTold(parts, reads, query, filter)
        : describeNamed(parts, reads, named, query, principal)
  }
  const found = await reads.ask('search', key, () =>
    findMail(parts.search, filter, after, query.limit ?? pageSize, parts.clock.now()),
  )
  if (found.value === null && after === undefined && isPlainQuestion(query))
    return describePlain(parts, reads, query, filter)
  const page = found.value
  return {
    completeUpTo: momentOrNull(page?.progress.completeUpTo ?? null),
    completeness: page && describeCompleteness(page.progress, principal),
    lines: { missing: found.missing, value: page?.messages.map((each) => describeLine(each, parts)) ?? null },
    next: page?.next ?? null,
    searchedBackTo: momentOrNull(page?.backTo ?? null),
    isPlain: false,
    note: null,
  }
}

/** What a question finds that names no word, whatever there is. */
function nothingFor(q: string): SearchList {
  return {
    completeUpTo: null,
    completeness: null,
    lines: { missing: null, value: [] },
    next: null,
    searchedBackTo: null,
    isPlain: false,
    note: `${q.trim()} has no word to look for; a word has letters or digits.`,
  }
}

/** Of messages that a word names those that fit all else that is asked, each looked for at its time in the index. */
async function describeNamed(
  parts: ApiParts,
  reads: StoreReads,
  named: readonly { readonly id: string; readonly at: number }[],
  query: SearchQuery,
  principal: Principal,
): Promise<SearchList> {
  const { q: _q, ...others } = query
  const filter = filterOf(others, principal, parts.clock.now())
  const key = `${keyOf(filter.within)} named ${JSON.stringify(query)}`
  const found = await reads.ask('search', key, () =>
    findEach(parts, named.slice(0, query.limit ?? pageSize), filter),
  )
  const progress = found.value?.progress ?? null
  return {
    completeUpTo: momentOrNull(progress?.completeUpTo ?? null),
    completeness: progress && describeCompleteness(progress, principal),
    lines: {
      missing: found.missing,
      value: found.value?.messages.map((each) => describeLine(each, parts)) ?? null,
    },
    next: null,
    searchedBackTo: null,
    isPlain: false,
    note: null,
  }
}

/** Those that fit a filter, and how far the index had come. */
async function findEach(
  { search, clock }: ApiParts,
  named: readonly { readonly id: string; readonly at: number }[],
  filter: MailFilter,
): Promise<{ readonly messages: readonly FoundMessage[]; readonly progress: IndexProgress | null }> {
  const messages: FoundMessage[] = []
  let progress: IndexProgress | null = null
  for (const { id, at } of named) {
    const [since, until] = [Math.max(filter.since ?? at, at), Math.min(filter.until ?? at, at)]
    const page = await findMail(search, { ...filter, since, until }, undefined, mostAtATime, clock.now())
    progress = page.progress
    messages.push(...page.messages.filter(({ line }) => line.messageId === id))
  }
  return { messages, progress }
}

function describeLine({ line, rcptTo, states }: FoundMessage, { reasonText }: ApiParts): MessageLine {
  return {
    kind: line.kind === 'refusal' ? 'refusal' : 'message',
    id: line.messageId,
    at: moment(line.at),
    direction: line.direction,
    mailFrom: line.mailFrom,
    rcptTo: rcptTo.slice(0, recipientsShown),
    recipients: rcptTo.length,
    subject: cutText(line.subject, subjectShown),
    size: line.size,
    states: states as MessageLine['states'],
    reason: line.reason,
    reasonText: reasonText(line.reason),
    tenant: line.tenant,
    verdict: line.verdict,
    score: line.score,
  }
}
