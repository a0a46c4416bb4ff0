import type { Sent } from '../harness/load.ts'
import type { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { checkAffectedList } from './closing-list.ts'
import type { DrillReport } from './drill.ts'

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/**
 * The 99th percentile as it mostly is: that of each of some stretches of equal length, and of these the middle one. One
 * moment in which the machine did something else then counts once; what slows everything down shows in all of them.
 */
export function steadyP99(values: readonly number[], stretches = 5): number {
  const length = Math.ceil(values.length / stretches)
  const parts = Array.from({ length: stretches }, (_, n) => values.slice(n * length, (n + 1) * length))
  return percentile(
    parts.filter((part) => part.length > 0).map((part) => percentile(part, 0.99)),
    0.5,
  )
}

/** Milliseconds from acceptance to the sink, for messages that both sides know. */
export function transit(sent: readonly Sent[], sink: Sink): number[] {
  const at = new Map(sent.map((each) => [each.id, each.at]))
  return sink.messages.flatMap((each) => {
    const since = at.get(each.headerMessageId)
    return since === undefined ? [] : [Math.max(0, each.at - since)]
  })
}

/**
 * A store that stands still for seconds puts mail off, which is a time. 'timed' where nothing worse became of what was
 * not taken.
 */
function putOffOnly(sent: readonly Sent[]): 'timed' | undefined {
  const others = sent.filter(({ outcome }) => outcome !== 'acknowledged')
  return others.every(({ outcome, reply }) => outcome === 'refused' && reply.startsWith('4'))
    ? 'timed'
    : undefined
}

/** Holds that all of some mail was taken: what was put off is quick to be answered, and no answer that counts. */
export function holdTaken(report: DrillReport, when: string, sent: readonly Sent[]): void {
  const taken = sent.filter((each) => each.outcome === 'acknowledged').length
  report.hold(
    `${when}: mail acknowledged`,
    'all',
    `${taken} of ${sent.length}`,
    taken === sent.length && taken > 0,
    putOffOnly(sent),
  )
}

const longestPutOffMs = 30_000

/**
 * Mail that was put off though its sender came again and it was taken: a store that stands still for a moment does that
 * to one message a connection, a site that cannot take mail to more, or for longer.
 */
export function holdPutOff(report: DrillReport, sent: readonly Sent[], what = 'all mail'): void {
  const again = sent.filter(({ putOff }) => putOff !== null)
  if (again.length === 0) return
  const late = again.filter(({ putOff }) => putOff !== 0)
  const longest = Math.max(0, ...late.map((each) => each.tookMs))
  report.hold(
    `${what}: put off before it was taken`,
    '<= 5 % (or two), none for > 30 s',
    `${late.length} of ${again.length}, ${(longest / 1000).toFixed(1)} s`,
    late.length <= Math.max(2, again.length * 0.05) && longest <= longestPutOffMs,
    'timed',
  )
}

export interface Expectation {
  /** Copies too many that are allowed: at most one a worker and kill. */
  readonly doubles?: number
  /** Refusals with 5xx that were right. */
  readonly refusals?: number
}

/**
 * The invariants that every drill ends with: I1 conservation, I2 no 5xx of our own making, I5 once, the books, and I9 the exact list.
 * Waits until nothing waits any more.
 */
export async function checkInvariants(
  report: DrillReport,
  site: TestSite,
  sinks: readonly Sink[],
  sent: readonly Sent[],
  expected: Expectation = {},
): Promise<void> {
  const books = await waitUntil(
    'nothing waits',
    async () => {
      const found = await site.books()
      return found.waiting === 0 && found
    },
    300_000,
  )
  const copies = new Map<string, number>()
  for (const sink of sinks)
    for (const [key, count] of sink.copies()) copies.set(key, (copies.get(key) ?? 0) + count)
  const acknowledged = sent.filter((each) => each.outcome === 'acknowledged')
  const lost = acknowledged.filter((each) => !copies.has(`${each.id} ${each.rcptTo}`))
  const doubled = [...copies.values()].reduce((sum, count) => sum + count - 1, 0)
  const hard = sent.filter((each) => each.outcome === 'refused' && each.reply.startsWith('5'))
  holdPutOff(report, sent)
  report.note('ledger', { sent: sent.length, acknowledged: acknowledged.length, ...books })
  report.invariant('I1', 'acknowledged and missing', lost.length, lost.length === 0)
  report.invariant(
    'I2',
    "5xx answers that were not the message's fault",
    hard.length - (expected.refusals ?? 0),
    hard.length <= (expected.refusals ?? 0),
  )
  report.invariant('I2', 'returned to the sender', books.returned ?? 0, books.returned === 0)
  report.invariant('I5', 'copies too many', doubled, doubled <= (expected.doubles ?? 0))
  report.invariant(
    'N-01',
    'the books',
    books.balanced ? 'balance' : books.differences.map((each) => each.text).join('; '),
    books.balanced,
  )
  await checkAffectedList(report, site, sinks, sent)
}
