import type { Alarms } from '#ground/platform/alarms.ts'
import type { InspectionEnd, InspectionJob } from './inspection-job.ts'
import type { InspectionPool } from './inspection-pool.ts'
import { StagePace } from './stage-pace.ts'

export interface InspectionOptions {
  readonly pool: InspectionPool
  readonly budgetMs: number
  /** p95 above which inspection moves behind the answer (N-10). */
  readonly behindAboveMs: () => number
  /** Time over which that is measured. */
  readonly behindAfterMs: number
  /** Jobs waiting at which new mail is no longer welcome. */
  readonly mostWaiting: number
  readonly alarms: Alarms
  /** Told how long each inspection took whose pace counts: before the answer, or behind it while it goes on there. */
  readonly onTimed: (job: InspectionJob, tookMs: number) => void
}

/** Share of slow inspections at which their p95 is above the limit. */
const tooMany = 0.05
/** One slow message of a handful says nothing about the stage. */
const enoughToMove = 20

/**
 * Inspection within the SMTP dialogue: a verdict within the budget, or the word that there is none yet.
 * When the stage as a whole is too slow for a minute, it moves behind the answer, so that senders do not wait
 * for what only we can cure. There it is measured on, by the mail itself, and comes back when it has been fast.
 */
export class Inspection {
  readonly #options: InspectionOptions
  readonly #pace: StagePace
  #behind = false

  constructor(options: InspectionOptions) {
    this.#options = options
    this.#pace = new StagePace(options.behindAfterMs, performance.now())
  }

  /** Share of the bearable backlog that waits; 1 is full. */
  load(): number {
    return this.#options.pool.waiting / this.#options.mostWaiting
  }

  /** Inspects before the answer. */
  async inspectInDialogue(job: InspectionJob): Promise<InspectionEnd> {
    if (this.#behind) return { kind: 'unfinished', why: 'inspection goes on behind the answer' }
    return this.#timed(job, () => this.#within(job))
  }

  /** Inspects what has been accepted already; takes the time it takes. */
  inspectBehind(job: InspectionJob): Promise<InspectionEnd> {
    const { pool } = this.#options
    return this.#behind ? this.#timed(job, () => pool.run(job)) : pool.run(job)
  }

  async #within(job: InspectionJob): Promise<InspectionEnd> {
    const { pool, budgetMs } = this.#options
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<InspectionEnd>((resolve) => {
      timer = setTimeout(() => {
        resolve({ kind: 'unfinished', why: 'the checks took longer than their budget' })
        // It will be inspected behind the answer; where threads are short, once is enough.
        pool.forget(job)
      }, budgetMs)
    })
    return Promise.race([pool.run(job), late]).finally(() => clearTimeout(timer))
  }

  async #timed(job: InspectionJob, work: () => Promise<InspectionEnd>): Promise<InspectionEnd> {
    const started = performance.now()
    const end = await work()
    const now = performance.now()
    this.#options.onTimed(job, now - started)
    this.#pace.note(now - started > this.#options.behindAboveMs(), now)
    const share = this.#pace.slowShare(now, this.#behind ? 1 : enoughToMove)
    if (share !== null) this.#move(share > tooMany, share, now)
    return end
  }

  #move(behind: boolean, share: number, now: number): void {
    if (behind === this.#behind) return
    this.#behind = behind
    this.#pace.restart(now)
    const { alarms, behindAboveMs } = this.#options
    if (behind)
      alarms.raise(
        'inspection-slow',
        'p95',
        `inspection took more than ${behindAboveMs()} ms for ${Math.round(share * 100)} % of the latest mail; it now goes on behind the answer`,
      )
    else alarms.clear('inspection-slow', 'p95')
  }
}
