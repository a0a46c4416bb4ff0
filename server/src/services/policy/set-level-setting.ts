import { checkPolicySetting, policySettingOf } from '#services/directory/policy-settings.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { PolicyOrder } from './policy-order.ts'
import type { LevelSettings, PolicyStore } from './policy-store.ts'
import type { Scope } from './scope.ts'

export interface LevelChange {
  readonly name: string
  /** Null: back to what is inherited. */
  readonly value: string | null
  /** Whether levels below may change it; undefined: as it was. */
  readonly locked?: boolean
}

/** Sets a policy setting at one level, for everything below that does not override it. @throws OrderError */
export async function setLevelSetting(
  { policy, directory, at, who }: PolicyOrder,
  scope: Scope,
  change: LevelChange,
): Promise<LevelSettings> {
  if (policySettingOf(change.name) === null || change.value !== null) check(change.name, change.value ?? '')
  if (change.name === 'recipients' && /^(?:user|group):/.test(scope.name))
    throw new OrderError('wrong', 'recipients is set at domains and above')
  if (change.locked && scope.name.startsWith('user:'))
    throw new OrderError('wrong', 'below a user there is nobody to lock out')
  const before = await levelOf(policy, scope.name)
  const lockedBy = await lockOf(policy, scope, change.name)
  if (lockedBy !== null)
    throw new OrderError('wrong', `${change.name} is locked by ${lockedBy}, so a value here would not count`)
  const { [change.name]: _old, ...others } = before.settings
  const isLocked = change.locked ?? before.locked.includes(change.name)
  const after: LevelSettings = {
    settings: change.value === null ? others : { ...others, [change.name]: change.value },
    locked: [...before.locked.filter((each) => each !== change.name), ...(isLocked ? [change.name] : [])],
  }
  await policy.putSettings(scope.name, after)
  await directory.recordChange(at, 'policy-setting', who, { scope: scope.name, ...change })
  return after
}

async function levelOf(policy: PolicyStore, scope: string): Promise<LevelSettings> {
  const found = await policy.settingsOf(scope)
  if (!found) throw new OrderError('not-found', `there is no ${scope}`)
  return found
}

/** The level above that keeps a setting for itself. */
async function lockOf(policy: PolicyStore, scope: Scope, name: string): Promise<string | null> {
  for (const above of scope.chain.slice(0, -1))
    if ((await policy.settingsOf(above))?.locked.includes(name)) return above
  return null
}

function check(name: string, value: string): void {
  try {
    checkPolicySetting(name, value)
  } catch (cause) {
    throw new OrderError('wrong', (cause as Error).message)
  }
}
