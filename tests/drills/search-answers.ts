import { askSite } from '../harness/ask-site.ts'
import type { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'

/** What the search says of all inbound mail: how many, without a double, and up to when that is everything. */
export interface SearchView {
  readonly total: number
  readonly distinct: number
  /** Whether each line is as old as the one before it, or older. */
  readonly isInOrder: boolean
  /** Null: it could not be said. */
  readonly completeUpTo: number | null
}

/** Every inbound delivery that the search knows, by an export; and what it promises of itself before. */
export async function viewSearch(site: TestSite, until?: number): Promise<SearchView> {
  const limit = until === undefined ? '' : `&until=${new Date(until).toISOString()}`
  const list = (await askApi(site, '/api/v1/messages?limit=1')) as { completeUpTo: string | null }
  const lines = (await askApi(
    site,
    `/api/v1/messages/export?format=json&direction=inbound&kind=accepted${limit}`,
  )) as { messageId: string; n: number; at: string }[]
  const moments = lines.map(({ at }) => Date.parse(at))
  return {
    total: lines.length,
    distinct: new Set(lines.map((each) => `${each.messageId}/${each.n}`)).size,
    isInOrder: moments.every((at, index) => at <= (moments[index - 1] ?? at)),
    completeUpTo: list.completeUpTo === null ? null : Date.parse(list.completeUpTo),
  }
}

/** Asks the API until it has time; a problem is an error. */
export async function askApi(site: TestSite, path: string): Promise<unknown> {
  const { code, body, json } = await untilSeen(() => askSite(site.consolePort, path))
  if (code !== 200) throw new Error(`${path}: ${code} ${body}`)
  return json()
}
