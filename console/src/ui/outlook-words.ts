import type { Outlook } from '@mailkeep/contract'
import { formatDuration } from './format-time.ts'

/**
 * When something is reached at the pace of late: `full in about 3 d at this pace`; what nobody can say is said to be so.
 * @param already what is said where it is reached
 */
export function outlookWords(
  { kind, inMs }: Outlook,
  reached: string,
  already = `${reached} already`,
): string {
  if (inMs === null || kind === 'unknown') return `when it is ${reached} is not known`
  if (kind === 'not-within') return `not ${reached} within ${formatDuration(inMs)} at this pace`
  return inMs === 0 ? already : `${reached} in about ${formatDuration(inMs)} at this pace`
}
