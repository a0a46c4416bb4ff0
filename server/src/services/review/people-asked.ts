import { isOfPeople } from '#ground/platform/reach-names.ts'
import { reachOf } from '#services/access/principal.ts'
import type { Tenant } from '#services/directory/directory-store.ts'
import { type AskedManager, mayAnswer } from './managers-for.ts'
import type { AskedGroup, ReviewStore } from './review-store.ts'

/**
 * What people wait for of those managers who look after them by name, or by a group that they are in, beside those who have
 * their domain. What is at a domain of his he is told of anyway.
 * @param groups all that people wait for; a manager of no tenant with some is not asked about
 */
export async function listPeopleAsked(
  store: Pick<ReviewStore, 'askedGroups'>,
  managers: readonly AskedManager[],
  tenants: readonly Tenant[],
  groups: readonly AskedGroup[],
): Promise<{ readonly manager: AskedManager; readonly groups: readonly AskedGroup[] }[]> {
  const found = []
  for (const manager of managers.filter(mayAnswer)) {
    const own = manager.domains ?? []
    const people = own.filter(isOfPeople)
    const reach = reachOf(manager.tenant, tenants)
    const his = [...new Set([manager.tenant, ...manager.owners])].filter((id) => reach?.has(id) ?? true)
    if (people.length === 0 || !groups.some(({ tenant }) => his.includes(tenant))) continue
    const asked = await store.askedGroups({ tenants: his, domains: people })
    found.push({ manager, groups: asked.filter(({ domain }) => !own.includes(domain)) })
  }
  return found
}
