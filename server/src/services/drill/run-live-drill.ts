import type { DrillMail } from '#services/watch/probe-mail-store.ts'
import type { DrillLetter, DrillLook, DrillRoad } from './drill-road.ts'
import { type DrillBounds, describeOthers, isSlower, judgeLiveDrill } from './judge-live-drill.ts'
import {
  expectedCause,
  type KeptDrill,
  type LiveDrill,
  type LiveDrillEnding,
  type LiveDrillPhase,
  liveDrillLimits,
} from './live-drill.ts'

export interface RunDrillParts extends DrillBounds {
  readonly road: DrillRoad
  /** Writes how far it is; answers who wants it to end, or null. @throws Error where it is not ours any more */
  readonly save: (drill: LiveDrill) => Promise<string | null>
  /** Why it has to end for people's mail; null: it need not. */
  readonly whyStop: (since: number) => Promise<string | null>
  /** 95 of 100 messages of people were through within, between two moments; null: too few. */
  readonly othersMs: (from: number, before: number) => Promise<number | null>
  /** Tells those who are told of alarms; answers where. */
  readonly ring: (text: string) => Promise<string[]>
  /** Whether this process is about to end. */
  readonly isEnding: () => boolean
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

/** Letters that have to be through before anything is broken, so that there is something to compare with. */
const letterFew = 20
/** Time for all that is under way to come to its end. */
const quietMs = 30_000
/** Our own door may put letters off for so long: a disk or a machine that stands still does so to everybody. */
const doorShutMs = 30_000
const lookEveryMs = 1000
/** Shares of the time by which it is broken, mended, and nothing is sent any more. */
const until = { broken: 0.3, mended: 0.63, sent: 0.95 }
const endMs = 3000
const othersBeforeMs = 600_000

/** It ends before its time. */
class DrillEnd extends Error {
  readonly ending: LiveDrillEnding
  constructor(ending: LiveDrillEnding, why: string) {
    super(why)
    this.ending = ending
  }
}

const processEnds = new DrillEnd('stopped', 'the process that ran it was stopped')

/**
 * Runs one drill: all works, one fault, mended again. Whatever happens on the way, its letters are taken out of the spool and what was
 * seen is written down.
 */
export class LiveDrillRun {
  readonly #parts: RunDrillParts
  readonly #letters: DrillLetter[] = []
  readonly #startedAt: number
  #drill: LiveDrill
  #lookedAt = 0
  #othersAt: number
  #nextAt = 0
  /** Since when our own door takes nothing; null: it does. */
  #shutSince: number | null = null
  #rows: readonly DrillMail[] = []

  constructor(drill: KeptDrill, parts: RunDrillParts) {
    this.#parts = parts
    this.#startedAt = parts.now()
    this.#othersAt = this.#startedAt
    this.#drill = { ...drill, startedAt: this.#startedAt }
  }

  async run(): Promise<void> {
    let end = new DrillEnd('done', '')
    try {
      await this.#go()
    } catch (cause) {
      if (cause instanceof DrillEnd) end = cause
      else if (this.#parts.isEnding()) end = processEnds
      else end = new DrillEnd('aborted', `it could not go on: ${(cause as Error).message}`)
    }
    await this.#finish(end)
  }

  async #go(): Promise<void> {
    const { road, othersMs, periodMs, now } = this.#parts
    const { forMs, kind } = this.#drill
    const others = await othersMs(this.#startedAt - othersBeforeMs, this.#startedAt)
    this.#drill = { ...this.#drill, seen: { ...this.#drill.seen, othersBeforeMs: others } }
    await road.open()
    const hasBaseline = () =>
      this.#drill.seen.arrived >= letterFew && now() - this.#startedAt > 2.5 * periodMs
    await this.#pass('before', this.#startedAt + until.broken * forMs, hasBaseline)
    if (!hasBaseline())
      throw new DrillEnd('aborted', 'too few letters came through before anything was broken')
    await this.#quiet()
    await road.setFault(kind)
    this.#drill = { ...this.#drill, faultAt: now() }
    await this.#pass('fault', this.#startedAt + until.mended * forMs, () => this.#isNamed())
    await road.setFault(null)
    this.#drill = { ...this.#drill, mendedAt: now() }
    await this.#pass('after', this.#startedAt + until.sent * forMs, () => this.#drill.seen.quietAt !== null)
    await this.#quiet()
  }

  #isNamed(): boolean {
    const { seen, kind } = this.#drill
    return seen.incident !== null && seen.cause?.name === expectedCause[kind]
  }

  /** Sends, looks and writes down, until something holds or a moment has come. */
  async #pass(phase: LiveDrillPhase, before: number, isDone: () => boolean): Promise<void> {
    const { now, sleep } = this.#parts
    this.#drill = { ...this.#drill, phase }
    await this.#look()
    while (now() < before && !isDone()) {
      if (now() >= this.#nextAt) {
        this.#nextAt = now() + liveDrillLimits.everyMs
        await this.#send()
      }
      if (now() - this.#lookedAt >= lookEveryMs) await this.#look()
      await sleep(Math.max(10, Math.min(100, this.#nextAt - now())))
    }
  }

  async #send(): Promise<void> {
    const { road, now } = this.#parts
    try {
      this.#letters.push(await road.send())
      this.#shutSince = null
    } catch (cause) {
      this.#shutSince ??= now()
      if (now() - this.#shutSince > doorShutMs) throw cause
    }
  }

  /** Sends nothing until all that was sent has come to its end. */
  async #quiet(): Promise<void> {
    const { now, sleep } = this.#parts
    const end = Math.min(now() + quietMs, this.#startedAt + this.#drill.forMs - endMs)
    const isQuiet = () => this.#rows.every((each) => each.settledAt !== null)
    do {
      await this.#look()
      if (!isQuiet()) await sleep(200)
    } while (!isQuiet() && now() < end)
  }

  async #look(): Promise<void> {
    const { road, now, isEnding } = this.#parts
    this.#lookedAt = now()
    const [look, rows] = await Promise.all([road.look(), road.rows()])
    this.#rows = this.#ownOf(rows)
    await this.#note(look)
    if (isEnding()) throw processEnds
    await this.#assertMayGoOn()
  }

  /** What the spool has of drills may be of one before that is not taken away yet. */
  #ownOf(rows: readonly DrillMail[]): DrillMail[] {
    const known = new Set(this.#letters.map(({ messageId }) => messageId))
    return rows.filter(({ messageId }) => known.has(messageId))
  }

  async #note(look: DrillLook): Promise<void> {
    const { road, save, ring } = this.#parts
    const before = this.#drill.seen
    const isNews = before.incident === null && look.incident !== null
    this.#drill = {
      ...this.#drill,
      seen: {
        ...before,
        sent: this.#letters.length,
        arrived: this.#letters.filter(({ copies }) => copies > 0).length,
        harmed: road.harmed(),
        waiting: this.#rows.filter(({ state }) => state === 'waiting').length,
        // The first that was said stays, whatever comes later.
        alarm: before.alarm ?? look.alarm,
        finding: before.finding ?? look.finding,
        incident: before.incident ?? look.incident,
        cause: look.cause?.name === before.cause?.name ? before.cause : look.cause,
        // What was quiet before is no answer to that it was mended.
        quietAt: (look.quietAt ?? 0) >= (this.#drill.mendedAt ?? Infinity) ? look.quietAt : null,
      },
    }
    if (isNews && this.#drill.rings) {
      const told = await ring(`${look.incident?.name}: ${look.incident?.words}`)
      this.#drill = { ...this.#drill, seen: { ...this.#drill.seen, told } }
    }
    const stopper = await save(this.#drill)
    if (stopper !== null) throw new DrillEnd('stopped', `stopped by ${stopper}`)
  }

  /** People's mail comes first. */
  async #assertMayGoOn(): Promise<void> {
    const { whyStop, now, periodMs } = this.#parts
    const why = await whyStop(this.#startedAt)
    if (why !== null) throw new DrillEnd('aborted', why)
    // Figures of people's mail are written once a period, and grow with each.
    if (now() - this.#othersAt >= periodMs) await this.#assertNoSlower()
  }

  async #assertNoSlower(): Promise<void> {
    const { othersMs, now, lateMs } = this.#parts
    this.#othersAt = now()
    const during = await othersMs(this.#startedAt, now())
    const { othersBeforeMs: usual } = this.#drill.seen
    this.#drill = { ...this.#drill, seen: { ...this.#drill.seen, othersDuringMs: during } }
    if (during !== null && isSlower(usual, during, lateMs))
      throw new DrillEnd('aborted', `mail of people got slower: ${describeOthers(usual, during)}`)
  }

  /** Mends, takes away what is left, and writes down what came of it. */
  async #finish({ ending, message }: DrillEnd): Promise<void> {
    const { road, save, now } = this.#parts
    await road.close().catch(() => undefined)
    try {
      await save(this.#drill)
    } catch (cause) {
      // Whoever has taken it over ends it, and by now there may be letters of another one; the last of this one may be new to him.
      await road.remove(this.#letters.map(({ messageId }) => messageId))
      throw cause
    }
    const rows = await road.rowsNow()
    this.#drill = { ...this.#drill, ending, why: message }
    const lines = judgeLiveDrill(this.#drill, this.#letters, this.#ownOf(rows), this.#parts)
    await road.remove(rows.map(({ messageId }) => messageId))
    const left = (await road.rowsNow()).length
    const cleared = {
      ...{ what: 'letters left in the spool', bound: 'none', measured: String(left), held: left === 0 },
    }
    this.#drill = {
      ...{ ...this.#drill, phase: 'over', endedAt: now() },
      lines: [...lines, cleared],
    }
    await save(this.#drill)
  }
}
