import { normaliseAddress } from '#ground/mail/address.ts'
import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { chainOf } from '#services/directory/publish-snapshot.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'

export interface ReachParts {
  readonly policy: Pick<PolicyStore, 'personLevels'>
  readonly directory: Pick<DirectoryStore, 'tenants' | 'domains'>
  /** Levels that an address belongs to, widest first; groups and people only where something is set at them. */
  readonly levelsOf: (address: string) => readonly string[]
}

/** Mail that a level can have to do with. An alias has the level of its person, also where it is at another tenant. */
export async function reachOfLevel(
  directory: ReachParts['directory'],
  scope: string,
): Promise<{ tenants: string[]; domains: string[] | null }> {
  const tenants = await directory.tenants()
  if (isOfPeople(scope)) return { tenants: tenants.map(({ id }) => id), domains: [scope] }
  const id = scope.slice(scope.indexOf(':') + 1)
  if (scope.startsWith('tenant:')) {
    const isBelow = (own: string) => chainOf(own, tenants).some((each) => each.id === id)
    return { tenants: tenants.map((each) => each.id).filter(isBelow), domains: null }
  }
  const owner = (await directory.domains()).find(({ name }) => name === id)
  return { tenants: owner ? [owner.tenant] : [], domains: [id] }
}

/** Levels of addresses, with those groups and people at which nothing is set yet where a change is about such. */
export function levelReader(
  { policy, levelsOf }: Pick<ReachParts, 'policy' | 'levelsOf'>,
  scopes: readonly string[],
): (address: string) => Promise<readonly string[]> {
  if (!scopes.some(isOfPeople)) return async (address) => levelsOf(address)
  const known = new Map<string, Promise<readonly string[]>>()
  const read = async (address: string) => {
    const { lookupKey, local, domain } = normaliseAddress(address)
    const own = await policy.personLevels(lookupKey)
    // A tagged address that is somebody's own comes before the one without its tag.
    const plain = `${local.split('+')[0]?.toLowerCase()}@${domain}`
    const person = own.length > 0 ? own : await policy.personLevels(plain)
    return [...levelsOf(address).filter((each) => !isOfPeople(each)), ...person]
  }
  return (address) => {
    const found = known.get(address) ?? read(address)
    known.set(address, found)
    return found
  }
}
