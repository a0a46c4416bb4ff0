import type { EventLoopUtilization } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { threadTimeMs } from '#ground/platform/thread-time.ts'
import type { InspectionJob, InspectionOutcome } from './inspection-job.ts'

/** What goes to an inspection thread: jobs with the ticket that their answer will carry. */
export interface ThreadOrder {
  readonly jobs: readonly { readonly ticket: number; readonly job: InspectionJob }[]
  /** New settings of checks, from these jobs on. */
  readonly settings?: object
}

export interface ThreadAnswer {
  readonly ticket: number
  readonly outcome?: InspectionOutcome
  readonly error?: string
  /** Whether any DNS server has ever answered this thread. */
  readonly dnsAnswered: boolean
}

/** The thread has ended over a job. */
export interface ThreadDeath {
  readonly died: string
  /** False: not by what it was given, as far as anybody knows. The machine had no time for it, or a disk did not answer. */
  readonly isByJob: boolean
}

/** Why a thread has to go. */
type Stall = Pick<ThreadDeath, 'isByJob'> & { readonly why: string }

interface UnderWay {
  readonly job: InspectionJob
  readonly startedAt: number
  readonly resolve: (answer: ThreadAnswer | ThreadDeath) => void
}

/**
 * Three halves of 4 MB. Sixteen messages are under way at a time; in a smaller young heap what belongs to them would be
 * taken for old before they are done, and collecting the old heap costs far more.
 */
const youngHeapMb = 12

/** Time that a new thread may take to load. */
const longestLoading = 30_000

/** A thread that neither computes nor comes back is stuck, once it has been away so many times as long as one may compute. */
const waitsAtMost = 10

/** Durations kept for comparing threads with each other. */
const remembered = 200

/**
 * One inspection thread as the pool sees it: jobs in, answers out, a heartbeat.
 * When the thread dies or is replaced, each of its jobs is told so; the pool decides what that means for them.
 */
export class InspectionThreadLink {
  readonly startedAt: number
  readonly #worker: Worker
  readonly #beat: Int32Array
  readonly #underWay = new Map<number, UnderWay>()
  #ticket = 0
  #lastBeat = 0
  /** Time that whoever looks has lived through since the last beat. */
  #awayMs = 0
  /** Time of the processor that the thread had when it was first seen not to have come back; null: it came, or unknown. */
  #timeWhenAway: number | null = null
  #outgoing: { ticket: number; job: InspectionJob }[] = []
  #dead = false
  #used: EventLoopUtilization | undefined
  /** How long the latest jobs took, in milliseconds, without waiting for DNS and scanners. */
  readonly durations: number[] = []

  constructor(entry: URL, data: object, heapBytes: number, onAnswer: (answer: ThreadAnswer) => void) {
    this.startedAt = performance.now()
    this.#beat = new Int32Array(new SharedArrayBuffer(8))
    this.#worker = new Worker(entry, {
      workerData: { ...data, beat: this.#beat },
      name: 'inspection',
      resourceLimits: {
        maxOldGenerationSizeMb: Math.ceil(heapBytes / (1 << 20)),
        maxYoungGenerationSizeMb: youngHeapMb,
      },
    })
    this.#worker.on('message', (answers: ThreadAnswer[]) => {
      for (const answer of answers) {
        onAnswer(answer)
        this.#finish(answer)
      }
    })
    this.#worker.on('error', (cause) => this.#end(`it ended: ${(cause as Error).message}`))
    this.#worker.on('exit', (code) => this.#end(`it ended with code ${code}`))
  }

  get busy(): number {
    return this.#underWay.size
  }

  /** Percent of the time since it was last asked in which the thread had work. */
  busyPercent(): number {
    const used = this.#worker.performance.eventLoopUtilization()
    const since = this.#worker.performance.eventLoopUtilization(used, this.#used)
    this.#used = used
    return Math.min(100, since.utilization * 100)
  }

  get isDead(): boolean {
    return this.#dead
  }

  /** Gives the thread a job; resolves with its answer, or with why the thread died over it. */
  run(job: InspectionJob, now: number): Promise<ThreadAnswer | ThreadDeath> {
    return new Promise((resolve) => {
      const ticket = ++this.#ticket
      this.#underWay.set(ticket, { job, startedAt: now, resolve })
      this.#outgoing.push({ ticket, job })
      // Jobs of one turn travel together: a message between threads costs more than what it carries.
      if (this.#outgoing.length === 1) setImmediate(() => this.#send())
    })
  }

  takeSettings(settings: object): void {
    if (!this.#dead) this.#worker.postMessage({ jobs: [], settings } satisfies ThreadOrder)
  }

  /**
   * Why a busy thread that has not come back to its event loop has to go; null: it may stay. What counts is time of the
   * processor: on a busy machine a thread is away for seconds and has done nothing wrong. Where that time is not known,
   * all counts.
   * @param stepMs time since the last look, without that in which this process stood still itself
   * @param limitMs how long it may compute without a pause
   */
  stall(stepMs: number, limitMs: number): Stall | null {
    const beat = Atomics.load(this.#beat, 0)
    this.#awayMs += stepMs
    // Before its first beat a thread is still loading its code, which a busy machine may take its time over.
    if (beat === 0) {
      const most = longestLoading + limitMs
      return this.#awayMs > most ? { why: `it was not ready after ${most} ms`, isByJob: false } : null
    }
    if (beat !== this.#lastBeat || this.#underWay.size === 0) {
      this.#lastBeat = beat
      this.#awayMs = 0
      this.#timeWhenAway = null
      return null
    }
    const time = threadTimeMs(Atomics.load(this.#beat, 1))
    if (time === null)
      return this.#awayMs > limitMs
        ? { why: `it did not come back for more than ${limitMs} ms`, isByJob: true }
        : null
    this.#timeWhenAway ??= time
    if (time - this.#timeWhenAway > limitMs)
      return { why: `it computed for more than ${limitMs} ms without a pause`, isByJob: true }
    const most = waitsAtMost * limitMs
    if (this.#awayMs <= most) return null
    return {
      why: `it did not come back for more than ${most} ms, and did not compute either`,
      isByJob: false,
    }
  }

  /**
   * Ends the thread now; its jobs hear that it died.
   * @param isByJob whether one of them is the reason
   */
  kill(why: string, isByJob: boolean): void {
    this.#die({ died: why, isByJob })
    void this.#worker.terminate()
  }

  #send(): void {
    const jobs = this.#outgoing
    this.#outgoing = []
    if (!this.#dead && jobs.length > 0) this.#worker.postMessage({ jobs } satisfies ThreadOrder)
  }

  #finish(answer: ThreadAnswer): void {
    const entry = this.#underWay.get(answer.ticket)
    if (!entry) return
    this.#underWay.delete(answer.ticket)
    this.durations.push(performance.now() - entry.startedAt - waitedOutside(answer))
    if (this.durations.length > remembered) this.durations.shift()
    entry.resolve(answer)
  }

  /** It has ended by itself: over what it was given, unless it never came so far as to begin. */
  #end(why: string): void {
    this.#die({ died: why, isByJob: Atomics.load(this.#beat, 0) > 0 })
  }

  #die(death: ThreadDeath): void {
    if (this.#dead) return
    this.#dead = true
    for (const entry of this.#underWay.values()) entry.resolve(death)
    this.#underWay.clear()
  }
}

/** Checks that ask others; all run side by side, so the slowest is what a message waited for. */
const outside = ['antivirus', 'authentication', 'connection', 'lists']

/** A thread is not slow because a scanner is. */
function waitedOutside({ outcome }: ThreadAnswer): number {
  return Math.max(0, ...outside.map((name) => outcome?.timings[name] ?? 0))
}
