import { checkPolicySetting, policySettingOf } from '#services/directory/policy-settings.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { makeStep } from './make-step.ts'
import { namedTo } from './named-to.ts'
import type { PolicyOrder } from './policy-order.ts'
import type { LevelSettings, PolicyStore } from './policy-store.ts'
import type { PolicyEdit } from './policy-version.ts'
import type { Scope } from './scope.ts'

export interface LevelChange {
  readonly name: string
  /** Null: back to what is inherited. */
  readonly value: string | null
  /** Whether levels below may change it; undefined: as it was. */
  readonly locked?: boolean
}

/** Settings that one step may change. */
const mostChanges = 200

/** Sets a policy setting at one level, for everything below that does not override it. @throws OrderError */
export async function setLevelSetting(
  order: PolicyOrder,
  scope: Scope,
  change: LevelChange,
): Promise<LevelSettings> {
  await setLevelSettings(order, scope, [change])
  return levelOf(order.policy, scope.name)
}

/**
 * The same for several settings in one step: all of them, or none. Answers the version; null: they were so already.
 * @param seen the level as whoever changes it has read it; absent: as it is now
 * @throws OrderError
 */
export async function setLevelSettings(
  order: PolicyOrder,
  scope: Scope,
  changes: readonly LevelChange[],
  seen?: LevelSettings,
): Promise<number | null> {
  if (changes.length > mostChanges)
    throw new OrderError('wrong', `one step may change ${mostChanges} settings`)
  if (new Set(changes.map(({ name }) => name)).size < changes.length)
    throw new OrderError('wrong', 'a setting stands twice in one step')
  const level = seen ?? (await levelOf(order.policy, scope.name))
  const edits: PolicyEdit[] = []
  for (const change of changes) {
    await checkChange(order, scope, change)
    const edit = editOf(scope, level, change)
    if (edit) edits.push(edit)
  }
  return edits.length === 0
    ? null
    : makeStep(order, { what: 'policy-setting', scope, ...(seen && { seen }) }, edits)
}

/** Null: it is so already. */
function editOf(
  scope: Scope,
  { settings, locked }: LevelSettings,
  { name, value, locked: lock }: LevelChange,
): PolicyEdit | null {
  const before = { value: settings[name] ?? null, locked: locked.includes(name) }
  const after = { value, locked: lock ?? before.locked }
  const isSame = before.value === after.value && before.locked === after.locked
  return isSame ? null : { what: 'setting', scope: scope.name, name, before, after }
}

/** @throws OrderError */
async function checkChange(order: PolicyOrder, scope: Scope, change: LevelChange): Promise<void> {
  checkSettingAt(scope, change)
  const lockedBy = await lockOf(order.policy, scope, change.name)
  if (lockedBy === null) return
  const [level = 'a level above'] = await namedTo(order, [lockedBy])
  throw new OrderError('wrong', `${change.name} is locked by ${level}, so a value here would not count`)
}

/** Whether a setting may stand at a level, whatever stands above. @throws OrderError */
export function checkSettingAt({ name: level }: Pick<Scope, 'name'>, change: LevelChange): void {
  if (policySettingOf(change.name) === null || change.value !== null) check(change.name, change.value ?? '')
  if (change.name === 'recipients' && /^(?:user|group):/.test(level))
    throw new OrderError('wrong', 'recipients is set at domains and above')
  if (change.locked && level.startsWith('user:'))
    throw new OrderError('wrong', 'below a user there is nobody to lock out')
}

async function levelOf(policy: PolicyStore, scope: string): Promise<LevelSettings> {
  const found = await policy.settingsOf(scope)
  if (!found) throw new OrderError('not-found', `there is no ${scope}`)
  return found
}

/** The level above that keeps a setting for itself. */
export async function lockOf(policy: PolicyStore, scope: Scope, name: string): Promise<string | null> {
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
