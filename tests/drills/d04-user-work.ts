import { askOnce } from '../harness/ask-site.ts'
import type { TestSite } from '../harness/site.ts'
import type { DrillReport } from './drill.ts'

const everyMs = 250

/** Somebody who adds people by the console all along: what he was told, and whether the log and the directory agree. */
export class UserWork {
  /** Addresses whose addition was answered with 200. */
  readonly #told: string[] = []
  readonly #ended: Promise<void>
  /** A process that is starting has no time yet, which is no matter of a schema. */
  isPaused = false

  /** @param stop ends it */
  constructor(site: TestSite, key: string, domain: string, stop: AbortSignal) {
    this.#ended = this.#work(site, key, domain, stop)
  }

  async #work(site: TestSite, key: string, domain: string, stop: AbortSignal): Promise<void> {
    for (let n = 0; !stop.aborted; n++) {
      await new Promise((resolve) => setTimeout(resolve, everyMs))
      if (this.isPaused) continue
      const address = `work${n}@${domain}`
      const body = { people: [{ address }] }
      const answer = await askOnce(site.consolePort, '/api/v1/people', { key, body }).catch(() => null)
      if (answer?.code === 200) this.#told.push(address)
    }
  }

  /** Holds that each piece of work is there with its line of the audit log, or neither is; call it once it was stopped. */
  async judge(report: DrillReport, site: TestSite, domain: string): Promise<void> {
    await this.#ended
    const { users } = await site.json<{ users: { address: string }[] }>('user', 'list', domain)
    const log = await site.json<{ detail: { addresses?: string[] } }[]>(
      ...['audit-log', '--what', 'users-added', '--limit', '100000'],
    )
    const isWork = (address: string) => address.startsWith('work')
    const there = new Set(users.map(({ address }) => address).filter(isWork))
    const logged = log.flatMap(({ detail }) => detail.addresses ?? []).filter(isWork)
    const inLog = new Set(logged)
    const half = [...there, ...inLog].filter((each) => !there.has(each) || !inLog.has(each))
    report.hold(
      'work of people all along: done without its line of the log, or the other way',
      '0',
      half.length,
      half.length === 0,
    )
    const twice = logged.length - inLog.size
    report.hold('lines of the log that stand twice', '0', twice, twice === 0)
    const lost = this.#told.filter((each) => !there.has(each)).length
    report.hold(
      'work that was confirmed and is gone',
      `0 of ${this.#told.length}`,
      lost,
      lost === 0 && this.#told.length > 20,
    )
  }
}
