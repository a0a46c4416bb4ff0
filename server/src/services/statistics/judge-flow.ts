import type { DomainFlow, FlowEntry } from './statistics-store.ts'

/** good: it gets through; bad: it does not; unknown: that cannot be told. */
export type FlowState = 'good' | 'bad' | 'unknown'

export interface FlowLimits {
  /** Deliveries that are looked at, the latest ones. */
  readonly messages: number
  /** Good from this share of them on, in percent. */
  readonly goodPercent: number
  /** Bad from this many failures on. */
  readonly badFailures: number
  /** Age of the sums from which nothing can be told. */
  readonly staleMs: number
}

export interface FlowVerdict {
  readonly state: FlowState
  readonly messages: number
  readonly failures: number
  /** Null: there was none. */
  readonly lastAt: number | null
  /** Unknown: since when. Else: when the failures, or the good deliveries at the end, began; null: not told. */
  readonly since: number | null
  readonly why: string
  /** What the failures were, most first. */
  readonly reasons: readonly { readonly reason: string; readonly deliveries: number }[]
}

/**
 * Judges whether mail of a domain gets through to its next hop, from its latest deliveries (CN-14). Where the figures
 * behind it are late nothing is concluded, neither good nor bad.
 * @param completeUpTo how far the sums reach; 0: there are none yet
 */
export function judgeFlow(
  flow: DomainFlow | null,
  limits: FlowLimits,
  completeUpTo: number,
  now: number,
): FlowVerdict {
  const recent = (flow?.recent ?? []).slice(-limits.messages)
  const failed = recent.filter((each) => !each.ok)
  const figures = {
    messages: recent.length,
    failures: failed.reduce((sum, each) => sum + each.failures, 0),
    lastAt: flow?.lastAt ?? null,
    reasons: countReasons(failed),
  }
  const unknown = (since: number | null, why: string): FlowVerdict => ({
    state: 'unknown',
    ...figures,
    since,
    why,
  })
  if (completeUpTo === 0) return unknown(null, 'the ledger has not been read yet')
  if (completeUpTo - now > limits.staleMs)
    return unknown(null, 'the ledger was read by a clock that is ahead')
  if (now - completeUpTo > limits.staleMs)
    return unknown(completeUpTo, 'the ledger has not been read since then')
  if (recent.length === 0) return unknown(null, 'no mail has been tried for it yet')
  const share = ((recent.length - failed.length) * 100) / recent.length
  const isBad = figures.failures >= limits.badFailures && share < limits.goodPercent
  // One full mailbox among others that take mail says nothing against their server.
  const isGood = share >= limits.goodPercent || (!isBad && recent.length > failed.length * 2)
  if (!isBad && !isGood) return unknown(failed[0]?.at ?? null, 'mail was put off, too little of it to tell')
  return {
    state: isBad ? 'bad' : 'good',
    ...figures,
    since: (isBad ? failed : recent)[0]?.at ?? null,
    why: `${recent.length - failed.length} of the last ${recent.length === 1 ? 'one' : recent.length} ${recent.length === 1 ? 'delivery' : 'deliveries'} got through`,
  }
}

/** What is said of a domain whose figures cannot be read. */
export function unreadableFlow(since: number): FlowVerdict {
  const why = 'the figures of mail flow cannot be read'
  return { state: 'unknown', messages: 0, failures: 0, lastAt: null, since, why, reasons: [] }
}

function countReasons(failed: readonly FlowEntry[]): { reason: string; deliveries: number }[] {
  const counts = new Map<string, number>()
  for (const { reason, failures } of failed) counts.set(reason, (counts.get(reason) ?? 0) + failures)
  return [...counts]
    .map(([reason, deliveries]) => ({ reason, deliveries }))
    .sort((a, b) => b.deliveries - a.deliveries)
}
