import type { MessagesQuery } from '@mailkeep/contract'
import type { Clock } from '#ground/platform/clock.ts'
import { findTraces } from '#services/ledger/find-traces.ts'
import type { LedgerStore, Reach, TraceLine } from '#services/ledger/ledger-store.ts'

export interface Found {
  readonly lines: readonly TraceLine[]
  /** The search ended here for lack of time; null: it went to the beginning. */
  readonly backTo: number | null
}

const firstStepMs = 3_600_000
/** One step should not hold up what else the reading thread has to do. */
const stepBudgetMs = 60
const searchBudgetMs = 1000

/**
 * Answers a question to the ledger. Words of a subject and states have no index: they are looked for from now
 * backwards in steps of time, so that a ledger of millions answers in a second what it found by then, and says how far
 * it came.
 */
export async function searchBack(
  ledger: Pick<LedgerStore, 'find' | 'read'>,
  query: MessagesQuery,
  clock: Clock,
  within?: Reach,
): Promise<Found> {
  const { q, state, limit = 50 } = query
  const oldest = query.since === undefined ? 0 : Date.parse(query.since)
  const ask = async (since: number, until: number | null, most: number) =>
    findTraces(ledger as LedgerStore, {
      ...(q !== undefined && { word: q }),
      ...(state !== undefined && { state }),
      ...(since > 0 && { since }),
      ...(until !== null && { until }),
      ...(within && { within }),
      limit: most,
    })
  const id = q === undefined ? undefined : /^\[?([0-9a-hjkmnp-tv-z]{16})\]?$/.exec(q)?.[1]
  const exact = id === undefined ? [] : await ledger.find({ id, limit: 1, ...(within && { within }) })
  if (exact.length > 0) return { lines: exact, backTo: null }
  if (hasIndex(query)) return { lines: (await ask(oldest, null, limit)).lines, backTo: null }
  return walk(ask, oldest, clock, limit)
}

type Ask = (since: number, until: number | null, most: number) => Promise<{ lines: readonly TraceLine[] }>

async function walk(ask: Ask, oldest: number, clock: Clock, limit: number): Promise<Found> {
  const startedAt = performance.now()
  const lines: TraceLine[] = []
  let until: number | null = null
  for (let step = firstStepMs, end = clock.now(); ; ) {
    const since = Math.max(oldest, end - step)
    const before = performance.now()
    lines.push(...(await ask(since, until, limit - lines.length)).lines)
    const tookMs = performance.now() - before
    if (lines.length >= limit || since <= oldest) return { lines, backTo: null }
    if (performance.now() - startedAt > searchBudgetMs) return { lines, backTo: since }
    if (tookMs < stepBudgetMs / 4) step *= 4
    else if (tookMs > stepBudgetMs) step = Math.max(firstStepMs / 60, step / 2)
    end = since
    until = since - 1
  }
}

/** Whether the answer comes from an index, however long the ledger is. */
function hasIndex({ q, state }: MessagesQuery): boolean {
  if (state !== undefined && !['waiting', 'held', 'quarantined', 'refused'].includes(state)) return false
  return q === undefined || /^\S+@\S+$/.test(q) || /^<.+>$/.test(q)
}
