import type { IncidentView } from '@mailkeep/contract'
import { formatDuration } from '../../ui/format-time.ts'

type Delays = NonNullable<NonNullable<NonNullable<IncidentView['inner']>['figures']>['delays']>

/** How long the mail took that an incident touched: not some longer, but how many how long. */
export function delaysSentence({ p50, p95, max }: Delays): string {
  return `Half of them took up to ${formatDuration(p50)}, 95 % up to ${formatDuration(p95)}, the longest ${formatDuration(max)}.`
}
