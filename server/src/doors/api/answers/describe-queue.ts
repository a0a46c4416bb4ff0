import type { QueueHop, QueueQuery, QueueView } from '@mailkeep/contract'
import { isBetween } from '#ground/platform/number-bounds.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { readBounds } from '#services/ledger/read-bounds.ts'
import { readTime } from '#services/ledger/read-time.ts'
import type { QueueLane } from '#services/queue/queue-store.ts'
import { flowWindowMs, timeToEmpty } from '#services/queue/time-to-empty.ts'
import type { ApiParts, DirectoryFacts } from '../api-parts.ts'
import type { StoreReads } from '../store-reads.ts'
import { keyOf } from './key-of.ts'
import { moment } from './moment.ts'

/** As many as a question for their mail may have; see read-list.ts. */
const domainsShown = 50
const replyShown = 500

/** A next hop as the view shows it, with every domain whose mail goes there. */
interface FoundHop {
  readonly hop: QueueHop
  readonly domains: readonly string[]
}

/** What waits and what is held, by next hop, most first. */
export async function describeQueue(
  { queue, directory }: ApiParts,
  reads: StoreReads,
  query: QueueQuery,
  limit: number,
  reach?: Reach,
): Promise<QueueView> {
  const isMeant = hopFilter(query, Date.now())
  const found = await reads.ask('queue', keyOf(reach), async () =>
    groupByHop((await queue.lanes(Date.now() - flowWindowMs)).filter(laneWithin(reach)), directory),
  )
  const hops = found.value?.filter(isMeant).map(({ hop }) => hop)
  return {
    completeUpTo: reads.completeUpTo,
    hops: { ...found, value: hops?.slice(0, limit) ?? null },
    hopsInAll: hops?.length ?? 0,
  }
}

/** The conditions of a question; texts are compared without regard to case. @throws OrderError for a wrong number or time */
function hopFilter(query: QueueQuery, now: number): (found: FoundHop) => boolean {
  const { hop, domain, state, failing } = query
  const wanted = domain?.replace(/^@/, '').toLowerCase()
  const words = query.reply?.toLowerCase().split(/\s+/) ?? []
  const bounds = query.deliveries === undefined ? {} : readBounds('deliveries', query.deliveries)
  const before = query.before === undefined ? null : readTime('before', query.before, now)
  return ({ hop: each, domains }) =>
    (hop === undefined || each.nextHop.toLowerCase().includes(hop.trim().toLowerCase())) &&
    (wanted === undefined || domains.some((name) => name === wanted || name.endsWith(`.${wanted}`))) &&
    words.every((word) => each.lastReply.toLowerCase().includes(word)) &&
    (state === undefined || each.state === state) &&
    (failing === undefined || each.failing === failing) &&
    (before === null || Date.parse(each.oldestAt) < before) &&
    isBetween(each.deliveries, bounds)
}

/** A lane shows the domain of the far end: where mail leaves, somebody with a few domains cannot be told whose it is. */
function laneWithin(reach: Reach | undefined): (lane: QueueLane) => boolean {
  if (!reach) return () => true
  const { domains } = reach
  return ({ tenant, domain, direction }) =>
    reach.tenants.includes(tenant) &&
    (domains === null || (direction === 'inbound' && domains.includes(domain)))
}

/** Queues on the way to one next hop, as the view names it. */
export async function lanesTo(
  { queue, directory }: Pick<ApiParts, 'queue' | 'directory'>,
  hop: string,
  reach?: Reach,
): Promise<string[]> {
  const lanes = (await queue.lanes(Date.now())).filter(laneWithin(reach))
  return [...new Set(lanes.filter((lane) => nextHopOf(lane, directory) === hop).map((each) => each.lane))]
}

function groupByHop(lanes: readonly QueueLane[], directory: DirectoryFacts): FoundHop[] {
  const groups = new Map<string, QueueLane[]>()
  for (const lane of lanes) {
    const key = `${lane.state} ${nextHopOf(lane, directory)}`
    const group = groups.get(key)
    if (group) group.push(lane)
    else groups.set(key, [lane])
  }
  return [...groups.values()]
    .map((group) => {
      const domains = [...new Set(group.map((each) => each.domain))]
      return { hop: describeHop(group, domains, directory), domains }
    })
    .sort((a, b) => byNeed(a.hop, b.hop))
}

/** Lanes come longest first, and so the first lane of a group speaks for it. */
function describeHop(
  lanes: readonly QueueLane[],
  domains: readonly string[],
  directory: DirectoryFacts,
): QueueHop {
  const [first] = lanes as [QueueLane, ...QueueLane[]]
  const deliveries = lanes.reduce((sum, each) => sum + each.deliveries, 0)
  const { comes, leaves, emptyInMs } = timeToEmpty(deliveries, lanes)
  const due = lanes.map((each) => each.nextDue).filter((each) => each !== null)
  return {
    nextHop: nextHopOf(first, directory),
    domains: domains.slice(0, domainsShown),
    domainsInAll: domains.length,
    lanes: lanes.length,
    state: first.state === 'held' ? 'held' : 'waiting',
    deliveries,
    oldestAt: moment(
      lanes.reduce((oldest, each) => Math.min(oldest, each.oldestAt), Number.MAX_SAFE_INTEGER),
    ),
    nextAttemptAt: due.length === 0 ? null : moment(Math.min(...due)),
    comesPerMinute: comes,
    leavesPerMinute: leaves,
    emptyInSeconds: first.state === 'held' || emptyInMs === null ? null : Math.ceil(emptyInMs / 1000),
    lastReply: (lanes.find((each) => each.lastReply !== '')?.lastReply ?? '').slice(0, replyShown),
    failing: lanes.some((each) => each.failsInTls) ? 'tls' : null,
  }
}

function nextHopOf({ lane, direction, domain }: QueueLane, directory: DirectoryFacts): string {
  // A hop chosen by hand stands at the end of the lane's name; see flow/spool/lane.ts.
  const via = lane.split('|').slice(3).join('|')
  if (via !== '') return via
  if (direction !== 'inbound') return `mx:${domain}`
  try {
    return directory.nextHopOf(domain) ?? ''
  } catch {
    return ''
  }
}

function byNeed(a: QueueHop, b: QueueHop): number {
  return b.deliveries - a.deliveries || (a.oldestAt < b.oldestAt ? -1 : 1)
}
