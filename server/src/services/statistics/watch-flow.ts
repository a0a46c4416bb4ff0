import type { Alarms } from '#ground/platform/alarms.ts'
import { type FlowLimits, judgeFlow } from './judge-flow.ts'
import type { StatisticsStore } from './statistics-store.ts'

export interface WatchFlowParts {
  readonly readStatistics: StatisticsStore
  readonly isOurs: (domain: string) => boolean
  readonly alarms: Alarms
  readonly limitsOf: (domain: string) => FlowLimits
  readonly now: () => number
}

const page = 500

/**
 * Raises an alarm for each domain whose mail does not get through, and clears it where it does. Where nothing can be
 * told neither is done: missing figures are no fault of a domain, and no cure. A domain that sends past us is watched
 * as any other: this is about the mail that comes in to it, which still comes through us.
 */
export async function watchFlow({
  readStatistics,
  isOurs,
  alarms,
  limitsOf,
  now,
}: WatchFlowParts): Promise<void> {
  const { completeUpTo } = await readStatistics.position()
  for (let after = ''; ; ) {
    const flows = await readStatistics.flows(after, page)
    for (const flow of flows) {
      const verdict = judgeFlow(flow, limitsOf(flow.domain), completeUpTo, now())
      const [first] = verdict.reasons
      if (!isOurs(flow.domain) || verdict.state === 'good') alarms.clear('mail-flow', flow.domain)
      else if (verdict.state === 'bad')
        alarms.raise(
          'mail-flow',
          flow.domain,
          `mail for ${flow.domain} does not get through to its next hop: ${verdict.failures} of the tries to deliver its last ${verdict.messages === 1 ? 'message' : `${verdict.messages} messages`} failed${first ? `, most of them: ${first.reason}` : ''}`,
        )
    }
    const last = flows.at(-1)
    if (flows.length < page || !last) return
    after = last.domain
  }
}
