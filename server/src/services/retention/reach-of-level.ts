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

/** The directory as it will be, where levels and people come into being with a change. */
export interface ComingLevels extends Pick<DirectoryStore, 'tenants' | 'domains'> {
  /** Levels of a person below his domain, widest first. */
  personLevels(address: string, policy: Pick<PolicyStore, 'personLevels'>): Promise<readonly string[]>
  /** Names of a reach that has all whom a level of people will be for; null: it is there already. */
  namesOfComing(level: string): Promise<readonly string[] | null>
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

/**
 * Levels of addresses, with those groups and people at which nothing is set yet where a change is about such.
 * @param coming also those that come with the change; null: none do
 */
export function levelReader(
  { policy, levelsOf }: Pick<ReachParts, 'policy' | 'levelsOf'>,
  scopes: readonly string[],
  coming: ComingLevels | null,
): (address: string) => Promise<readonly string[]> {
  const levelsOfComing = coming && once((name) => levelsOfDomain(coming, name))
  const above = async (address: string) => {
    const here = levelsOf(address)
    if (here.length > 0 || levelsOfComing === null) return here
    return levelsOfComing(normaliseAddress(address).domain)
  }
  if (!scopes.some(isOfPeople)) return above
  const personLevels = (address: string) =>
    coming ? coming.personLevels(address, policy) : policy.personLevels(address)
  return once(async (address) => {
    const { lookupKey, local, domain } = normaliseAddress(address)
    const own = await personLevels(lookupKey)
    // A tagged address that is somebody's own comes before the one without its tag.
    const plain = `${local.split('+')[0]?.toLowerCase()}@${domain}`
    const person = own.length > 0 ? own : await personLevels(plain)
    return [...(await above(address)).filter((each) => !isOfPeople(each)), ...person]
  })
}

/** Each is read once. */
function once(read: (name: string) => Promise<readonly string[]>): typeof read {
  const known = new Map<string, Promise<readonly string[]>>()
  return (name) => {
    const found = known.get(name) ?? read(name)
    known.set(name, found)
    return found
  }
}

/** Levels of a domain, widest first; empty: there will be none of this name. */
async function levelsOfDomain(coming: ComingLevels, name: string): Promise<string[]> {
  const found = (await coming.domains()).find((each) => each.name === name)
  if (!found) return []
  const above = chainOf(found.tenant, await coming.tenants())
  return [...above.map(({ id }) => `tenant:${id}`), `domain:${name}`]
}
