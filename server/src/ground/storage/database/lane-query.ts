import type { LaneSums } from '#flow/spool/lane-flow.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type { QueueLane } from '#services/queue/queue-store.ts'
import type { Statements } from './statements.ts'
import type { StoreRules } from './store-rules.ts'

interface LaneRow {
  readonly lane: string
  readonly state: DeliveryState
  readonly deliveries: number
  /** Smallest message id: ids sort by time. */
  readonly oldest: string
  readonly nextDue: number | null
}

const mostLanes = 10_000

/**
 * What waits in each lane, longest first. Each of the three queries reads an index and no rows: the page asks
 * every few seconds, also while a hundred thousand messages wait.
 */
export function findLanes(
  statements: Statements,
  parseLane: StoreRules['parseLane'],
  flowSince: number,
): QueueLane[] {
  const counted = 'count(*) AS deliveries, min(message_id) AS oldest'
  const rows = [
    ...statements.all<LaneRow>(
      `SELECT lane, 'waiting' AS state, ${counted}, min(due_at) AS nextDue FROM deliveries INDEXED BY deliveries_due
       WHERE state = 'waiting' AND due_at IS NOT NULL GROUP BY lane`,
    ),
    ...statements.all<LaneRow>(
      `SELECT lane, 'waiting' AS state, ${counted}, NULL AS nextDue FROM deliveries INDEXED BY deliveries_parked
       WHERE state = 'waiting' AND due_at IS NULL GROUP BY lane`,
    ),
    ...statements.all<LaneRow>(
      `SELECT lane, 'held' AS state, ${counted}, NULL AS nextDue FROM deliveries INDEXED BY deliveries_kept
       WHERE state IN ('quarantined', 'held') AND state = 'held' GROUP BY lane`,
    ),
  ]
  const flow = new Map(readFlow(statements, flowSince).map((each) => [each.lane, each]))
  return addUp(rows)
    .filter(({ lane }) => parseLane(lane).tenant !== probeTenant)
    .sort((a, b) => b.deliveries - a.deliveries)
    .slice(0, mostLanes)
    .map((row) => {
      const { came = 0, gone = 0 } = (row.state === 'waiting' && flow.get(row.lane)) || {}
      return { ...describe(statements, row, parseLane), came, gone }
    })
}

function readFlow(statements: Statements, since: number): LaneSums[] {
  return statements.all<LaneSums>(
    'SELECT lane, sum(came) AS came, sum(gone) AS gone FROM lane_flow WHERE at >= ? GROUP BY lane',
    since,
  )
}

/** One row a lane and state: what has a due time and what is parked count together. */
function addUp(rows: readonly LaneRow[]): LaneRow[] {
  const lanes = new Map<string, LaneRow>()
  for (const row of rows) {
    const key = `${row.state} ${row.lane}`
    const known = lanes.get(key)
    lanes.set(key, {
      ...row,
      deliveries: row.deliveries + (known?.deliveries ?? 0),
      oldest: known && known.oldest < row.oldest ? known.oldest : row.oldest,
      nextDue: row.nextDue ?? known?.nextDue ?? null,
    })
  }
  return [...lanes.values()]
}

function describe(
  statements: Statements,
  row: LaneRow,
  parseLane: StoreRules['parseLane'],
): Omit<QueueLane, 'came' | 'gone'> {
  const { lane, state, deliveries, oldest, nextDue } = row
  const { tenant, direction, domain } = parseLane(lane)
  const first = statements.get<{ at: number }>(
    'SELECT min(accepted_at) AS at FROM deliveries WHERE message_id = ?',
    oldest,
  )
  const last = state === 'waiting' ? readLast(statements, lane) : nothingYet
  return { lane, tenant, direction, domain, state, deliveries, oldestAt: first?.at ?? 0, nextDue, ...last }
}

type Last = Pick<QueueLane, 'lastReply' | 'failsInTls'>

const nothingYet: Last = { lastReply: '', failsInTls: false }

/** Some of each end: what was tried just now is due last by the schedule, or first where a new kind of fault begins. */
const latestOf = 20

/** What the latest try came to. One row may be of yesterday, and tell of a fault that is over. */
function readLast(statements: Statements, lane: string): Last {
  const ofEnd = (order: 'ASC' | 'DESC') =>
    statements.all<{ last_attempt: string; reason: string }>(
      `SELECT last_attempt, reason FROM deliveries INDEXED BY deliveries_due WHERE lane = ? AND state = 'waiting' AND fresh = 0
       AND due_at IS NOT NULL AND last_attempt IS NOT NULL ORDER BY due_at ${order} LIMIT ${latestOf}`,
      lane,
    )
  let last: (Last & { at: number }) | null = null
  for (const { last_attempt, reason } of [...ofEnd('ASC'), ...ofEnd('DESC')]) {
    const { at, reply } = JSON.parse(last_attempt) as { at: number; reply: string }
    if (last === null || at > last.at)
      last = { at, lastReply: String(reply), failsInTls: reason === 'tls-fails' }
  }
  return last === null ? nothingYet : { lastReply: last.lastReply, failsInTls: last.failsInTls }
}
