import type { BookFigures, Books, Minute, NodeFacts, Overview, Part } from '@mailkeep/contract'
import { kindOf } from '#ground/platform/alarm-kinds.ts'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import { type BookLine, bookColumns } from '#services/ledger/ledger-store.ts'
import type { Asked } from '#services/review/review-store.ts'
import { countMail, type MailCounts } from '#services/search/count-mail.ts'
import type { ApiParts } from '../api-parts.ts'
import type { StoreReads } from '../store-reads.ts'
import { describeOutlook } from './describe-outlook.ts'
import { keyOf } from './key-of.ts'
import { moment, momentOrNull } from './moment.ts'

const minutesShown = 60
const countBudgetMs = 1000
const deliveryStates = bookColumns.filter((each) => each !== 'accepted')

/**
 * What came in, what became of it, what needs somebody, and how this node is: of the tenants in reach; alarms and node
 * are for whoever looks after the house.
 */
export async function describeOverview(
  parts: ApiParts,
  reads: StoreReads,
  principal: Principal,
): Promise<Overview> {
  const { tenants, domains, rights } = principal
  const within = reachOfMail(principal)
  const key = keyOf(within)
  const seesHouse = rights.has('site.read')
  const { ledger, clock, alarms } = parts
  const thisMinute = Math.floor(clock.now() / 60_000)
  const since = (thisMinute - minutesShown + 1) * 60_000
  const [books, minutes, newestEventAt, asked] = await Promise.all([
    reads.ask('books', key, async () =>
      domains && within
        ? countUp(await countMail(parts.search, { within, states: deliveryStates }, countBudgetMs))
        : addUp((await ledger.books()).filter((each) => tenants?.has(each.tenant) ?? true)),
    ),
    reads.ask('minutes', key, async () => fillUp(await ledger.minutes(since, clock.now(), within), since)),
    reads.ask('newest event', '', async () => momentOrNull((await ledger.completeUpTo()).at || null)),
    reads.ask('what people ask', key, async () => describeAsked(await parts.review.readReview.asked(within))),
  ])
  return {
    completeUpTo: reads.completeUpTo,
    newestEventAt,
    books,
    minutes,
    asked,
    alarms: (seesHouse ? alarms.open() : [])
      .sort((a, b) => a.since - b.since)
      .map(({ name, subject, text, since: at }) => ({
        ...{ name, subject, text, severity: kindOf(name).severity, since: moment(at) },
      })),
    node: seesHouse ? describeNode(parts, books) : null,
  }
}

function describeAsked({ requests, reports }: Asked): NonNullable<Overview['asked']['value']> {
  const of = ({ count, oldestAt }: Asked['requests']) => ({ count, oldestAt: momentOrNull(oldestAt) })
  return { requests: of(requests), reports: of(reports) }
}

/** Books are kept by tenant: those of some domains are counted, and told only where all was. */
function countUp({ total, states, countedBackTo }: MailCounts): Books {
  if (countedBackTo !== null) throw new Error('there is too much mail to be counted at once')
  const counted = Object.fromEntries(bookColumns.map((each) => [each, states[each] ?? 0])) as BookFigures
  return { totals: { ...counted, accepted: total }, difference: 0 }
}

/** All tenants and directions together. */
function addUp(lines: readonly BookLine[]): Books {
  const totals = Object.fromEntries(
    bookColumns.map((column) => [column, lines.reduce((sum, line) => sum + line[column], 0)]),
  ) as BookFigures
  const accounted = bookColumns
    .filter((column) => column !== 'accepted')
    .reduce((sum, column) => sum + totals[column], 0)
  return { totals, difference: totals.accepted - accounted }
}

/** Every minute, also those in which nothing happened and which therefore have no line. */
function fillUp(found: readonly (Omit<Minute, 'at'> & { readonly at: number })[], since: number): Minute[] {
  const byTime = new Map(found.map((each) => [each.at, each]))
  return Array.from({ length: minutesShown }, (_, index) => {
    const at = since + index * 60_000
    return { ...quiet, ...byTime.get(at), at: moment(at) }
  })
}

const quiet = Object.fromEntries(bookColumns.map((column) => [column, 0])) as BookFigures

function describeNode(parts: ApiParts, books: Part<Books>): NodeFacts {
  const { config, version, roles, startedAt, directory, clock, disk } = parts
  const ageMs = directory.ageMs()
  const { percent, freeBytes, full } = disk()
  return {
    name: config['node.name'],
    version,
    roles: [...roles],
    startedAt: moment(startedAt),
    waiting: books.value?.totals.waiting ?? null,
    snapshotCheckedAt: ageMs === null ? null : moment(Math.round((clock.now() - ageMs) / 1000) * 1000),
    diskPercent: Math.round(percent),
    diskFreeBytes: roughly(freeBytes),
    diskFull: describeOutlook(full),
  }
}

/** To 100 MB: a figure that differs every time would make every answer a new one. */
function roughly(bytes: number): number {
  return Math.round(bytes / 1e8) * 1e8
}
