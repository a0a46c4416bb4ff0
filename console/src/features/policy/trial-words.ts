import type { PolicyTrial, TrialDetails, TrialStage } from '@mailkeep/contract'
import { formatShare } from '../../ui/format-number.ts'
import type { Tone } from '../../ui/state-mark.tsx'

/** How people call the stages of a trial. */
export const stageLooks: Readonly<Record<TrialStage, { readonly word: string; readonly tone: Tone }>> = {
  shadow: { word: 'in the shadow', tone: 'wait' },
  canary: { word: 'for some', tone: 'aside' },
  promoted: { word: 'for all', tone: 'good' },
  'taken-back': { word: 'taken back', tone: 'none' },
}

export function isOnTrial({ stage }: Pick<PolicyTrial, 'stage'>): boolean {
  return stage === 'shadow' || stage === 'canary'
}

/** What a trial changes, in one line. */
export function titleOfTrial({ edits, level }: Pick<PolicyTrial, 'edits' | 'level'>): string {
  const [first, ...more] = edits
  const title = (first?.title ?? 'a change').replace(` of ${level}`, '').replace(` at ${level}`, '')
  return more.length === 0 ? title : `${title} and ${more.length} more`
}

/** Whom a step of a trial is for, in short. */
export function shareOf({ stage, share, people }: TrialDetails['steps'][number]): string {
  if (stage === 'shadow') return 'in the shadow'
  const named = people === 0 ? '' : `${people} by name`
  if (share === 0) return named
  return [`${formatShare(share)} of the people`, named].filter(Boolean).join(' and ')
}
