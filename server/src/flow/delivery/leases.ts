import type { Job } from './delivery-store.ts'

/**
 * Until when each claimed job is ours to send. A process that stood still (a stopped machine, a store that was away)
 * wakes with jobs that others have long sent: it lets go of them instead of sending them twice.
 */
export class Leases {
  readonly #until = new Map<Job, number>()

  /** `until`: ms since 1970, as it stands in the store. */
  hold(job: Job, until: number): void {
    this.#until.set(job, until)
  }

  end(job: Job): void {
    this.#until.delete(job)
  }

  isOurs(job: Job, now: number): boolean {
    return (this.#until.get(job) ?? 0) > now
  }

  /** Jobs whose lease still runs. */
  running(now: number): Job[] {
    return [...this.#until].filter(([, until]) => until > now).map(([job]) => job)
  }

  /**
   * After the store has lengthened them. A job whose old lease ended before the store had answered stays ended: by
   * then somebody else may have had it, and the store left it to them.
   */
  renewed(jobs: readonly Job[], answeredAt: number, until: number): void {
    for (const job of jobs) if (this.isOurs(job, answeredAt)) this.#until.set(job, until)
  }
}
