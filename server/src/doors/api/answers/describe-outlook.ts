import type { Outlook as Answer } from '@mailkeep/contract'
import type { Outlook } from '#ground/platform/trend.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

/** An outlook as it is answered: roughly, since a figure that differs every time would make every answer a new one. */
export function describeOutlook(outlook: Outlook): Answer {
  if (outlook.kind === 'unknown') return { kind: 'unknown', inMs: null }
  const { kind, inMs } = outlook
  const unit = inMs >= 3 * day ? day : inMs >= 3 * hour ? hour : minute
  const round = kind === 'reached' ? Math.round : Math.floor
  // 0 says that it is so already: what comes within seconds is a minute away.
  const least = kind === 'reached' && inMs > 0 ? 1 : 0
  return { kind, inMs: Math.max(least, round(inMs / unit)) * unit }
}
