import type { Alarms } from '#ground/platform/alarms.ts'
import type { InspectionEnd, InspectionJob } from './inspection-job.ts'
import type { InspectionPool } from './inspection-pool.ts'

export interface InspectionOptions {
  readonly pool: InspectionPool
  readonly budgetMs: number
  /** p95 of a minute above which inspection moves behind the answer (N-10). */
  readonly behindAboveMs: () => number
  /** Jobs waiting at which new mail is no longer welcome. */
  readonly mostWaiting: number
  readonly alarms: Alarms
}

/** One message in this many is still inspected in the dialogue while the rest goes behind: how else to know. */
const probeEvery = 20

/**
 * Inspection within the SMTP dialogue: a verdict within the budget, or the word that there is none yet.
 * When the stage as a whole is too slow for a minute, it moves behind the answer, so that senders do not wait
 * for what only we can cure; it comes back by itself.
 */
export class Inspection {
  readonly #options: InspectionOptions
  #samples: { at: number; tookMs: number }[] = []
  #behind = false
  #count = 0

  constructor(options: InspectionOptions) {
    this.#options = options
  }

  /** Share of the bearable backlog that waits; 1 is full. */
  load(): number {
    return this.#options.pool.waiting / this.#options.mostWaiting
  }

  get isBehind(): boolean {
    return this.#behind
  }

  /** Inspects before the answer. */
  async inspectInDialogue(job: InspectionJob): Promise<InspectionEnd> {
    this.#count += 1
    if (this.#behind && this.#count % probeEvery !== 0)
      return { kind: 'unfinished', why: 'inspection goes on behind the answer' }
    const started = performance.now()
    const end = await this.#within(this.#options.pool.run(job))
    this.#note(performance.now() - started)
    return end
  }

  /** Inspects what has been accepted already; takes the time it takes. */
  inspectBehind(job: InspectionJob): Promise<InspectionEnd> {
    return this.#options.pool.run(job)
  }

  async #within(work: Promise<InspectionEnd>): Promise<InspectionEnd> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<InspectionEnd>((resolve) => {
      timer = setTimeout(
        () => resolve({ kind: 'unfinished', why: 'the checks took longer than their budget' }),
        this.#options.budgetMs,
      )
    })
    return Promise.race([work, late]).finally(() => clearTimeout(timer))
  }

  #note(tookMs: number): void {
    const now = performance.now()
    this.#samples.push({ at: now, tookMs })
    if (this.#samples.length % 64 !== 0 && !this.#behind) return
    this.#samples = this.#samples.filter((each) => now - each.at < 60_000).slice(-5000)
    const first = this.#samples[0]
    // A whole minute must be known before it can have been too slow.
    if (!first || now - first.at < 45_000) return
    const sorted = this.#samples.map((each) => each.tookMs).sort((a, b) => a - b)
    const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0
    this.#move(p95 > this.#options.behindAboveMs(), p95)
  }

  #move(behind: boolean, p95: number): void {
    if (behind === this.#behind) return
    this.#behind = behind
    this.#samples = []
    const { alarms, behindAboveMs } = this.#options
    if (behind)
      alarms.raise(
        'inspection-slow',
        'p95',
        `inspection takes ${Math.round(p95)} ms (p95 over a minute, limit ${behindAboveMs()} ms); it now goes on behind the answer`,
      )
    else alarms.clear('inspection-slow', 'p95')
  }
}
