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

interface UnderWay {
  readonly job: InspectionJob
  readonly startedAt: number
  readonly resolve: (answer: ThreadAnswer | { readonly died: string }) => void
}

/**
 * Three halves of 2 MB. Sixteen messages are under way at a time; in a smaller young heap what belongs to them would be
 * taken for old before they are done, and collecting the old heap costs far more.
 */
const youngHeapMb = 6

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
  #beatSeenAt: number
  /** Time of the processor that the thread had when it was first seen not to have come back; null: it came, or unknown. */
  #timeWhenAway: number | null = null
  #outgoing: { ticket: number; job: InspectionJob }[] = []
  #dead = false
  #used: EventLoopUtilization | undefined
  /** How long the latest jobs took, in milliseconds, without waiting for DNS and scanners. */
  readonly durations: number[] = []

  constructor(entry: URL, data: object, heapBytes: number, onAnswer: (answer: ThreadAnswer) => void) {
    this.startedAt = this.#beatSeenAt = performance.now()
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
    this.#worker.on('error', (cause) => this.#die(`it ended: ${(cause as Error).message}`))
    this.#worker.on('exit', (code) => this.#die(`it ended with code ${code}`))
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
  run(job: InspectionJob, now: number): Promise<ThreadAnswer | { readonly died: string }> {
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
   * @param limitMs how long it may compute without a pause
   */
  stall(now: number, limitMs: number): string | null {
    const beat = Atomics.load(this.#beat, 0)
    // Before its first beat a thread is still loading its code, which a busy machine may take its time over.
    if (beat === 0) {
      const most = longestLoading + limitMs
      return now - this.#beatSeenAt > most ? `it was not ready after ${most} ms` : null
    }
    if (beat !== this.#lastBeat || this.#underWay.size === 0) {
      this.#lastBeat = beat
      this.#beatSeenAt = now
      this.#timeWhenAway = null
      return null
    }
    const awayMs = now - this.#beatSeenAt
    const time = threadTimeMs(Atomics.load(this.#beat, 1))
    if (time === null) return awayMs > limitMs ? `it did not come back for more than ${limitMs} ms` : null
    this.#timeWhenAway ??= time
    if (time - this.#timeWhenAway > limitMs) return `it computed for more than ${limitMs} ms without a pause`
    const most = waitsAtMost * limitMs
    return awayMs > most ? `it did not come back for more than ${most} ms, and did not compute either` : null
  }

  /** Ends the thread now; its jobs hear that it died. */
  kill(why: string): void {
    this.#die(why)
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

  #die(why: string): void {
    if (this.#dead) return
    this.#dead = true
    for (const entry of this.#underWay.values()) entry.resolve({ died: why })
    this.#underWay.clear()
  }
}

/** Checks that ask others; all run side by side, so the slowest is what a message waited for. */
const outside = ['antivirus', 'authentication', 'connection', 'lists']

/** A thread is not slow because a scanner is. */
function waitedOutside({ outcome }: ThreadAnswer): number {
  return Math.max(0, ...outside.map((name) => outcome?.timings[name] ?? 0))
}
