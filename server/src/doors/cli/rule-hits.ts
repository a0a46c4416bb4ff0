import { localTime } from './local-time.ts'
import type { Site } from './site.ts'

/** How much mail rules held for, of what was received since a moment. */
export interface LatelyHeld {
  readonly since: number
  /** By the id of the rule; 10,000: so many or more. */
  readonly of: Readonly<Record<string, number>>
}

const dayMs = 86_400_000
/** Less than this is no day: the index has known for a shorter time which rule it was. */
const shortMs = dayMs - 600_000
const mostHits = 10_000

/** How often rules held within a day; null: the index of messages cannot be asked. */
export async function readRuleHits(
  { search }: Pick<Site, 'search'>,
  rules: readonly { readonly id: string }[],
): Promise<LatelyHeld | null> {
  const ids = rules.map(({ id }) => id)
  const found = await search.ruleHits(ids, Date.now() - dayMs).catch(() => null)
  if (found === null) return null
  return { since: found.since, of: Object.fromEntries(ids.map((id, n) => [id, found.hits[n] ?? 0])) }
}

/** The head of their column: since when they are counted. */
export function headOfHits(hits: LatelyHeld | null): string {
  if (hits === null || Date.now() - hits.since > shortMs) return 'last day'
  return `since ${localTime(hits.since)}`
}

/** Those of one rule. */
export function describeHits(hits: LatelyHeld | null, rule: string): string {
  const mails = hits?.of[rule]
  if (mails === undefined) return 'not known'
  return mails >= mostHits ? `${mostHits}+` : String(mails)
}
