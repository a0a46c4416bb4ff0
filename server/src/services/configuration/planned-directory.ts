import type { DirectoryStore, Domain, Group, Tenant, User } from '#services/directory/directory-store.ts'
import { readUser } from '#services/directory/read-user.ts'
import { groupId } from '#services/directory/write-group.ts'
import type { Levels } from '#services/policy/scope.ts'
import type { ConfigurationDocument } from './configuration-document.ts'

/** The directory as it would be with a document in it: whatever the document names can be looked up before it is there. */
export class PlannedDirectory implements Levels {
  readonly #directory: DirectoryStore
  readonly #tenants: readonly Tenant[]
  readonly #domains: readonly Domain[]
  readonly #groups: ReadonlyMap<string, readonly Group[]>
  readonly #people: ReadonlyMap<string, User>
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

  async user(address: string): Promise<User | null> {
    const planned = this.#people.get(address) ?? null
    return this.#change && planned !== null ? planned : ((await this.#directory.user(address)) ?? planned)
  }
}

/** What is here, and what only the document has. */
function merged<Thing>(
  here: readonly Thing[],
  there: readonly Thing[],
  keyOf: (thing: Thing) => string,
): Thing[] {
  const known = new Set(here.map(keyOf))
  return [...here, ...there.filter((each) => !known.has(keyOf(each)))]
}
