import type { Config } from '#ground/platform/config/settings.ts'
import { keptDaysSetting } from '#services/directory/policy-settings.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'
import type { PolicyVersion } from '#services/policy/policy-version.ts'
import type { LevelChange } from '#services/policy/set-level-setting.ts'
import type { Leaving, RetentionChange } from './count-leaving.ts'
import { dayMs } from './kept-for.ts'

export interface RetentionGuard {
  readonly config: Pick<Config, 'spool.keepQuarantined'>
  readonly policy: Pick<PolicyStore, 'settingsOf'>
  readonly countLeaving: (change: RetentionChange) => Promise<Leaving>
}

/**
 * Changing how long mail is kept deletes nothing without a word: what would leave at once has to have been seen.
 * @param level name of the level that is changed
 * @param accepted deliveries that may leave at once, as whoever changes it has seen them
 * @throws OrderError where the site keeps nothing for so long, or more would leave
 */
export async function guardRetention(
  guard: RetentionGuard,
  level: string,
  changes: readonly LevelChange[],
  accepted: number,
): Promise<void> {
  const change = changes.find(({ name }) => name === keptDaysSetting)
  if (!change) return
  const mostDays = guard.config['spool.keepQuarantined'] / dayMs
  if (change.value !== null && /^\d+$/.test(change.value) && Number(change.value) > mostDays)
    throw new OrderError(
      'wrong',
      `the site keeps quarantined mail for ${mostDays} days (spool.keepQuarantined), and no level may keep it longer`,
    )
  const { value } = change
  const locked = change.locked ?? (await isLocked(guard, level))
  const { leaving, isCut } = await guard.countLeaving({ scope: level, value, locked })
  if (leaving > accepted)
    throw new OrderError('conflict', `${isCut ? 'at least ' : ''}${leaving} ${leavingText(leaving)}`)
}

/** The same for taking a version back, or part of it. @throws OrderError */
export async function guardUndo(
  guard: RetentionGuard,
  { edits }: Pick<PolicyVersion, 'edits'>,
  accepted: number,
): Promise<void> {
  for (const edit of edits)
    if (edit.what === 'setting')
      await guardRetention(guard, edit.scope, [{ name: edit.name, ...edit.before }], accepted)
}

function leavingText(leaving: number): string {
  const what = leaving === 1 ? 'message would leave' : 'messages would leave'
  return `${what} quarantine at once by this, for good; nothing is changed until you say that they may`
}

async function isLocked({ policy }: RetentionGuard, level: string): Promise<boolean> {
  return (await policy.settingsOf(level))?.locked.includes(keptDaysSetting) ?? false
}
