import type { MailFilter } from '#services/search/mail-filter.ts'
import type {
  FoundMessage,
  IndexProgress,
  LogPositions,
  MailKey,
  MailLine,
  MailTally,
  MessagePage,
  RuleHits,
  SearchPage,
  SearchStore,
} from '#services/search/search-store.ts'
import type { Statements } from '../database/statements.ts'
import type { Synchronous } from '../database/synchronous.ts'
import { termsBeginning } from './beginnings.ts'
import { FreshFacts, factsOf, keyOf, keysOf, mostFresh, mostFreshListed } from './fresh-facts.ts'
import { positionOf } from './index-comparison.ts'
import { readProgress } from './index-progress.ts'
import { KeptPeople } from './kept-people.ts'
import { logs } from './logs.ts'
import { type MailFacts, type RecipientFacts, readRecipients } from './mail-facts.ts'
import { asksOfJudgement, matcherOf, reachOf } from './matches.ts'
import type { PeopleOfReach } from './people-of-reach.ts'
import { firstPlaceAt, momentOfPlace } from './places.ts'
import { expressionOf, expressionOfRule, type Lacking, recipientsOf } from './terms.ts'
import { ownTerms, ruleTerms } from './terms-since.ts'

interface Entry {
  readonly place: number
  readonly message_id: string
  readonly n: number | null
}

/** Counting ends by its time; this is what a slice can hold of memory. */
const mostCounted = 20_000
/** Entries that are looked at for a beginning of very many words before those who have one are joined. */
const mostTried = 1500
const beyondAll = Number.MAX_SAFE_INTEGER
/** Hits of a rule that are counted. */
const mostHits = 10_000

/**
 * SearchStore on SQLite: places from the index, then the truth from the ledger. It looks backwards, and where
 * the time is over it says how far it came.
 */
export class SqliteSearchStore implements Synchronous<SearchStore> {
  readonly #ledger: Statements
  readonly #index: () => Statements
  readonly #fresh: FreshFacts
  readonly #people: KeptPeople

  /** @param index opens the index when it is first needed: it may not be there yet. @throws Error where there is none */
  constructor(ledger: Statements, index: () => Statements) {
    this.#ledger = ledger
    this.#index = index
    this.#fresh = new FreshFacts(ledger)
    this.#people = new KeptPeople(ledger)
  }

  find(filter: MailFilter, before: number | null, limit: number, budgetMs: number): SearchPage {
    const people = this.#people.of(filter.within)
    return this.#find(filter, { people, before, limit, budgetMs, isList: false })
  }

  page(filter: MailFilter, before: number | null, limit: number, budgetMs: number, now: number): MessagePage {
    const progress = readProgress(this.#ledger, this.#index(), now, mostFreshListed)
    const people = this.#people.of(filter.within)
    const { lines, ...rest } = this.#find(filter, { people, before, limit, budgetMs, isList: true })
    const isInReach = reachOf(filter.within, people.has)
    return { ...rest, messages: lines.map((line) => this.#withRecipients(line, isInReach)), progress }
  }

  /** @param isInReach tells recipients that whoever asks may know of */
  #withRecipients(line: MailLine, isInReach: (facts: RecipientFacts) => boolean): FoundMessage {
    if (line.kind === 'refusal') return { line, rcptTo: recipientsOf(line), states: [line.state] }
    const seen = readRecipients(this.#ledger, line).filter(isInReach)
    return {
      line,
      rcptTo: seen.map((each) => each.rcptTo).filter((each) => each !== ''),
      states: [...new Set(seen.map((each) => each.state))],
    }
  }

  /** In a list further recipients of a message that is already among the lines are left out. */
  #find(
    filter: MailFilter,
    {
      people,
      before,
      limit,
      budgetMs,
      isList,
    }: {
      people: PeopleOfReach
      before: number | null
      limit: number
      budgetMs: number
      isList: boolean
    },
  ): SearchPage {
    const began = performance.now()
    const index = this.#index()
    const seenOf = matcherOf(filter, people.has)
    const read = asksOfJudgement(filter) ? 'all' : 'unjudged'
    const oldest = filter.since === undefined ? 0 : firstPlaceAt(filter.since)
    const newest = filter.until === undefined ? beyondAll : firstPlaceAt(filter.until + 1)
    const lines: MailLine[] = []
    const seen = new Set<string>()
    const end = Math.min(before ?? beyondAll, newest)
    const fresh = this.#fresh
      .read((log) => positionOf(index, log), isList ? mostFreshListed : mostFresh)
      .filter(({ place }) => place < end)
    const isFresh = new Set(fresh.map(({ facts }) => keyOf(facts)))
    const take = (facts: MailFacts, place: number): boolean => {
      if (isList && seen.has(facts.messageId)) return false
      const known = seenOf(facts)
      if (known === null) return false
      lines.push(toLine(known, place))
      seen.add(facts.messageId)
      return lines.length >= limit
    }
    const takeFreshFrom = (least: number): number | null => {
      while ((fresh[0]?.place ?? -1) >= least) {
        const next = fresh.shift()
        if (next && take(next.facts, next.place)) return next.place
      }
      return null
    }
    for (const entry of candidatesOf(index, filter, people, oldest, end)) {
      const { place, message_id: messageId, n } = entry
      const full = takeFreshFrom(place)
      if (full !== null) return { lines, place: full, backTo: momentOfPlace(full) }
      const isLeftOut = isFresh.has(keyOf({ messageId, n })) || people.rulesOut(entry)
      const facts = isLeftOut ? null : factsOf(this.#ledger, { messageId, n }, read)
      const isFull = facts !== null && take(facts, place)
      if (isFull || performance.now() - began > budgetMs)
        return { lines, place, backTo: momentOfPlace(place) }
    }
    const full = takeFreshFrom(oldest)
    return full === null
      ? { lines, place: null, backTo: null }
      : { lines, place: full, backTo: momentOfPlace(full) }
  }

  tally(filter: MailFilter, before: number | null, budgetMs: number): MailTally {
    const found = this.find(filter, before, mostCounted, budgetMs)
    const sumBy = (name: (line: MailLine) => string) =>
      Object.fromEntries([...Map.groupBy(found.lines, name)].map(([each, of]) => [each, of.length]))
    return {
      total: found.lines.length,
      states: sumBy((each) => each.state),
      tenants: sumBy((each) => each.tenant),
      verdicts: sumBy((each) => each.verdict),
      place: found.place,
      backTo: found.backTo,
    }
  }

  newer(
    after: LogPositions | null,
    limit: number,
  ): { keys: MailKey[]; positions: LogPositions; skipped: number } {
    const keys: MailKey[] = []
    const positions = { events: 0, refusals: 0 }
    let skipped = 0
    for (const log of logs) {
      const head = log.head(this.#ledger)
      positions[log.name] = head
      if (after === null) continue
      const first = Math.max(after[log.name] + 1, head - limit + 1)
      skipped += Math.max(0, first - after[log.name] - 1)
      if (first > head) continue
      keys.push(...keysOf(log, this.#ledger, first, head))
    }
    return { keys, positions, skipped }
  }

  pick(filter: MailFilter, keys: readonly MailKey[]): MailLine[] {
    const seenOf = matcherOf(filter, this.#people.of(filter.within).has)
    return keys.flatMap(({ messageId, n }) => {
      const facts = factsOf(this.#ledger, { messageId, n })
      const known = facts && seenOf(facts)
      return known ? [toLine(known, 0)] : []
    })
  }

  ruleHits(rules: readonly string[], since: number): RuleHits | null {
    const index = this.#index()
    const known = ruleTerms.since(index)
    // Entries of before say nothing of rules: what is not known is not counted as nothing.
    if (known === beyondAll) return null
    const from = Math.max(firstPlaceAt(since), known)
    const hits = rules.map(
      (rule) =>
        index.get<{ hits: number }>(
          'SELECT count(*) AS hits FROM (SELECT 1 FROM terms WHERE terms MATCH ? AND rowid >= ? LIMIT ?)',
          expressionOfRule(rule),
          from,
          mostHits,
        )?.hits ?? 0,
    )
    return { since: momentOfPlace(from), hits }
  }

  progress(now: number): IndexProgress {
    return readProgress(this.#ledger, this.#index(), now, mostFresh)
  }
}

/** What a filter may mean, newest first, and perhaps more: whoever asks compares each with the ledger. */
function* candidatesOf(
  index: Statements,
  filter: MailFilter,
  people: PeopleOfReach,
  from: number,
  to: number,
): Iterable<Entry> {
  const rules = filter.rules || filter.definitions ? ruleTerms.since(index) : 0
  const own = filter.within?.domains ? ownTerms.since(index) : 0
  let end = to
  for (const start of [Math.max(rules, own), Math.min(rules, own), 0]) {
    const first = Math.max(from, start)
    if (first >= end) continue
    const lacking = { rules: first < rules, own: first < own }
    yield* candidatesIn(index, filter, people, first, end, lacking)
    end = first
  }
}

function* candidatesIn(
  index: Statements,
  filter: MailFilter,
  people: PeopleOfReach,
  from: number,
  to: number,
  lacking: Lacking,
): Iterable<Entry> {
  const terms = (beginning: string) => termsBeginning(index, beginning)
  const quick = expressionOf(filter, { terms, joinsMany: false }, lacking, people.asked)
  // Of what other conditions have narrowed down, the rest is looked at one by one.
  const thorough =
    quick === '' ? expressionOf(filter, { terms, joinsMany: true }, lacking, people.asked) : quick
  let [looked, end] = [0, to]
  for (const entry of entriesOf(index, quick, from, to)) {
    yield entry
    end = entry.place
    looked += 1
    if (thorough !== quick && looked === mostTried) break
  }
  // So seldom that all who have such a word are soon joined.
  if (thorough !== quick && looked === mostTried) yield* entriesOf(index, thorough, from, end)
}

function entriesOf(index: Statements, expression: string, from: number, to: number): IterableIterator<Entry> {
  if (expression === '')
    return index.iterate<Entry>(
      'SELECT place, message_id, n FROM entries WHERE place >= ? AND place < ? ORDER BY place DESC',
      from,
      to,
    )
  return index.iterate<Entry>(
    `SELECT e.place AS place, e.message_id AS message_id, e.n AS n FROM terms t CROSS JOIN entries e ON e.place = t.rowid
     WHERE t.terms MATCH ? AND t.rowid >= ? AND t.rowid < ? ORDER BY t.rowid DESC`,
    expression,
    from,
    to,
  )
}

function toLine(facts: MailFacts, place: number): MailLine {
  const {
    findings: _codes,
    rules: _rules,
    definitions: _set,
    kinds: _kinds,
    reasons,
    replies,
    ...line
  } = facts
  return { ...line, place, reason: reasons[0] ?? '', reply: replies[0] ?? '' }
}
