import type { MessageLine, SearchList, SearchQuery } from '@mailkeep/contract'
import type { MailFilter } from '#services/search/mail-filter.ts'
import type { ApiParts } from '../api-parts.ts'
import type { StoreReads } from '../store-reads.ts'
import { describeMessages } from './describe-messages.ts'
import { moment } from './moment.ts'

const pageSize = 25
/** Messages that one word may name: those of a Message-ID. */
const mostNamed = 50

/** What the ledger itself can be asked: a word, a state, a time. */
export function isPlainQuestion(query: SearchQuery): boolean {
  return asksOnly(query, ['q', 'state', 'since']) && !query.state?.includes(',')
}

/** Lists without the index: those of the ledger, which knows fewer conditions. */
export async function describePlain(
  parts: ApiParts,
  reads: StoreReads,
  query: SearchQuery,
  { states, since, within }: MailFilter,
): Promise<SearchList> {
  const plain = {
    ...(query.q !== undefined && { q: query.q }),
    ...(states?.[0] !== undefined && { state: states[0] }),
    ...(since !== undefined && { since: moment(since) }),
    limit: query.limit ?? pageSize,
  }
  const { completeUpTo, messages, searchedBackTo } = await describeMessages(parts, reads, plain, within)
  return {
    completeUpTo,
    completeness: null,
    lines: messages,
    next: null,
    searchedBackTo,
    isPlain: true,
    note: null,
  }
}

/** Whether the lines of the ledger say all that is asked beside the word. */
export function isToldByLedger(query: SearchQuery): boolean {
  return asksOnly(query, ['q', 'state', 'since', 'until'])
}

/** Whether a question has no other conditions than these. */
function asksOnly(query: SearchQuery, names: readonly (keyof SearchQuery)[]): boolean {
  const known: readonly string[] = ['scope', 'limit', ...names]
  return Object.keys(query).every((each) => known.includes(each))
}

/** What a word names and fits, out of the ledger: also before the index knows it, and while the index is away. */
export async function describeTold(
  parts: ApiParts,
  reads: StoreReads,
  { q, limit = pageSize }: SearchQuery,
  { states, since = 0, until = Number.POSITIVE_INFINITY, within }: MailFilter,
): Promise<SearchList> {
  const found = await describePlain(
    parts,
    reads,
    { ...(q !== undefined && { q }), limit: mostNamed },
    { ...(within && { within }) },
  )
  const fits = (line: MessageLine) => {
    const at = Date.parse(line.at)
    return at >= since && at <= until && (!states || states.some((each) => line.states.includes(each)))
  }
  const value = found.lines.value?.filter(fits).slice(0, limit) ?? null
  return { ...found, lines: { ...found.lines, value } }
}
