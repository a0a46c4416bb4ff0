import { type MeasuredLine, type MeasuredStage, measuredStages } from '#ground/platform/measured-line.ts'
import { type Evidence, type Finding, meanWords } from './finding.ts'
import { Gathered } from './gathered.ts'
import type { HaltingNode } from './halting-nodes.ts'
import { HopTimes } from './hop-times.ts'
import {
  amongOf,
  countsFor,
  deferredShare,
  isBadShare,
  type Ratio,
  ratios,
  sumOf,
  tooMuch,
} from './judged-shares.ts'
import type { MeasuredRow, WaitingRow } from './measure-store.ts'
import type { SlowHop } from './name-cause.ts'
import { quantileOfSteps, shareAbove } from './quantile-of-steps.ts'
import { Series, type SeriesState } from './series.ts'
import { type Part, sumParts } from './sum-parts.ts'

/** All that was measured in one period. */
export interface Period {
  /** When it began (ms). */
  readonly at: number
  /** Of earlier ones too, where they were written late: by `at`. */
  readonly rows: readonly MeasuredRow[]
  /** What waited at its end; empty: not known. */
  readonly waiting: readonly WaitingRow[]
  /** Nodes that hardly got to run at its end; absent: not known. */
  readonly halts?: readonly HaltingNode[]
}

/** Times of a stage that nobody minds, whatever is usual (ms at the 95th percentile). */
const budgets: Readonly<Record<MeasuredStage, number>> = {
  accept: 2000,
  inspect: 2000,
  decide: 500,
  wait: 15_000,
  deliver: 15_000,
}

/** Messages of a part from which they say something. */
const enough = { times: 20, share: 20, hop: 8 }
/** Deliveries that may wait without a word, growth of a period that counts, and periods that the rest may take to leave. */
const queue = { few: 100, grownBy: 10, periods: 10 }

/** Share of the time for which a node does not run, and how long that goes on before it is said: all machines stand still once. */
const halt = { share: 0.7, forMs: 8000 }

/** Bad periods after which a node is blamed for what only it has: others may have it a moment later. */
const aloneAfter = 4

/** A series of which nothing was measured for so long is forgotten: names of next hops are chosen by strangers. */
export const silentMs = 86_400_000

type Said = Omit<Finding, 'since' | 'cause'>
type Piece = { readonly rows: readonly MeasuredLine[]; readonly at: number }

/**
 * Turns what was measured into findings: a stage that is slow, a share that is high, a queue that grows. Each value is
 * compared with what was usual in the last hours; two bad periods in a row are said. Where too little was measured
 * nothing is said, neither that it is bad nor that it is good.
 */
export class Detector {
  readonly #series = new Map<string, Series>()
  readonly #gathered = new Gathered()
  readonly #arrivals = new Map<string, Series>()
  readonly #depths = new Map<string, number>()
  /** Directions in which mail still waits that a fault has held up, with what was usual before it. */
  readonly #draining = new Map<string, number>()
  readonly #hopTimes = new HopTimes()
  /** Those that measured something in this period. */
  #nodes: ReadonlySet<string> = new Set()
  /** The last period in which a series was measured. */
  readonly #measuredAt = new Map<string, number>()
  #at = 0
  #found = new Map<string, Finding>()
  #before = new Map<string, Finding>()

  /** Takes the next period; answers what is bad now. */
  take(period: Period): Finding[] {
    this.#before = this.#found
    this.#found = new Map()
    this.#at = period.at
    this.#forget(period.at - silentMs)
    this.#nodes = new Set(period.rows.map((each) => each.node))
    this.#hopTimes.take(period.rows, period.at)
    const badHops = this.#judgeHops(period)
    for (const part of sumParts(period.rows, badHops)) {
      for (const stage of measuredStages) this.#judgeTime(part, stage, period.at)
      for (const ratio of ratios) this.#judgeShare(part, ratio, period.at, enough.share)
    }
    this.#judgeQueues(period)
    this.#judgeHalts(period)
    for (const [key, series] of this.#series) if (this.#measuredAt.get(key) !== period.at) series.miss()
    // Of a fault of which nothing was measured, the last that is known goes on.
    for (const [key, before] of this.#before)
      if (!this.#found.has(key) && this.#series.get(key)?.state === 'bad') this.#found.set(key, before)
    return [...this.#found.values()]
  }

  /** How what a finding is about does now; unknown too where it was never measured. */
  stateOf(finding: Pick<Finding, 'kind' | 'subject'>): SeriesState {
    return this.#series.get(keyOf(finding))?.state ?? 'unknown'
  }

  /** Whether anything was measured of it from a moment on; what is only carried on was not. */
  wasMeasured(finding: Pick<Finding, 'kind' | 'subject'>, from: number): boolean {
    return (this.#measuredAt.get(keyOf(finding)) ?? Number.NEGATIVE_INFINITY) >= from
  }

  /** The next hop that mail of a direction waits for, in the last period or within this time before it; null: none. */
  slowHop(direction: 'inbound' | 'outbound', withinMs: number): SlowHop | null {
    return this.#hopTimes.slowest(direction, withinMs)
  }

  /** Whether other nodes measured the same and found nothing wrong since a finding began, nor will: then it is that node's. */
  isAlone(finding: Finding): boolean {
    return (this.#series.get(keyOf(finding))?.badPeriods ?? 0) >= aloneAfter && this.isOnlyOne(finding)
  }

  /** Whether other nodes measured the same and found nothing wrong since it began, so far. */
  isOnlyOne({ kind, subject, node, since }: Finding): boolean {
    if (node === null || !subject.endsWith(node)) return false
    const before = subject.slice(0, -node.length)
    const peers = [...this.#nodes].filter((each) => each !== node)
    const series = peers.flatMap((each) => this.#series.get(keyOf({ kind, subject: before + each })) ?? [])
    return series.length > 0 && series.every((each) => each.state === 'good' && each.lastBadAt < since)
  }

  /** Whether a next hop has taken what it was given in the last two periods in which it was tried, this one among them. */
  isWell(direction: 'inbound' | 'outbound', hop: string): boolean {
    return this.stateOf({ kind: deferredShare.kind, subject: `${direction} ${hop}` }) === 'good'
  }

  /** Next hops that were tried lately. */
  hops(): readonly string[] {
    return this.#hopTimes.names()
  }

  #forget(before: number): void {
    this.#gathered.forget(before)
    for (const [key, at] of this.#measuredAt)
      if (at < before) {
        this.#measuredAt.delete(key)
        this.#series.delete(key)
      }
  }

  #usualOf(kind: Finding['kind'], subject: string): number | null {
    return this.#series.get(keyOf({ kind, subject }))?.usual ?? null
  }

  /** Adds a value to its series; two bad ones are a finding. */
  #note(said: Said, value: number, isBad: boolean, at: number, isOnItsWay = false): SeriesState {
    const key = keyOf(said)
    const series = this.#series.get(key) ?? new Series()
    this.#series.set(key, series)
    this.#measuredAt.set(key, this.#at)
    series.take(value, isBad, at, isOnItsWay)
    const { state, badSince: since, lastBadAt } = series
    if (state === 'bad') this.#found.set(key, { ...said, cause: 'unknown', since, lastBadAt })
    return state
  }

  #judgeTime(part: Part, stage: MeasuredStage, at: number): void {
    const mine = part.rows.filter((each) => each.name === stage)
    const subject = `${stage} ${part.subject}`
    const piece = this.#gathered.add(subject, mine, at, countOf, enough.times)
    if (!piece) return
    const steps = addSteps(piece.rows)
    const p95 = quantileOfSteps(steps, 0.95)
    const usual = this.#usualOf('stage-slow', subject)
    const limit = Math.max(budgets[stage], tooMuch * (usual ?? 0))
    const evidence: Evidence[] = [
      { what: `95 of 100 were through stage ${stage} within`, measured: Math.round(p95), usual, unit: 'ms' },
      countEvidence(countOf(piece.rows)),
      { what: meanWords, measured: Math.round(meanOf(piece.rows)), usual: null, unit: 'ms' },
    ]
    const share = shareAbove(steps, limit)
    const said: Said = { kind: 'stage-slow', subject, stage, ...placeOf(part), share, evidence }
    this.#note(said, p95, p95 > limit, piece.at)
  }

  /** Null: too little was measured to say. */
  #judgeShare(part: Part, ratio: Ratio, at: number, least: number): SeriesState | null {
    const mine = part.rows.filter(({ name }) => countsFor(ratio, name))
    const { kind, stage } = ratio
    const among = (rows: readonly MeasuredLine[]) => amongOf(ratio, rows)
    const piece: Piece | null = this.#gathered.add(`${kind} ${part.subject}`, mine, at, among, least)
    if (!piece) return null
    const cases = sumOf(piece.rows, [ratio.of])
    const all = among(piece.rows)
    const share = cases / all
    const usual = this.#usualOf(kind, part.subject)
    const evidence: Evidence[] = [
      { what: `share of mail that was ${ratio.of}`, measured: share, usual, unit: 'share' },
      countEvidence(all),
    ]
    const said: Said = { kind, subject: part.subject, stage, ...placeOf(part), share, evidence }
    return this.#note(said, share, isBadShare(ratio.floor, usual, cases, all), piece.at)
  }

  /** Next hops that put off far more than is usual; what they do says nothing about the node that tries them. */
  #judgeHops(period: Period): ReadonlySet<string> {
    const parts = sumParts(period.rows, null)
    const bad = new Set<string>()
    for (const part of parts) {
      const key = keyOf({ kind: deferredShare.kind, subject: part.subject })
      this.#judgeShare(part, deferredShare, period.at, enough.hop)
      if (this.#series.get(key)?.isSuspect) bad.add(part.subject)
    }
    // Where all of them do, it is not theirs.
    return bad.size === parts.length && parts.length > 1 ? new Set() : bad
  }

  /**
   * A queue that grows though no more comes than usual, or that will take long to leave. What came in earlier periods and
   * was written late says nothing of this one: it would look like a surge.
   */
  #judgeQueues({ at, rows, waiting }: Period): void {
    for (const { direction, waiting: depth } of waiting) {
      const mine = rows.filter(
        (each) => each.at === at && each.direction === direction && each.tenants !== 'probe',
      )
      const came = sumOf(mine, ['accepted']) - sumOf(mine, ['quarantined', 'held'])
      const gone = sumOf(mine, ['delivered', 'returned'])
      const arrivals = this.#arrivals.get(direction) ?? new Series()
      this.#arrivals.set(direction, arrivals)
      const usualCame = arrivals.usual
      arrivals.take(came, false, at)
      const usual = this.#usualOf('queue-grows', direction)
      const isKnown = this.stateOf({ kind: 'queue-grows', subject: direction }) === 'bad'
      const grown = depth - (this.#depths.get(direction) ?? depth)
      this.#depths.set(direction, depth)
      const isMany = depth > Math.max(queue.few, tooMuch * (usual ?? 0)) && grown > queue.grownBy
      const isSurge = usualCame !== null && came > 1.5 * usualCame
      const isBad = isMany && (!isSurge || depth > queue.periods * Math.max(1, gone))
      const evidence: Evidence[] = [
        { what: 'deliveries that wait', measured: depth, usual, unit: 'deliveries' },
        { what: 'deliveries that came', measured: came, usual: usualCame, unit: 'deliveries' },
        { what: 'deliveries that left', measured: gone, usual: null, unit: 'deliveries' },
      ]
      const place = { node: null, direction, hop: null, share: null }
      const said: Said = { kind: 'queue-grows', subject: direction, stage: 'wait', ...place, evidence }
      // It is over when it shrinks, however much still waits; while it grows or drains it says nothing of what is usual.
      const isOnItsWay = Math.abs(grown) > queue.grownBy || this.#drains(direction, depth)
      const state = this.#note(said, depth, isBad || (isKnown && grown > 0), at, isOnItsWay)
      if (state === 'bad' && !this.#draining.has(direction))
        this.#draining.set(direction, Math.max(queue.few, usual ?? 0))
    }
  }

  /**
   * A node that does not run, while others do. Its own figures may be good: mail in front of it is seen by nobody but those
   * who send it. One that is gone, or has no mail, does not halt.
   */
  #judgeHalts({ at, halts }: Period): void {
    if (!halts) return
    const nodes = new Set([...this.#nodes, ...halts.map(({ node }) => node)])
    const known = [...this.#before.values()].filter(({ kind }) => kind === 'node-halts')
    const judged = new Set([...(nodes.size < 2 ? [] : nodes), ...known.map(({ subject }) => subject)])
    for (const node of judged) {
      const key = keyOf({ kind: 'node-halts', subject: node })
      const mine = halts.find((each) => each.node === node)
      const share = mine?.share ?? 0
      const stage = mine?.stage ?? this.#before.get(key)?.stage ?? 'accept'
      const what = 'share of the time for which it did not run'
      const evidence: Evidence[] = [{ what, measured: share, usual: null, unit: 'share' }]
      const place = { node, direction: null, hop: null, share: null }
      const said: Said = { kind: 'node-halts', subject: node, stage, ...place, evidence }
      this.#note(said, share, share >= halt.share && halts.length === 1 && nodes.size > 1, at)
      if (at - (this.#series.get(key)?.badSince ?? 0) < halt.forMs) this.#found.delete(key)
    }
  }

  /** Whether what a fault has left behind still waits: retries let it stand for a while, and that is not usual. */
  #drains(direction: string, depth: number): boolean {
    const before = this.#draining.get(direction)
    if (before !== undefined && depth <= before) this.#draining.delete(direction)
    return this.#draining.has(direction)
  }
}

function keyOf({ kind, subject }: Pick<Finding, 'kind' | 'subject'>): string {
  return `${kind}\n${subject}`
}

function placeOf({ node, direction, hop }: Part): Pick<Finding, 'node' | 'direction' | 'hop'> {
  return { node, direction, hop }
}

function countOf(rows: readonly MeasuredLine[]): number {
  return rows.reduce((sum, each) => sum + each.count, 0)
}

function meanOf(rows: readonly MeasuredLine[]): number {
  return rows.reduce((sum, each) => sum + each.sumMs, 0) / Math.max(1, countOf(rows))
}

function addSteps(rows: readonly MeasuredLine[]): number[] {
  const sums: number[] = []
  for (const { steps } of rows)
    for (const [index, each] of steps.entries()) sums[index] = (sums[index] ?? 0) + each
  return sums
}

function countEvidence(count: number): Evidence {
  return { what: 'deliveries looked at', measured: count, usual: null, unit: 'deliveries' }
}
