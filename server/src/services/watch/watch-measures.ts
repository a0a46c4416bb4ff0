import type { Alarms } from '#ground/platform/alarms.ts'
import { Detector, type Period, silentMs } from './detector.ts'
import type { Cause, Evidence, Finding, FindingState, FindingStore } from './finding.ts'
import { haltingNodes } from './halting-nodes.ts'
import { LateRows } from './late-rows.ts'
import type { MeasureStore } from './measure-store.ts'
import { findingHeads, measuredWords, shareWords } from './measured-words.ts'
import { type CauseFacts, nameCause, type ToldAlarm } from './name-cause.ts'

export interface WatchMeasuresParts {
  readonly measures: Pick<MeasureStore, 'noteWaiting' | 'forgetMeasures'>
  /** The same, read by a thread that holds up nobody who writes. */
  readonly readMeasures: Pick<MeasureStore, 'measures' | 'waiting'>
  readonly findings: FindingStore
  readonly alarms: Alarms
  /** Alarms of the whole site: open ones, and those that were over after this moment. */
  readonly alarmStates: (clearedSince: number) => Promise<readonly ToldAlarm[]>
  readonly isOurs: CauseFacts['isOurs']
  readonly isProviders: CauseFacts['isProviders']
  readonly periodMs: number
  readonly now: () => number
}

/** Periods that are read at a start, as the baseline. */
const baseline = 240
const mostRows = 50_000
const keptMs = 6 * 3_600_000
const findingsKeptMs = 400 * 86_400_000
/** Time that processes have for writing a period down after its end; what comes later is judged with a later one. */
const slackMs = 1000
/** How long it is waited for what comes late: so many periods, and no less than this (ms). */
const late = { periods: 10, leastMs: 60_000 }
/** Mail that waits for longer than this is not asked what held it up at first. */
const longestWaitMs = 3_600_000

/** Causes that figures alone can say. */
const sayLittle: ReadonlySet<Cause> = new Set(['unknown', 'next-hop', 'upstream', 'node', 'load'])

/** Judges, period by period, what all processes have measured, and tells what is wrong. One for a process with the jobs. */
export class MeasureWatch {
  readonly #parts: WatchMeasuresParts
  readonly #detector = new Detector()
  readonly #late = new LateRows()
  #from = 0
  #notedAt = 0

  constructor(parts: WatchMeasuresParts) {
    this.#parts = parts
  }

  /** Takes the periods that are complete since the last round. */
  async round(): Promise<void> {
    const { measures, periodMs, now } = this.#parts
    const at = Math.floor(now() / periodMs) * periodMs
    if (this.#notedAt !== at) {
      this.#notedAt = at
      await measures.noteWaiting(at)
      await measures.forgetMeasures(at - keptMs)
      await this.#parts.findings.forgetFindings(at - findingsKeptMs)
    }
    const before = Math.floor((now() - slackMs) / periodMs) * periodMs
    const isFirst = this.#from === 0
    const from = isFirst ? before - baseline * periodMs : this.#from
    if (from >= before) return
    const periods = await this.#read(from, before)
    this.#from = before
    const alarms = await this.#parts.alarmStates(now() - longestWaitMs)
    const last = periods.at(-1)
    let found: Finding[] = []
    for (const each of periods)
      found = this.#detector.take(each === last ? { ...each, halts: haltingNodes(alarms) } : each)
    await this.#tell(found, alarms, from, last?.at ?? from)
  }

  async #read(from: number, before: number): Promise<Period[]> {
    const { readMeasures, periodMs } = this.#parts
    const isFirst = this.#from === 0
    const [read, waiting] = await Promise.all([
      readMeasures.measures(isFirst ? from : from - lateFor(periodMs), before, mostRows),
      readMeasures.waiting(from, before),
    ])
    const rows = this.#late.take(read)
    const late = rows.filter((each) => each.at < from)
    this.#late.forget(before - lateFor(periodMs))
    // At a start the baseline begins with the first that is there; after it silence is a period too.
    const first = isFirst ? Math.min(before, ...[...rows, ...waiting].map((each) => each.at)) : from
    const periods: Period[] = []
    for (let at = first; at < before; at += periodMs)
      periods.push({
        at,
        rows: [...(at === first ? late : []), ...rows.filter((each) => each.at === at)],
        waiting: waiting.filter((each) => each.at === at),
      })
    return periods
  }

  async #tell(
    found: readonly Finding[],
    told: readonly ToldAlarm[],
    from: number,
    judgedFrom: number,
  ): Promise<void> {
    const { findings, alarms, isOurs, isProviders, now } = this.#parts
    const open = (await findings.findings(now(), 500)).filter((each) => each.endedAt === null)
    const mine = open.filter(({ kind }) => kind !== 'probe-fails' && kind !== 'watcher-silent')
    if (found.length > 0) {
      const facts: CauseFacts = {
        now: now(),
        judgedFrom,
        alarms: told,
        found,
        isAlone: (finding) => this.#detector.isAlone(finding),
        isOnlyOne: (finding) => this.#detector.isOnlyOne(finding),
        isOurs,
        isProviders,
        isWell: (direction, hop) => this.#detector.isWell(direction, hop),
        hops: this.#detector.hops(),
        slowHop: (direction, withinMs) => this.#detector.slowHop(direction, withinMs),
      }
      const named = found.map((each) => nameFinding(each, facts))
      // What is only carried on keeps the moment when it was seen last.
      const measured = named.filter((each) => this.#detector.wasMeasured(each, from))
      await findings.noteFindings(measured, now())
      await this.#renameCarried(named, measured, mine)
      for (const each of named.filter(isNews)) alarms.raise(each.kind, each.subject, describeFinding(each))
    }
    const over = mine.filter(
      (each) =>
        this.#detector.stateOf(each) === 'good' ||
        // As long as the detector carries it on, its alarm would only be raised again.
        (this.#detector.stateOf(each) === 'unknown' && now() - each.seenAt > silentMs),
    )
    if (over.length > 0) await findings.endFindings(over, now())
    for (const { kind, subject } of over) alarms.clear(kind, subject)
  }

  /** What is only carried on is named anew where alarms say more by now: a next hop that is down is hardly tried. What figures alone say is no more. */
  async #renameCarried(
    named: readonly Finding[],
    measured: readonly Finding[],
    open: readonly FindingState[],
  ): Promise<void> {
    for (const each of named) {
      const known = open.find(({ kind, subject }) => kind === each.kind && subject === each.subject)
      const isNews = !sayLittle.has(each.cause) && known?.cause !== each.cause
      if (known && isNews && !measured.includes(each))
        await this.#parts.findings.noteFindings([each], known.seenAt)
    }
  }
}

function lateFor(periodMs: number): number {
  return Math.max(late.periods * periodMs, late.leastMs)
}

function nameFinding(finding: Finding, facts: CauseFacts): Finding {
  const { cause, limit, evidence } = nameCause(finding, facts)
  return { ...finding, cause, limit, evidence: [...finding.evidence, ...evidence] }
}

/** What no other alarm says: those of next hops, of DNS, of inspection and of queues have older ones of their own. */
function isNews({ kind, hop }: Finding): boolean {
  return hop === null && newKinds.has(kind)
}

const newKinds: ReadonlySet<Finding['kind']> = new Set([
  'stage-slow',
  'deferred-share',
  'refused-share',
  'quarantined-share',
  'held-share',
])

/** A finding as a sentence: what, where, how much of it, compared with what, and why as far as that is known. */
export function describeFinding({ kind, subject, cause, share, evidence }: Finding): string {
  const where = kind === 'stage-slow' ? `stage ${subject}` : subject
  const hit = share === null || kind !== 'stage-slow' ? '' : `, ${shareWords(share)} of the mail there is hit`
  return `${findingHeads[kind]} (${where})${hit}: ${evidence.map(describeEvidence).join('; ')}; cause: ${cause}`
}

function describeEvidence({ what, measured, usual, unit }: Evidence): string {
  const say = (value: number) => measuredWords(value, unit)
  return `${what} ${say(measured)}${usual === null ? '' : `, usually up to ${say(usual)}`}`
}
