import { OrderError } from '#services/ledger/order-error.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'
import type { PolicyVersion } from '#services/policy/policy-version.ts'
import type { LevelChange } from '#services/policy/set-level-setting.ts'
import type { LeavingOf, RetentionChange } from './count-leaving.ts'
import { isKeptSetting, type KeptSetting, type SiteKeeps } from './kept-settings.ts'
import { longerThanSite } from './longer-than-site.ts'
import type { ComingLevels } from './reach-of-level.ts'

export interface RetentionGuard {
  readonly config: SiteKeeps
  readonly policy: Pick<PolicyStore, 'settingsOf'>
  readonly countLeaving: (changes: readonly RetentionChange[], coming?: ComingLevels) => Promise<LeavingOf[]>
}

/** Changes of settings at a level, by its name. */
export interface ChangedLevel {
  readonly level: string
  readonly changes: readonly LevelChange[]
  /** See RetentionChange. */
  readonly step?: number
}

/**
 * Changing how long mail is kept deletes nothing without a word: what would leave at once has to have been seen. Where there
 * is more than can be looked at, what was not counts as leaving: whoever accepts that number accepts the most that can.
 * @param level name of the level that is changed
 * @param accepted how much may leave at once, as whoever changes it has seen it
 * @throws OrderError where the site keeps nothing for so long, or more would leave
 */
export async function guardRetention(
  guard: RetentionGuard,
  level: string,
  changes: readonly LevelChange[],
  accepted: number,
): Promise<void> {
  await guardLevels(guard, [{ level, changes }], accepted)
}

/** The same for taking a version back, or part of it: what leaves by all of it is summed. @throws OrderError */
export async function guardUndo(
  guard: RetentionGuard,
  { edits }: Pick<PolicyVersion, 'edits'>,
  accepted: number,
): Promise<void> {
  await guardLevels(guard, takenBack(edits), accepted)
}

/** What leaves at once by taking a version back: what `guardUndo` refuses until as many may. */
export function leavingByUndo(
  guard: Pick<RetentionGuard, 'policy' | 'countLeaving'>,
  { edits }: Pick<PolicyVersion, 'edits'>,
): Promise<LeavingOf[]> {
  return leavingBy(guard, takenBack(edits))
}

function takenBack(edits: PolicyVersion['edits']): ChangedLevel[] {
  return edits.flatMap((edit) =>
    edit.what === 'setting' ? [{ level: edit.scope, changes: [{ name: edit.name, ...edit.before }] }] : [],
  )
}

/**
 * The same for changes of several levels that are ordered together, such as those of a file.
 * @param coming the directory as it will be, where levels come with them
 * @throws OrderError
 */
export async function guardLevels(
  guard: RetentionGuard,
  levels: readonly ChangedLevel[],
  accepted: number,
  coming?: ComingLevels,
): Promise<void> {
  const [tooLong] = longerThanSite(guard.config, levels)
  if (tooLong !== undefined) throw new OrderError('wrong', tooLong)
  const found = await leavingBy(guard, levels, coming)
  if (sumOf(found) <= accepted) return
  throw new OrderError(
    'conflict',
    `${describeLeaving(found)} at once by this, for good${unwarned(found)}; nothing is changed until you say that they may`,
  )
}

/** What leaves at once by changes of levels, all of them together. */
export async function leavingBy(
  { policy, countLeaving }: Pick<RetentionGuard, 'policy' | 'countLeaving'>,
  levels: readonly ChangedLevel[],
  coming?: ComingLevels,
): Promise<LeavingOf[]> {
  const changed: RetentionChange[] = []
  for (const { level: scope, changes, step } of levels)
    for (const { name, value, locked } of changes) {
      if (!isKeptSetting(name)) continue
      const isLocked = locked ?? (await policy.settingsOf(scope))?.locked.includes(name) ?? false
      changed.push({ scope, setting: name, value, locked: isLocked, ...(step !== undefined && { step }) })
    }
  return changed.length === 0 ? [] : countLeaving(changed, coming)
}

export function sumOf(found: readonly LeavingOf[]): number {
  return found.reduce((sum, { leaving }) => sum + leaving, 0)
}

const words: Readonly<Record<KeptSetting, (count: string, isOne: boolean) => string>> = {
  'quarantine.days': (count, isOne) => `${count} ${isOne ? 'message' : 'messages'} would leave quarantine`,
  'returned.days': (count, isOne) =>
    `${count} returned ${isOne ? 'message' : 'messages'} would lose ${isOne ? 'its' : 'their'} content`,
  'held.days': (count, isOne) =>
    `${count} held ${isOne ? 'message would go back to its sender' : 'messages would go back to their senders'}`,
}

/** Who sends held mail is warned a day before it goes back; where it is overdue already there is no such day. */
function unwarned(found: readonly LeavingOf[]): string {
  const isHeld = found.some(({ setting, leaving }) => setting === 'held.days' && leaving > 0)
  return isHeld ? ', held mail without the warning that its senders have a day before' : ''
}

/** `2 messages would leave quarantine and 1 held message would go back to its sender`. */
export function describeLeaving(found: readonly LeavingOf[]): string {
  const told = found.filter(({ leaving }) => leaving > 0)
  const meant = told.length > 0 ? told : found.slice(0, 1)
  return meant
    .map(({ setting, leaving, isCut }) => words[setting](`${isCut ? 'up to ' : ''}${leaving}`, leaving === 1))
    .join(' and ')
}
