import { addDomain } from '#services/directory/add-domain.ts'
import { addOperator, addTenant } from '#services/directory/add-tenant.ts'
import { addUsers } from '#services/directory/add-users.ts'
import { recordOrder } from '#services/directory/directory-order.ts'
import { type TenantLevel, tenantLevels } from '#services/directory/directory-store.ts'
import { addGroup, changeMembers } from '#services/directory/write-group.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { addSenders } from '#services/policy/list-senders.ts'
import type { PolicyOrder } from '#services/policy/policy-order.ts'
import { readScope } from '#services/policy/scope.ts'
import { setLevelSettings } from '#services/policy/set-level-setting.ts'
import { addRule, changeRule } from '#services/policy/write-rule.ts'
import { type Comparison, countFates, linesOf, type Taking } from './compare-configuration.ts'
import type { Compared } from './compared.ts'
import type { TenantEntry } from './configuration-document.ts'
import { parentOf } from './planned-directory.ts'

/** People, members and entries that one step takes. */
const stepSize = 1000
/** Settings of a level that one step takes. */
const settingsAStep = 200

export interface TakingOrder extends Taking {
  /** What is here otherwise becomes as the document has it; else it stays. */
  readonly change: boolean
  readonly onProgress: (done: string) => void
}

/**
 * Brings a site to what a document says: adds what is new, changes what is different where that is wanted, and takes
 * nothing away. Each thing goes the way that it would go by hand, with its line in the audit log, so what was done before
 * a failure stands, and the same order again goes on. @throws OrderError; `wrong` before anything is done where an entry is
 * refused
 */
export async function takeConfiguration(
  order: PolicyOrder,
  comparison: Comparison,
  taking: TakingOrder,
): Promise<void> {
  const { new: added, different, refused } = countFates(linesOf(comparison))
  if (refused > 0) throw new OrderError('wrong', `${refused} entries cannot be taken, so none was`)
  const isMeant = ({ fate }: Compared<unknown>) => fate === 'new' || (taking.change && fate === 'different')
  const meant = <Entry>(lines: readonly Compared<Entry>[]) => lines.filter(isMeant).map(({ entry }) => entry)
  if (!comparison.tenants.some(({ entry }) => entry.level === 'operator')) await addOperator(order)
  for (const { id, level, parent, name } of fromAbove(meant(comparison.tenants))) {
    const above = parentOf({ id, level, parent, name }, taking.below)
    await addTenant(order, {
      id,
      level: level as TenantLevel,
      name,
      ...(above !== null && { parent: above }),
    })
  }
  taking.onProgress('tenants')
  const takesAny = new Set(
    comparison.settings
      .filter(({ entry }) => entry.name === 'recipients' && entry.value === 'any')
      .map(({ entry }) => entry.level),
  )
  for (const each of meant(comparison.domains)) {
    const isAny = takesAny.has(`domain:${each.name}`)
    await addDomain(order, { ...each, ...(isAny && { anyRecipient: true }) }, taking.checkNextHop, 'vouched')
  }
  taking.onProgress('domains')
  // Whoever has aliases comes before them.
  const people = meant(comparison.people).toSorted(
    (one, other) => Number(one.aliasOf !== null) - Number(other.aliasOf !== null),
  )
  for (const some of steps(people, stepSize))
    await addUsers(
      order,
      some.map(({ address, displayName, aliasOf }) => ({ address, displayName, aliasOf: aliasOf ?? '' })),
    )
  taking.onProgress('people')
  for (const { domain, name, members } of meant(comparison.groups)) {
    const group = await addGroup(order, domain, name)
    for (const add of steps(members, stepSize)) await changeMembers(order, group, { add, remove: [] })
  }
  taking.onProgress('groups')
  await takePolicy(order, comparison, meant, taking)
  const changed = taking.change ? different : 0
  const tenant = comparison.tenants[0]?.entry.id ?? null
  if (added + changed > 0) await recordOrder(order, 'configuration-taken', tenant, { added, changed })
}

async function takePolicy(
  order: PolicyOrder,
  comparison: Comparison,
  meant: <Entry>(lines: readonly Compared<Entry>[]) => Entry[],
  { checkRule, onProgress }: TakingOrder,
): Promise<void> {
  const levels = Map.groupBy(meant(comparison.settings), ({ level }) => level)
  // The narrowest levels first: what one above locks may be set below it all the same, as it was where it comes from.
  for (const [level, changes] of [...levels].reverse()) {
    const scope = await readScope(level, order.directory)
    for (const some of steps(changes, settingsAStep)) await setLevelSettings(order, scope, some)
  }
  onProgress('settings')
  for (const [level, entries] of Map.groupBy(meant(comparison.senders), (each) => each.level)) {
    const scope = await readScope(level, order.directory)
    for (const some of steps(entries, stepSize)) {
      const { refused } = await addSenders(
        order,
        scope,
        some.map(({ kind, entry }) => ({ kind, text: entry })),
      )
      if (refused[0]) throw new OrderError('wrong', `${level}: ${refused[0].text}`)
    }
  }
  onProgress('lists')
  for (const { id, ...rule } of meant(comparison.rules)) {
    const { enabled, locked, owner } = rule
    const traits = { enabled: enabled !== false, locked: locked === true, owner: owner ?? '' }
    if (id !== null) await changeRule(order, id, rule, checkRule, traits)
    else
      await addRule(order, await readScope(rule.scope, order.directory), { text: rule, ...traits }, checkRule)
  }
  onProgress('rules')
}

/** Those above before those below, however a document has them. */
function fromAbove(tenants: readonly TenantEntry[]): TenantEntry[] {
  return tenants.toSorted((one, other) => depth(one) - depth(other))
}

function depth({ level }: TenantEntry): number {
  return tenantLevels.indexOf(level)
}

function* steps<Thing>(things: readonly Thing[], size: number): Generator<Thing[]> {
  for (let from = 0; from < things.length; from += size) yield things.slice(from, from + size)
}
