import { readBounds } from '#services/ledger/read-bounds.ts'
import { readTime } from '#services/ledger/read-time.ts'
import type { QuarantineSelection } from './quarantine-store.ts'

/** Words by which mail in quarantine is looked for: the same at the API, in the console and for commands. */
export const conditionNames = [
  'sender',
  'recipient',
  'tenant',
  'domain',
  'reason',
  'verdict',
  'score',
  'size',
  'subject',
  'since',
  'until',
] as const

/** Conditions as people and programs write them; all that is given holds together. */
export type ConditionTexts = Readonly<Partial<Record<(typeof conditionNames)[number], string>>>

/** Conditions as the store has them. @throws OrderError that says what would be right */
export function readSelection(
  { since, until, score, size, ...others }: ConditionTexts,
  now: number,
): QuarantineSelection {
  return {
    ...others,
    ...(score !== undefined && { score: readBounds('score', score) }),
    ...(size !== undefined && { size: readBounds('size', size) }),
    ...(since !== undefined && { setAsideFrom: readTime('since', since, now) }),
    ...(until !== undefined && { setAsideUntil: readTime('until', until, now) }),
  }
}
