import type { PastIncidentLine } from '@mailkeep/contract'
import { formatDuration } from '../../ui/format-time.ts'
import type { Tone } from '../../ui/state-mark.tsx'

/** What incidents are summed as: words, and how they look. */
export const sumLooks: Readonly<
  Record<PastIncidentLine['summedAs'], { word: string; tone: Tone; color: string }>
> = {
  outage: { word: 'outage', tone: 'bad', color: 'var(--mk-bad)' },
  degraded: { word: 'degraded', tone: 'aside', color: 'var(--mk-aside)' },
  notice: { word: 'notice', tone: 'wait', color: 'var(--mk-wait)' },
  'third-party': { word: 'fault of others', tone: 'none', color: 'var(--mk-line-strong)' },
  unrated: { word: 'not rated', tone: 'none', color: 'var(--mk-none)' },
  maintenance: { word: 'maintenance', tone: 'none', color: 'var(--mk-good)' },
}

/** When it began, as far as that is known. */
export function dayWords({ date, from, to }: Pick<PastIncidentLine, 'date' | 'from' | 'to'>): string {
  if (date !== null) return date
  if (from === null && to === null) return 'not known'
  if (from === null) return `before ${to}`
  return to === null ? `after ${from}` : `${from} to ${to}`
}

/** Minutes as people say them; null: not known. */
export function minuteWords(minutes: number | null): string {
  if (minutes === null) return 'not known'
  return minutes === 0 ? '0 min' : formatDuration(minutes * 60_000)
}
