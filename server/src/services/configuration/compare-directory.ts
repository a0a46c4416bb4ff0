import { checkTenantId } from '#services/directory/add-tenant.ts'
import type { Domain, Tenant } from '#services/directory/directory-store.ts'
import { tenantLevels } from '#services/directory/directory-store.ts'
import { readUser } from '#services/directory/read-user.ts'
import { type Compared, compare, objection, refuse } from './compared.ts'
import type {
  ConfigurationDocument,
  ConfigurationParts,
  DomainEntry,
  GroupEntry,
  PersonEntry,
  TenantEntry,
} from './configuration-document.ts'

/** Where a document is to be taken to, and how it is looked at. */
export interface Taking {
  /** Tenant below which those go whose parent is no part of the document; null: the operator. */
  readonly below: string | null
  readonly checkNextHop: (text: string) => void
}

export interface ComparedDirectory {
  readonly tenants: readonly Compared<TenantEntry>[]
  readonly domains: readonly Compared<DomainEntry>[]
  readonly groups: readonly Compared<GroupEntry>[]
  readonly people: readonly Compared<PersonEntry>[]
}

/** Tenants, domains, groups and people of a document, held against the site. */
export async function compareDirectory(
  { directory, views }: ConfigurationParts,
  document: ConfigurationDocument,
  taking: Taking,
): Promise<ComparedDirectory> {
  const tenants = await directory.tenants()
  const domains = await directory.domains()
  const names = new Set([...domains, ...document.domains].map(({ name }) => name))
  const groups: Compared<GroupEntry>[] = []
  for (const entry of document.groups) groups.push(await compareGroup({ directory, views }, entry, names))
  const people: Compared<PersonEntry>[] = []
  for (const entry of document.people) people.push(await comparePerson({ directory }, entry, names))
  return {
    tenants: document.tenants.map((each) => compareTenant(each, tenants, document, taking)),
    domains: document.domains.map((each) =>
      compareDomain(each, domains, [...tenants, ...document.tenants], taking),
    ),
    groups,
    people,
  }
}

function compareTenant(
  entry: TenantEntry,
  tenants: readonly Tenant[],
  document: ConfigurationDocument,
  { below }: Taking,
): Compared<TenantEntry> {
  const what = { what: 'tenant', name: entry.id, entry } as const
  const operator = tenants.find(({ level }) => level === 'operator')
  const known = tenants.find(({ id }) => id === entry.id)
  if (!tenantLevels.some((level) => level === entry.level))
    return refuse(what, `its level is none of ${tenantLevels.join(', ')}`)
  const wrongId = objection(() => checkTenantId(entry.id))
  if (wrongId !== null) return refuse(what, wrongId)
  if (entry.level === 'operator') {
    if (operator && operator.id !== entry.id)
      return refuse(
        what,
        `the operator here is ${operator.id}; take tenants below him, each by a file of its own`,
      )
    return compare(what, known?.name ?? null, entry.name)
  }
  const parent = parentOf(entry, below) ?? operator?.id ?? null
  if (known && (known.level !== entry.level || known.parent !== parent))
    return refuse(what, `here it is a ${known.level} below ${known.parent}`)
  if (parent !== null && ![...tenants, ...document.tenants].some(({ id }) => id === parent))
    return refuse(what, `there is no tenant ${parent} that it could be below`)
  return compare(what, known?.name ?? null, entry.name)
}

/** Null: the operator. */
export function parentOf({ parent, level }: TenantEntry, below: string | null): string | null {
  return level === 'operator' ? null : (parent ?? below)
}

function compareDomain(
  entry: DomainEntry,
  domains: readonly Domain[],
  tenants: readonly { readonly id: string }[],
  { checkNextHop }: Taking,
): Compared<DomainEntry> {
  const what = { what: 'domain', name: entry.name, entry } as const
  const known = domains.find(({ name }) => name === entry.name)
  if (known && known.tenant !== entry.tenant) return refuse(what, `here it belongs to ${known.tenant}`)
  if (!tenants.some(({ id }) => id === entry.tenant))
    return refuse(what, `there is no tenant ${entry.tenant}`)
  const wrongHop = objection(() => checkNextHop(entry.nextHop))
  return wrongHop === null ? compare(what, known?.nextHop ?? null, entry.nextHop) : refuse(what, wrongHop)
}

async function compareGroup(
  { directory, views }: Pick<ConfigurationParts, 'directory' | 'views'>,
  entry: GroupEntry,
  domains: ReadonlySet<string>,
): Promise<Compared<GroupEntry>> {
  const id = `${entry.domain}/${entry.name.toLowerCase()}`
  const what = { what: 'group', name: id, entry } as const
  if (!domains.has(entry.domain)) return refuse(what, `there is no domain ${entry.domain}`)
  if (!(await directory.groups(entry.domain)).some((each) => each.id === id))
    return compare(what, null, words(entry.members.length))
  const missing: string[] = []
  for (const address of entry.members)
    if ((await views.person(address, null))?.groups.every((each) => each.id !== id) ?? true)
      missing.push(address)
  // Who is missing is added; nobody is taken out.
  return missing.length === 0
    ? compare(what, 'all of its members', 'all of its members')
    : { ...what, fate: 'new', here: null, there: `${words(missing.length)} more` }
}

function words(members: number): string {
  return members === 1 ? '1 member' : `${members} members`
}

async function comparePerson(
  { directory }: Pick<ConfigurationParts, 'directory'>,
  entry: PersonEntry,
  domains: ReadonlySet<string>,
): Promise<Compared<PersonEntry>> {
  const what = { what: 'person', name: entry.address, entry } as const
  const user = readUser({ ...entry, aliasOf: entry.aliasOf ?? '' }, (domain) => domains.has(domain))
  if (typeof user === 'string') return refuse(what, user)
  const known = await directory.user(user.address)
  const told = ({ kind, owner, displayName }: typeof user) =>
    kind === 'alias' ? `alias of ${owner}` : displayName || '(no name)'
  return compare(what, known && told(known), told(user))
}
