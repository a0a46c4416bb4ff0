import { checkNewDomain } from '#services/directory/add-domain.ts'
import { checkBelow, checkTenantId } from '#services/directory/add-tenant.ts'
import {
  type DirectoryStore,
  type Tenant,
  tenantLevels,
  type User,
} from '#services/directory/directory-store.ts'
import { chainOf } from '#services/directory/publish-snapshot.ts'
import { readUser } from '#services/directory/read-user.ts'
import { groupId, readGroupName } from '#services/directory/write-group.ts'
import { type Compared, compare, objection, refuse } from './compared.ts'
import type {
  ConfigurationDocument,
  ConfigurationParts,
  DomainEntry,
  GroupEntry,
  PersonEntry,
  TenantEntry,
} from './configuration-document.ts'
import type { PlannedDirectory } from './planned-directory.ts'

export interface ComparedDirectory {
  readonly tenants: readonly Compared<TenantEntry>[]
  readonly domains: readonly Compared<DomainEntry>[]
  readonly groups: readonly Compared<GroupEntry>[]
  readonly people: readonly Compared<PersonEntry>[]
}

interface Comparing extends ConfigurationParts {
  readonly planned: PlannedDirectory
  /** The tenant below which all has to be that the document is about; null: anywhere. */
  readonly below: string | null
  readonly checkNextHop: (text: string) => void
}

/** Tenants, domains, groups and people of a document, held against the site. */
export async function compareDirectory(
  comparing: Comparing,
  document: ConfigurationDocument,
): Promise<ComparedDirectory> {
  const { directory, planned, below } = comparing
  const known = { here: await directory.tenants(), all: await planned.tenants(), below }
  const tenants: Compared<TenantEntry>[] = []
  for (const entry of document.tenants) tenants.push(await compareTenant(directory, entry, known))
  const domains = await compareDomains(comparing, document)
  const people: Compared<PersonEntry>[] = []
  const names = {
    known: new Set((await planned.domains()).map(({ name }) => name)),
    listed: new Set(document.domains.map(({ name }) => name)),
  }
  for (const entry of document.people) people.push(await comparePerson(comparing, entry, names))
  const groups: Compared<GroupEntry>[] = []
  for (const entry of document.groups) groups.push(await compareGroup(comparing, entry, names))
  return { tenants, domains, groups, people }
}

interface Tenants {
  readonly here: readonly Tenant[]
  /** As they would be. */
  readonly all: readonly Tenant[]
  readonly below: string | null
}

interface DomainNames {
  /** As they would be at the site. */
  readonly known: ReadonlySet<string>
  /** Those that the document lists: it is about people and groups of no others. */
  readonly listed: ReadonlySet<string>
}

async function compareTenant(
  directory: DirectoryStore,
  entry: TenantEntry,
  tenants: Tenants,
): Promise<Compared<TenantEntry>> {
  const known = tenants.here.find(({ id }) => id === entry.id)
  const parent = tenants.all.find(({ id }) => id === entry.id)?.parent ?? null
  const what = { what: 'tenant', name: entry.id, entry: { ...entry, parent } } as const
  const wrong = whyNoTenant(entry, tenants)
  if (wrong !== null) return refuse(what, wrong)
  if (known && entry.parent !== null && entry.parent !== known.parent)
    return refuse(what, `here it is below ${known.parent}`)
  if (!isBelow(entry.id, tenants)) return refuse(what, `it is not below ${tenants.below}`)
  if (!known && !(await directory.isFreeId(entry.id, parent)))
    return refuse(what, "its id is taken: it was somebody else's")
  return compare(what, known?.name ?? null, entry.name)
}

function isBelow(id: string, { all, below }: Tenants): boolean {
  return below === null || (id !== below && chainOf(id, all).some((above) => above.id === below))
}

/** Null: it can be one. */
function whyNoTenant({ id, level }: TenantEntry, { all, here }: Tenants): string | null {
  if (!tenantLevels.some((each) => each === level)) return `its level is none of ${tenantLevels.join(', ')}`
  const wrongId = objection(() => checkTenantId(id))
  if (wrongId !== null) return wrongId
  const operator = here.find((each) => each.level === 'operator')
  const known = here.find((each) => each.id === id)
  if (level === 'operator')
    return operator && operator.id !== id
      ? `the operator here is ${operator.id}; take tenants below him, each by a file of its own`
      : null
  const planned = all.find((each) => each.id === id)
  if (known && known.level !== level) return `here it is a ${known.level} below ${known.parent}`
  const above = all.find((each) => each.id === planned?.parent)
  // The operator makes himself.
  if (!above) return planned?.parent ? `there is no tenant ${planned.parent} that it could be below` : null
  return objection(() => checkBelow(level, above.level))
}

async function compareDomains(
  { directory, checkNextHop }: Comparing,
  { domains, tenants }: ConfigurationDocument,
): Promise<Compared<DomainEntry>[]> {
  const listed = new Set(tenants.map(({ id }) => id))
  const here = new Map((await directory.domains()).map((each) => [each.name, each]))
  return domains.map((entry) => {
    const what = { what: 'domain', name: entry.name, entry } as const
    const known = here.get(entry.name)
    if (known && known.tenant !== entry.tenant) return refuse(what, `here it belongs to ${known.tenant}`)
    if (!listed.has(entry.tenant)) return refuse(what, `the file lists no tenant ${entry.tenant}`)
    const wrong = objection(() => checkNewDomain(entry, checkNextHop))
    return wrong === null ? compare(what, known?.nextHop ?? null, entry.nextHop) : refuse(what, wrong)
  })
}

async function comparePerson(
  { directory, planned }: Comparing,
  entry: PersonEntry,
  domains: DomainNames,
): Promise<Compared<PersonEntry>> {
  const what = { what: 'person', name: entry.address, entry } as const
  const user = readUser({ ...entry, aliasOf: entry.aliasOf ?? '' }, (domain) => domains.known.has(domain))
  if (typeof user === 'string') return refuse(what, user)
  if (!domains.listed.has(user.domain)) return refuse(what, `the file lists no domain ${user.domain}`)
  if (user.kind === 'alias') {
    const owner = await planned.user(user.owner)
    if (owner === null) return refuse(what, `there is no user ${user.owner}`)
    if (owner.kind === 'alias') return refuse(what, `${user.owner} is an alias itself, of ${owner.owner}`)
  }
  const known = await directory.user(user.address)
  return compare(what, known && wordsOf(known), wordsOf(user))
}

function wordsOf({ kind, owner, displayName }: User): string {
  return kind === 'alias' ? `alias of ${owner}` : displayName || '(no name)'
}

async function compareGroup(
  { directory, views, planned }: Comparing,
  entry: GroupEntry,
  domains: DomainNames,
): Promise<Compared<GroupEntry>> {
  const id = groupId(entry.domain, entry.name)
  const what = { what: 'group', name: id, entry } as const
  const wrong = objection(() => readGroupName(entry.name))
  if (wrong !== null) return refuse(what, wrong)
  if (!domains.listed.has(entry.domain)) return refuse(what, `the file lists no domain ${entry.domain}`)
  for (const address of entry.members)
    if ((await planned.user(address))?.domain !== entry.domain)
      return refuse(what, `its member ${address} is nobody of ${entry.domain}`)
  if (!(await directory.groups(entry.domain)).some((each) => each.id === id))
    return compare(what, null, members(entry.members.length))
  let missing = 0
  for (const address of entry.members)
    if ((await views.person(address, null))?.groups.every((each) => each.id !== id) ?? true) missing++
  // Who is missing is added; nobody is taken out.
  return missing === 0
    ? compare(what, 'all of its members', 'all of its members')
    : { ...what, fate: 'new', here: null, there: `${members(missing)} more` }
}

function members(count: number): string {
  return count === 1 ? '1 member' : `${count} members`
}
