import type { IncidentView } from '@mailkeep/contract'
import { formatDuration } from '../../ui/format-time.ts'

type Delays = NonNullable<NonNullable<NonNullable<IncidentView['inner']>['figures']>['delays']>

/**
 * How long the mail took that an incident touched: not some longer, but how many how long.
 * @param isOver of one that lasts, mail that waits counts with the time that it has waited so far
 */
export function delaysSentence({ p50, p95, max }: Delays, isOver: boolean): string {
  return `${isOver ? 'Half' : 'So far half'} of them took up to ${formatDuration(p50)}, 95 % up to ${formatDuration(p95)}, the longest ${formatDuration(max)}.`
}
