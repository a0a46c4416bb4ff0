import { Registry } from 'prom-client'
import type { MeasuredDirection, MeasuredLine } from '#ground/platform/measured-line.ts'
import { Measures } from '#ground/platform/measures.ts'
import type { Period } from './detector.ts'

/** A kind of day: how its hours are loaded, beside the top of each hour. */
export type DayKind = 'weekday' | 'weekend' | 'holiday'

/** A fault put into the simulated site. */
export interface SimulatedFault {
  readonly from: number
  readonly until: number
  readonly kind:
    | 'slow-inspection'
    | 'node-defers'
    | 'hop-defers'
    | 'wrong-rule'
    | 'lookups-fail'
    | 'queue-stands'
    | 'silence'
}

export interface Simulation {
  readonly seed: number
  readonly days: readonly DayKind[]
  readonly faults?: readonly SimulatedFault[]
  /** Messages that come in half a minute at the busiest time of a usual day. */
  readonly busiest?: number
}

export const simulatedPeriodMs = 30_000
const dayMs = 86_400_000
const periodsADay = dayMs / simulatedPeriodMs
const nodes = ['node-1', 'node-2'] as const
const hops = ['big.example', 'middle.example', 'small.example', 'inside.example'] as const

/**
 * The measurements of a healthy site with two nodes, period by period, and of faults that are put in. Load follows the
 * hours of the day, with a comb: scheduled mail makes each full hour five times as busy for two minutes. Weekends have a
 * sixth of it, a holiday surge four times as much. Times grow with load, waves of spam come and go, receivers put off
 * first tries. Everything that is drawn comes from the seed, so that a run can be had again.
 */
export function* simulateDays({ seed, days, faults = [], busiest = 120 }: Simulation): Generator<Period> {
  const draw = randomOf(seed)
  const measures = nodes.map((node) => new Measures(node, new Registry()))
  const waiting = { inbound: 0, outbound: 0 }
  let spam = 0.15
  for (const [day, kind] of days.entries())
    for (let n = 0; n < periodsADay; n++) {
      const at = day * dayMs + n * simulatedPeriodMs
      const now = faults.filter((each) => at >= each.from && at < each.until).map((each) => each.kind)
      // Spam comes in waves of hours, up to a third of what comes.
      spam = Math.min(0.3, Math.max(0.05, spam + (draw() - 0.5) * 0.01))
      const load = loadAt(kind, n)
      for (const [index, one] of measures.entries())
        for (const direction of ['inbound', 'outbound'] as const)
          addMail(one, {
            direction,
            load,
            spam,
            draw,
            faults: now,
            isFirst: index === 0,
            mails: busiest * load * (0.8 + draw() * 0.4),
          })
      const rows = measures.flatMap((each, index) =>
        each.take().map((line) => ({ ...line, node: nodes[index] ?? '', at })),
      )
      if (now.includes('silence')) {
        yield { at, rows: [], waiting: [] }
        continue
      }
      yield { at, rows, waiting: queuesAfter(rows, waiting, at, !now.includes('queue-stands')) }
    }
}

/** Share of the busiest time of a usual day. */
function loadAt(kind: DayKind, n: number): number {
  const hour = (n * 24) / periodsADay
  const daily = 0.08 + 0.92 * Math.max(0, Math.sin(((hour - 6) / 14) * Math.PI))
  const comb = n % 120 < 4 ? 5 : 1
  return daily * comb * { weekday: 1, weekend: 1 / 6, holiday: 4 }[kind]
}

interface Mail {
  readonly direction: MeasuredDirection
  readonly load: number
  readonly spam: number
  readonly mails: number
  readonly draw: () => number
  readonly faults: readonly SimulatedFault['kind'][]
  readonly isFirst: boolean
}

function addMail(measures: Measures, { direction, load, spam, mails, draw, faults, isFirst }: Mail): void {
  const has = (kind: SimulatedFault['kind']) => faults.includes(kind)
  // Under load each stage waits for a processor now and then.
  const time = (usual: number) => usual * (0.4 + 1.2 * draw() ** 2 * 3) * (1 + Math.min(load, 20) / 5)
  for (let n = 0; n < mails; n++) {
    const inspect = time(60) * (has('slow-inspection') ? 60 : 1)
    measures.observe('inspect', direction, 'a', '', inspect)
    measures.observe('decide', direction, 'a', '', time(8))
    measures.observe('accept', direction, 'a', '', inspect + time(15))
    const isRefused = has('lookups-fail') && draw() < 0.4
    if (isRefused || draw() < 0.002) measures.count('refused', direction, 'a', '')
    if (isRefused) continue
    measures.count('accepted', direction, 'a', '')
    const isWrong = has('wrong-rule') && draw() < 0.8
    if (direction === 'inbound' && (isWrong || draw() < spam)) {
      measures.count('quarantined', direction, 'a', '')
      continue
    }
    // It waits for its turn: at the top of an hour more comes than leaves at once.
    if (has('queue-stands') && direction === 'outbound') continue
    addTry(measures, direction, draw, {
      hop: direction === 'inbound' ? 'inside.example' : (hops[Math.floor(draw() ** 2 * 3)] ?? 'other'),
      isFailing: (hop) => (has('hop-defers') && hop === 'middle.example') || (has('node-defers') && isFirst),
      wait: time(40),
      deliver: time(200),
    })
  }
}

interface Try {
  readonly hop: string
  readonly isFailing: (hop: string) => boolean
  readonly wait: number
  readonly deliver: number
}

function addTry(measures: Measures, direction: MeasuredDirection, draw: () => number, given: Try): void {
  const { hop, isFailing, wait, deliver } = given
  measures.observe('wait', direction, 'a', hop, wait)
  measures.observe('deliver', direction, 'a', hop, deliver)
  if (isFailing(hop) ? draw() < 0.9 : draw() < (direction === 'inbound' ? 0.005 : 0.06))
    measures.count('deferred', direction, 'a', hop)
  else measures.count(draw() < 0.01 ? 'returned' : 'delivered', direction, 'a', hop)
}

/** What waits at the end of a period, by what came and left; what was put off once leaves soon after. */
function queuesAfter(
  rows: readonly MeasuredLine[],
  waiting: Record<'inbound' | 'outbound', number>,
  at: number,
  drains: boolean,
) {
  for (const direction of ['inbound', 'outbound'] as const) {
    const sum = (names: readonly string[]) =>
      rows
        .filter((each) => each.direction === direction && names.includes(each.name))
        .reduce((total, each) => total + each.count, 0)
    if (drains) waiting[direction] *= 0.8
    waiting[direction] = Math.max(
      0,
      waiting[direction] + sum(['accepted']) - sum(['quarantined', 'delivered', 'returned', 'deferred']),
    )
  }
  return [
    { at, direction: 'inbound' as const, waiting: Math.round(waiting.inbound) },
    { at, direction: 'outbound' as const, waiting: Math.round(waiting.outbound) },
  ]
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
