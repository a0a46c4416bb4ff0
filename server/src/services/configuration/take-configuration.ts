import { addDomain } from '#services/directory/add-domain.ts'
import { addOperator, addTenant } from '#services/directory/add-tenant.ts'
import { addUsers } from '#services/directory/add-users.ts'
import { awaitDomains, awaitedDomains, importIsWhole } from '#services/directory/awaited-domains.ts'
import { recordOrder } from '#services/directory/directory-order.ts'
import { tenantLevels } from '#services/directory/directory-store.ts'
import { addGroup, changeMembers } from '#services/directory/write-group.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { addSenders } from '#services/policy/list-senders.ts'
import type { PolicyOrder } from '#services/policy/policy-order.ts'
import { type Levels, readScope } from '#services/policy/scope.ts'
import { type LevelChange, setLevelSettings } from '#services/policy/set-level-setting.ts'
import { addRule, changeRule } from '#services/policy/write-rule.ts'
import { type Comparison, countFates, linesOf, type Taking } from './compare-configuration.ts'
import type { Compared } from './compared.ts'
import type { TenantEntry } from './configuration-document.ts'

/** People, members and entries that one step takes. */
const stepSize = 1000
/** Settings of a level that one step takes. */
const settingsAStep = 200

export interface TakingOrder extends Taking {
  /** Refuses settings by which more mail would leave at once than was accepted. @throws OrderError */
  readonly mayLeave: (levels: readonly MeantLevel[]) => Promise<void>
  readonly onProgress: (done: string) => void
}

/** Settings of a level that an order for a document changes. */
export interface MeantLevel {
  readonly level: string
  readonly changes: readonly LevelChange[]
  /** Its place among all: a failure leaves those before it in force. */
  readonly step: number
}

/**
 * What becomes of settings: those that are new, and with `change` those that are here otherwise. The narrowest levels
 * first: what one above locks may be set below it all the same, as it was where it comes from.
 */
export function meantLevels({ settings }: Comparison, { change }: Pick<Taking, 'change'>): MeantLevel[] {
  const meant = settings.filter((each) => isMeant(each, change)).map(({ entry }) => entry)
  const narrowestFirst = meant.toSorted((one, other) => other.depth - one.depth)
  const levels = [...Map.groupBy(narrowestFirst, (each) => each.level)]
  return levels.map(([level, changes], step) => ({ level, changes, step }))
}

const isMeant = ({ fate }: Compared<unknown>, change: boolean) =>
  fate === 'new' || (change && fate === 'different')

/**
 * Brings a site to what a document says: adds what is new, changes what is different where that is wanted, and takes
 * nothing away. Each thing goes the way that it would go by hand, with its line in the audit log, so what was done before
 * a failure stands, and the same order again goes on. New domains come into force when all of it is there; those that
 * another import has left half wait for that one as well.
 * @throws OrderError; before anything is done `wrong` where an entry is refused, `conflict` where more mail would leave
 *   than was accepted
 */
export async function takeConfiguration(
  order: PolicyOrder,
  comparison: Comparison,
  taking: TakingOrder,
): Promise<void> {
  const { new: added, different, refused } = countFates(linesOf(comparison))
  if (refused > 0) throw new OrderError('wrong', `${refused} entries cannot be taken, so none was`)
  await taking.mayLeave(meantLevels(comparison, taking))
  const meant = <Entry>(lines: readonly Compared<Entry>[]) =>
    lines.filter((each) => isMeant(each, taking.change)).map(({ entry }) => entry)
  const { digest } = comparison
  await awaitDomains(order.directory, digest, await domainsToAwait(order, comparison), order.at)
  try {
    await takeDirectory(order, comparison, meant, taking)
    await takePolicy(order, comparison, meant, taking)
  } catch (cause) {
    if (!(cause instanceof OrderError)) throw cause
    throw new OrderError(cause.code, `${cause.message}\n${brokenOff}`)
  }
  // Also those that an earlier order for the same has left behind.
  const whole = comparison.domains.map(({ entry }) => entry.name)
  await importIsWhole(order.directory, whole, digest)
  const changed = taking.change ? different : 0
  const tenant = comparison.tenants[0]?.entry.id ?? null
  if (added + changed > 0) await recordOrder(order, 'configuration-taken', tenant, { added, changed })
}

/** Those that are new, and those that are here and not whole: this import may leave them half as well. */
async function domainsToAwait({ directory }: PolicyOrder, { domains }: Comparison): Promise<string[]> {
  const awaited = await awaitedDomains(directory)
  return domains
    .filter(({ fate, entry }) => fate === 'new' || awaited.has(entry.name))
    .map(({ entry }) => entry.name)
}

/** What stands after a failure, and what to do. */
const brokenOff =
  'What was taken before that stands. Take the same file again: it goes on where it stopped, and new domains come into force then. A file that was changed counts as another one: after it, "mailkeep directory confirm NAME" puts each of them in force.'

type Meant = <Entry>(lines: readonly Compared<Entry>[]) => Entry[]

async function takeDirectory(
  order: PolicyOrder,
  { tenants, domains, people, groups, settings }: Comparison,
  meant: Meant,
  { checkNextHop, onProgress }: TakingOrder,
): Promise<void> {
  if (!tenants.some(({ entry }) => entry.level === 'operator')) await addOperator(order)
  for (const { parent, ...each } of fromAbove(meant(tenants)))
    await addTenant(order, { ...each, ...(parent !== null && { parent }) })
  onProgress('tenants')
  const takeAny = new Set(
    settings.flatMap(({ entry: { level, name, value } }) =>
      name === 'recipients' && value === 'any' ? [level] : [],
    ),
  )
  for (const each of meant(domains)) {
    const isAny = takeAny.has(`domain:${each.name}`)
    const given = { ...each, ...(isAny && { anyRecipient: true }), isAwaited: true }
    await addDomain(order, given, checkNextHop, 'vouched')
  }
  onProgress('domains')
  // Whoever has aliases comes before them.
  const ready = meant(people).toSorted(
    (one, other) => Number(one.aliasOf !== null) - Number(other.aliasOf !== null),
  )
  for (const some of steps(ready, stepSize))
    await addUsers(
      order,
      some.map(({ aliasOf, ...each }) => ({ ...each, aliasOf: aliasOf ?? '' })),
    )
  onProgress('people')
  for (const { domain, name, members } of meant(groups)) {
    const group = await addGroup(order, domain, name)
    for (const add of steps(members, stepSize)) await changeMembers(order, group, { add, remove: [] })
  }
  onProgress('groups')
}

async function takePolicy(
  order: PolicyOrder,
  comparison: Comparison,
  meant: Meant,
  taking: TakingOrder,
): Promise<void> {
  const { checkRule, onProgress } = taking
  const settled = await settledLevels(order.directory)
  const scopeOf = (level: string) => readScope(level, settled)
  for (const { level, changes } of meantLevels(comparison, taking))
    for (const some of steps(changes, settingsAStep))
      await setLevelSettings(order, await scopeOf(level), some)
  onProgress('settings')
  for (const [level, entries] of Map.groupBy(meant(comparison.senders), (each) => each.level)) {
    const scope = await scopeOf(level)
    for (const some of steps(entries, stepSize)) {
      const texts = some.map(({ kind, entry }) => ({ kind, text: entry }))
      const { refused } = await addSenders(order, scope, texts)
      if (refused[0]) throw new OrderError('wrong', `${level}: ${refused[0].text}`)
    }
  }
  onProgress('lists')
  for (const { id, enabled, locked, owner, ...text } of meant(comparison.rules)) {
    const traits = { enabled, locked, owner }
    if (id !== null) await changeRule(order, id, text, checkRule, traits)
    else await addRule(order, await scopeOf(text.scope), { text, ...traits }, checkRule)
  }
  onProgress('rules')
}

/** Tenants and domains change no more: they are read once, and not for each level. */
async function settledLevels(directory: PolicyOrder['directory']): Promise<Levels> {
  const [tenants, domains] = [await directory.tenants(), await directory.domains()]
  return {
    tenants: async () => tenants,
    domains: async () => domains,
    groups: (domain) => directory.groups(domain),
    user: (address) => directory.user(address),
  }
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
