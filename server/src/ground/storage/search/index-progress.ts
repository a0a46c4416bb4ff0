import type { IndexProgress, WrongStretch } from '#services/search/search-store.ts'
import type { Statements } from '../database/statements.ts'
import { positionOf } from './index-comparison.ts'
import { logs, type SearchLog } from './logs.ts'
import { type FirstMissing, readNodes } from './node-progress.ts'
import { firstLacking, hasMarks, readMarked } from './search-marks.ts'

const mostStretches = 20
/** What was mended is told for so long, so that whoever looks now and then sees it. */
const mendedToldMs = 300_000

/**
 * How far the index has come, what it lacks between, and how far each node has.
 * @param mostBeside so many events are read beside it by whoever asks; see FreshFacts
 */
export function readProgress(
  ledger: Statements,
  index: Statements,
  now: number,
  mostBeside: number,
): IndexProgress {
  const isMarked = hasMarks(index.database)
  const stretches: WrongStretch[] = isMarked ? readMarked(index, now - mendedToldMs, mostStretches) : []
  const firsts: FirstMissing[] = []
  let [completeUpTo, behind, total] = [now, 0, 0]
  for (const log of logs) {
    const seq = positionOf(index, log)
    const gaps = index.all<{ first: number; last: number }>(
      'SELECT first, last FROM gaps WHERE log = ? ORDER BY first',
      log.name,
    )
    const [head, tail] = [log.head(ledger), log.tail(ledger)]
    total += head === 0 ? 0 : head - tail + 1
    behind += Math.max(0, head - seq) + gaps.reduce((sum, each) => sum + each.last - each.first + 1, 0)
    for (const gap of gaps) stretches.push(...stretchOf(log, ledger, gap))
    const missing = gaps[0]?.first ?? (head - seq > mostBeside ? seq + 1 : null)
    const at = missing === null ? null : log.earliestOf(ledger, missing)
    if (missing === null || at === null) continue
    firsts.push({ log, seq: missing })
    completeUpTo = Math.min(completeUpTo, at - 1)
  }
  const lacking = isMarked ? firstLacking(index) : null
  const whole = lacking === null ? now : Math.min(now, lacking - 1)
  return {
    completeUpTo: Math.min(completeUpTo, whole),
    behind,
    total,
    stretches: stretches
      .sort((a, b) => Number(a.mendedAt !== null) - Number(b.mendedAt !== null) || a.since - b.since)
      .slice(0, mostStretches)
      .sort((a, b) => a.since - b.since),
    nodes: readNodes(ledger, firsts, whole, now),
  }
}

function stretchOf(
  log: SearchLog,
  ledger: Statements,
  { first, last }: { readonly first: number; readonly last: number },
): WrongStretch[] {
  const [since, until] = [log.atOf(ledger, first), log.atOf(ledger, last)]
  if (since === null || until === null) return []
  return [{ since, until, kind: 'behind', entries: last - first + 1, foundAt: null, mendedAt: null }]
}
