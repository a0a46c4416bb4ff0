import { askSite, type SiteAnswer } from './ask-site.ts'
import type { TestSite } from './site.ts'
import { untilSeen } from './until-seen.ts'
import { waitUntil } from './wait-until.ts'

/** A source and a run, as far as tests look at them. */
export interface AskedSource {
  readonly id: string
  readonly state: string
  readonly people: number
  readonly goodAt: string | null
  readonly fault: { readonly code: string; readonly detail: string; readonly todo: string } | null
  readonly waitingRun: string | null
}
export interface AskedRun {
  readonly id: string
  readonly state: string
  readonly counts: Readonly<Record<string, number>>
  readonly fault: { readonly code: string; readonly detail: string } | null
}

/** Thousands of people may be stored, while others use the machine. */
const patienceMs = 180_000

/** Orders to user sync over the API, as a program with a key gives them. */
export class SyncClient {
  readonly #site: TestSite
  readonly #key: string

  constructor(site: TestSite, key: string) {
    this.#site = site
    this.#key = key
  }

  ask(method: string, path: string, body?: object): Promise<SiteAnswer> {
    return askSite(this.#site.consolePort, path, { method, key: this.#key, ...(body && { body }) })
  }

  /** An order that must succeed. */
  async must<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const ask = () => this.ask(method, `/api/v1${path}`, body)
    const answer = await (method === 'GET' ? untilSeen(ask) : ask())
    if (answer.code !== 200) throw new Error(`${method} ${path}: ${answer.code} ${answer.body.slice(0, 500)}`)
    return JSON.parse(answer.body) as Answer
  }

  add(source: object): Promise<AskedSource> {
    return this.must('POST', '/sync-sources', source)
  }

  source(id: string): Promise<AskedSource> {
    return this.must('GET', `/sync-sources/${id}`)
  }

  /** Orders a test, preview, run or confirmation, and waits for its end. */
  async order(
    id: string,
    what: 'test' | 'preview' | 'run' | 'confirm',
    body: object = {},
  ): Promise<AskedRun> {
    const ordered = await this.must<AskedRun>('POST', `/sync-sources/${id}/${what}`, body)
    return this.ended(ordered.id)
  }

  ended(run: string): Promise<AskedRun> {
    return waitUntil(
      `run ${run} ends`,
      async () => {
        const now = await this.must<AskedRun>('GET', `/sync-runs/${run}`)
        return now.state !== 'queued' && now.state !== 'running' && now
      },
      patienceMs,
    )
  }

  /** Previews and enables a source, and waits for its first run. */
  async enable(id: string): Promise<AskedSource> {
    // A machine that is busy may take longer than the time that a directory has; then it is asked again, as people do.
    const previewed = async () => {
      const { state, fault } = await this.order(id, 'preview')
      if (state !== 'done' && fault?.code !== 'unreachable')
        throw new Error(`the preview failed: ${JSON.stringify(fault)}`)
      return state === 'done'
    }
    await waitUntil(`source ${id} can be read`, previewed, patienceMs)
    await this.must('POST', `/sync-sources/${id}/enable`, {})
    return waitUntil(
      `source ${id} has run`,
      async () => {
        const source = await this.source(id)
        return source.goodAt !== null && source
      },
      patienceMs,
    )
  }
}
