import type { DirectoryStore, Domain, Group, Tenant, User } from '#services/directory/directory-store.ts'
import { readUser } from '#services/directory/read-user.ts'
import { groupId } from '#services/directory/write-group.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'
import type { Levels } from '#services/policy/scope.ts'
import { type ConfigurationDocument, partsOfLevel } from './configuration-document.ts'

/** The directory as it would be with a document in it: whatever the document names can be looked up before it is there. */
export class PlannedDirectory implements Levels {
  readonly #directory: DirectoryStore
  readonly #tenants: readonly Tenant[]
  readonly #domains: readonly Domain[]
  readonly #groups: ReadonlyMap<string, readonly Group[]>
  readonly #people: ReadonlyMap<string, User>
  /** Addresses of the document, by whose they are. */
  readonly #addressesOf: ReadonlyMap<string, readonly string[]>
  /** Groups of the document, by the people that it puts into them, and the other way round. */
  readonly #groupsOf: ReadonlyMap<string, readonly string[]>
  readonly #membersOf: ReadonlyMap<string, readonly string[]>
  readonly #change: boolean

  /**
   * @param below the tenant, null: the operator, below which those go whose parent the document does not name
   * @param change whether people who are here otherwise become as the document has them
   */
  static async make(
    directory: DirectoryStore,
    document: ConfigurationDocument,
    { below, change }: { readonly below: string | null; readonly change: boolean },
  ): Promise<PlannedDirectory> {
    const [tenants, domains] = [await directory.tenants(), await directory.domains()]
    return new PlannedDirectory(directory, document, { below, change, tenants, domains })
  }

  private constructor(
    directory: DirectoryStore,
    document: ConfigurationDocument,
    here: {
      readonly below: string | null
      readonly change: boolean
      readonly tenants: readonly Tenant[]
      readonly domains: readonly Domain[]
    },
  ) {
    this.#directory = directory
    this.#change = here.change
    const operator =
      [...here.tenants, ...document.tenants].find(({ level }) => level === 'operator')?.id ?? null
    this.#tenants = merged(
      here.tenants,
      document.tenants.map((entry) => ({
        ...entry,
        ...{ settings: {}, locked: [] },
        parent: entry.level === 'operator' ? null : (entry.parent ?? here.below ?? operator),
      })),
      ({ id }) => id,
    )
    const settings = new Map(document.levels.map((each) => [each.level, each.settings]))
    this.#domains = merged(
      here.domains,
      document.domains.map((entry) => ({ ...entry, settings: settings.get(`domain:${entry.name}`) ?? {} })),
      ({ name }) => name,
    )
    this.#groups = Map.groupBy(
      document.groups.map(({ domain, name }) => ({ id: groupId(domain, name), domain, name, settings: {} })),
      ({ domain }) => domain,
    )
    const names = new Set(this.#domains.map(({ name }) => name))
    const people = document.people.map((each) =>
      readUser({ ...each, aliasOf: each.aliasOf ?? '' }, (domain) => names.has(domain)),
    )
    this.#people = new Map(people.flatMap((each) => (typeof each === 'string' ? [] : [[each.address, each]])))
    const addresses = [...this.#people.values()].map(({ owner, address }) => [owner, address] as const)
    this.#addressesOf = listed(addresses)
    const places = document.groups.flatMap(({ domain, name, members }) =>
      members.map(
        (each) => [this.#people.get(each)?.owner ?? each, `group:${groupId(domain, name)}`] as const,
      ),
    )
    this.#groupsOf = listed(places)
    this.#membersOf = listed(places.map(([member, level]) => [level, member] as const))
  }

  async tenants(): Promise<Tenant[]> {
    return [...this.#tenants]
  }

  async domains(): Promise<Domain[]> {
    return [...this.#domains]
  }

  async groups(domain: string): Promise<Group[]> {
    return merged(await this.#directory.groups(domain), this.#groups.get(domain) ?? [], ({ id }) => id)
  }

  /** Levels of a person below his domain, groups before himself. */
  async personLevels(address: string, policy: Pick<PolicyStore, 'personLevels'>): Promise<string[]> {
    const user = await this.user(address)
    if (user === null) return policy.personLevels(address)
    const here = await policy.personLevels(user.owner)
    const groups = [...here.filter(isOfGroup), ...(this.#groupsOf.get(user.owner) ?? [])]
    return [...[...new Set(groups)].toSorted(), `user:${user.owner}`]
  }

  /** Names of a reach that has all whom a level of people will be for; null: it is there already. */
  async namesOfComing(level: string): Promise<string[] | null> {
    const { kind, id } = partsOfLevel(level)
    if (kind === 'user') {
      if ((await this.#directory.user(id)) !== null) return null
      return [id, ...(this.#addressesOf.get(id) ?? [])].map(domainOf)
    }
    const groups = await this.#directory.groups(id.split('/', 1)[0] ?? '')
    if (groups.some((each) => each.id === id)) return null
    const members = this.#membersOf.get(level) ?? []
    return members.flatMap((member) => [`user:${member}`, domainOf(member)])
  }

  async user(address: string): Promise<User | null> {
    const planned = this.#people.get(address) ?? null
    return this.#change && planned !== null ? planned : ((await this.#directory.user(address)) ?? planned)
  }
}

/** Second halves of pairs, by the first ones. */
function listed(pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
  return new Map(
    [...Map.groupBy(pairs, ([key]) => key)].map(([key, all]) => [key, all.map(([, each]) => each)]),
  )
}

const isOfGroup = (level: string) => level.startsWith('group:')

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1)

/** What is here, and what only the document has. */
function merged<Thing>(
  here: readonly Thing[],
  there: readonly Thing[],
  keyOf: (thing: Thing) => string,
): Thing[] {
  const known = new Set(here.map(keyOf))
  return [...here, ...there.filter((each) => !known.has(keyOf(each)))]
}
