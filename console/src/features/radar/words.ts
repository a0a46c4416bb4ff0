import type { RadarTestLine, RadarTrip } from '@mailkeep/contract'
import type { Tone } from '../../ui/state-mark.tsx'

interface Look {
  readonly word: string
  readonly tone: Tone
}

/** How a test stands. */
export function lookOfTest({ state, outcome }: Pick<RadarTestLine, 'state' | 'outcome'>): Look {
  if (outcome === 'inconclusive') return { word: 'inconclusive (ours)', tone: 'none' }
  if (state === 'running') return { word: 'under way', tone: 'wait' }
  if (state === 'waiting') return { word: 'waits for the reply', tone: 'wait' }
  return outcome === 'failed' ? { word: 'failed', tone: 'bad' } : { word: 'passed', tone: 'good' }
}

/** How a round trip has ended. */
export const tripLooks: Readonly<Record<RadarTrip['state'], Look>> = {
  open: { word: 'under way', tone: 'wait' },
  passed: { word: 'there and back', tone: 'good' },
  failed: { word: 'failed', tone: 'bad' },
  inconclusive: { word: 'inconclusive (ours)', tone: 'none' },
}

/** How good a score is. */
export function toneOfScore(score: number): Tone {
  return score >= 90 ? 'good' : score >= 60 ? 'aside' : 'bad'
}

/** Milliseconds as people say them; null: not known. */
export function delayWords(ms: number | null): string {
  if (ms === null) return '–'
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`
}
