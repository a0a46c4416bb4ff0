import { silentAfterMs } from '#ground/platform/process-beats.ts'
import type { NodeProgress } from '#services/search/search-store.ts'
import type { Statements } from '../database/statements.ts'
import { heldUpMs, mostLooked, type SearchLog } from './logs.ts'

/** Where a log goes on that the index does not have. */
export interface FirstMissing {
  readonly log: SearchLog
  readonly seq: number
}

/**
 * Up to when each node is complete that takes or sends mail. All nodes write into one ledger, so what a node has told is
 * there with the rest; one that is silent has told nothing since, and what it refused in its last moment may be lost with it.
 * @param upTo how far the index reaches, where it lacks nothing of a log
 */
export function readNodes(
  ledger: Statements,
  missing: readonly FirstMissing[],
  upTo: number,
  now: number,
): NodeProgress[] {
  const nodes = ledger.all<{ node: string; seenAt: number }>(
    `SELECT node, min(seen_at) AS seenAt FROM processes
     WHERE roles LIKE '%gateway%' OR roles LIKE '%inspection%' OR roles LIKE '%delivery%' GROUP BY node ORDER BY node LIMIT 200`,
  )
  const firsts = missing.map((each) => firstOfNodes(ledger, each))
  return nodes.map(({ node, seenAt }) => {
    const unknownSince = seenAt < now - silentAfterMs ? seenAt : null
    const indexed = Math.min(upTo, ...firsts.map((firstOf) => firstOf(node)))
    return { node, completeUpTo: Math.min(indexed, unknownSince ?? now), unknownSince }
  })
}

/**
 * A moment before what a node did first behind a place: its own line, and where there are more than were looked at, what
 * somebody who was held up may have written behind these.
 */
function firstOfNodes(ledger: Statements, { log, seq }: FirstMissing): (node: string) => number {
  const lines =
    log.name === 'events'
      ? `SELECT seq, node, at FROM events WHERE seq >= ?1 ORDER BY seq LIMIT ?2`
      : `SELECT l.seq AS seq, r.node AS node, r.at AS at FROM refusal_log l JOIN refusals r ON r.id = l.id WHERE l.seq >= ?1 ORDER BY l.seq LIMIT ?2`
  const rows = ledger.all<{ node: string; at: number; latest: number; lines: number }>(
    `SELECT node, min(at) AS at, max(at) AS latest, count(*) AS lines FROM (${lines}) GROUP BY node`,
    seq,
    mostLooked,
  )
  const looked = rows.reduce((sum, each) => sum + each.lines, 0)
  const isWhole = looked < mostLooked
  const others = isWhole ? Number.POSITIVE_INFINITY : Math.max(...rows.map((each) => each.latest)) - heldUpMs
  const firsts = new Map(rows.map((each) => [each.node, each.at]))
  return (node) => Math.min(firsts.get(node) ?? others, others) - 1
}
