import type { Alarms } from '#ground/platform/alarms.ts'
import { type FlowLimits, judgeFlow } from './judge-flow.ts'
import type { StatisticsStore } from './statistics-store.ts'

export interface WatchFlowParts {
  readonly readStatistics: StatisticsStore
  readonly isOurs: (domain: string) => boolean
  /** Domains that send past us: their alarms rest meanwhile. */
  readonly bypasses: { bypasses(): Promise<readonly { readonly domain: string; readonly until: number }[]> }
  readonly alarms: Alarms
  readonly limits: () => FlowLimits
  readonly now: () => number
}

const page = 500

/**
 * Raises an alarm for each domain whose mail does not get through, and clears it where it does. Where nothing can be
 * told neither is done: missing figures are no fault of a domain, and no cure.
 * A domain that sends past us has no such alarm meanwhile.
 */
export async function watchFlow({
  readStatistics,
  isOurs,
  bypasses,
  alarms,
  limits,
  now,
}: WatchFlowParts): Promise<void> {
  const { completeUpTo } = await readStatistics.position()
  const away = (await bypasses.bypasses()).filter((each) => each.until > now())
  const resting = new Set(away.map((each) => each.domain))
  for (let after = ''; ; ) {
    const flows = await readStatistics.flows(after, page)
    for (const flow of flows) {
      const verdict = judgeFlow(flow, limits(), completeUpTo, now())
      const [first] = verdict.reasons
      if (!isOurs(flow.domain) || resting.has(flow.domain) || verdict.state === 'good')
        alarms.clear('mail-flow', flow.domain)
      else if (verdict.state === 'bad')
        alarms.raise(
          'mail-flow',
          flow.domain,
          `mail for ${flow.domain} does not get through to its next hop: ${verdict.failures} tries to deliver its last ${verdict.messages} messages failed${first ? `, most of them: ${first.reason}` : ''}`,
        )
    }
    const last = flows.at(-1)
    if (flows.length < page || !last) return
    after = last.domain
  }
}
