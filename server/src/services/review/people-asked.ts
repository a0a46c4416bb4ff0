import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { Tenant } from '#services/directory/directory-store.ts'
import { type AskedManager, mayAnswer, upwards } from './managers-for.ts'
import type { AskedGroup, ReviewStore } from './review-store.ts'

/**
 * What people wait for of those managers who look after them by name, or by a group that they are in, beside those who have
 * their domain: all in one question, however many managers there are. What is at a domain of his he is told of anyway.
 * @param groups all that people wait for
 * @param isNews whether it matters to a manager now; one to whom nothing of his tenants does is not asked about
 */
export async function listPeopleAsked(
  store: Pick<ReviewStore, 'askedOf'>,
  managers: readonly AskedManager[],
  tenants: readonly Tenant[],
  groups: readonly AskedGroup[],
  isNews: (group: AskedGroup, manager: AskedManager) => boolean,
): Promise<{ readonly manager: AskedManager; readonly group: AskedGroup }[]> {
  const newest = newestByTenant(groups)
  const reaches = reachIn(tenants)
  const asked = new Map<string, { readonly manager: AskedManager; readonly tenants: readonly string[] }>()
  for (const manager of managers) {
    if (!mayAnswer(manager) || !manager.domains?.some(isOfPeople)) continue
    const waiting = [...new Set([manager.tenant, ...manager.owners])].filter((id) => newest.has(id))
    const his = waiting.filter((id) => reaches(manager.tenant, id))
    const hasNews = his.some((id) => isNews(newest.get(id) as AskedGroup, manager))
    if (hasNews) asked.set(manager.id, { manager, tenants: his })
  }
  if (asked.size === 0) return []
  const questions = [...asked.values()].map(({ manager: { id, domains }, tenants: his }) => ({
    ...{ manager: id, tenants: his, names: (domains ?? []).filter(isOfPeople) },
  }))
  const found = []
  for (const { manager: id, ...group } of await store.askedOf(questions)) {
    const manager = asked.get(id)?.manager
    if (manager && !manager.domains?.includes(group.domain)) found.push({ manager, group })
  }
  return found
}

/** Of each tenant that whose newest came last. */
function newestByTenant(groups: readonly AskedGroup[]): ReadonlyMap<string, AskedGroup> {
  const newest = new Map<string, AskedGroup>()
  for (const each of groups)
    if (each.newestAt > (newest.get(each.tenant)?.newestAt ?? -1)) newest.set(each.tenant, each)
  return newest
}

/**
 * Whether who stands at one tenant reaches another, as `reachOf` has it: asked of thousands it may not go through all tenants
 * for each.
 */
function reachIn(tenants: readonly Tenant[]): (at: string, tenant: string) => boolean {
  const known = new Map(tenants.map((each) => [each.id, each]))
  const parents = new Map(tenants.map(({ id, parent }) => [id, parent]))
  return (at, tenant) => {
    const own = known.get(at)
    return own !== undefined && (own.level === 'operator' || upwards(tenant, parents).includes(at))
  }
}
