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
 * Changing how long mail is kept deletes nothing without a word: what would leave at once has to have been seen. Where there
 * is more than can be looked at, what was not counts as leaving: whoever accepts that number accepts the most that can.
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
  assertAccepted([await leavingBy(guard, level, changes)], accepted)
}

/** The same for taking a version back, or part of it: what leaves by all of it is summed. @throws OrderError */
export async function guardUndo(
  guard: RetentionGuard,
  { edits }: Pick<PolicyVersion, 'edits'>,
  accepted: number,
): Promise<void> {
  const found: Leaving[] = []
  for (const edit of edits)
    if (edit.what === 'setting')
      found.push(await leavingBy(guard, edit.scope, [{ name: edit.name, ...edit.before }]))
  assertAccepted(found, accepted)
}

/** What leaves at once by changes of a level. @throws OrderError where the site keeps nothing for so long */
async function leavingBy(
  guard: RetentionGuard,
  level: string,
  changes: readonly LevelChange[],
): Promise<Leaving> {
  const change = changes.find(({ name }) => name === keptDaysSetting)
  if (!change) return { leaving: 0, isCut: false }
  const mostDays = guard.config['spool.keepQuarantined'] / dayMs
  if (change.value !== null && /^\d+$/.test(change.value) && Number(change.value) > mostDays)
    throw new OrderError(
      'wrong',
      `the site keeps quarantined mail for ${mostDays} days (spool.keepQuarantined), and no level may keep it longer`,
    )
  const { value } = change
  const locked = change.locked ?? (await isLocked(guard, level))
  return guard.countLeaving({ scope: level, value, locked })
}

function assertAccepted(found: readonly Leaving[], accepted: number): void {
  const leaving = found.reduce((sum, each) => sum + each.leaving, 0)
  if (leaving <= accepted) return
  const upTo = found.some(({ isCut }) => isCut) ? 'up to ' : ''
  const what = leaving === 1 ? 'message would leave' : 'messages would leave'
  throw new OrderError(
    'conflict',
    `${upTo}${leaving} ${what} quarantine at once by this, for good; nothing is changed until you say that they may`,
  )
}

async function isLocked({ policy }: RetentionGuard, level: string): Promise<boolean> {
  return (await policy.settingsOf(level))?.locked.includes(keptDaysSetting) ?? false
}
