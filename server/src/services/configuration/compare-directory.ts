import { checkNewDomain } from '#services/directory/add-domain.ts'
import { checkBelow, checkTenantId } from '#services/directory/add-tenant.ts'
import {
  type DirectoryStore,
  type Tenant,
  tenantLevels,
  type User,
} from '#services/directory/directory-store.ts'
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
  readonly checkNextHop: (text: string) => void
}

/** Tenants, domains, groups and people of a document, held against the site. */
export async function compareDirectory(
  comparing: Comparing,
  document: ConfigurationDocument,
): Promise<ComparedDirectory> {
  const { directory, planned } = comparing
  const known = { here: await directory.tenants(), all: await planned.tenants() }
  const tenants: Compared<TenantEntry>[] = []
  for (const entry of document.tenants) tenants.push(await compareTenant(directory, entry, known))
  const ids = new Set(known.all.map(({ id }) => id))
  const domains = await compareDomains(comparing, document.domains, ids)
  const people: Compared<PersonEntry>[] = []
  const names = new Set((await planned.domains()).map(({ name }) => name))
  for (const entry of document.people) people.push(await comparePerson(comparing, entry, names))
  const groups: Compared<GroupEntry>[] = []
  for (const entry of document.groups) groups.push(await compareGroup(comparing, entry, names))
  return { tenants, domains, groups, people }
}

interface Tenants {
  readonly here: readonly Tenant[]
  /** As they would be. */
  readonly all: readonly Tenant[]
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
  if (!known && !(await directory.isFreeId(entry.id, parent)))
    return refuse(what, "its id is taken: it was somebody else's")
  return compare(what, known?.name ?? null, entry.name)
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
  entries: readonly DomainEntry[],
  tenants: ReadonlySet<string>,
): Promise<Compared<DomainEntry>[]> {
  const here = new Map((await directory.domains()).map((each) => [each.name, each]))
  return entries.map((entry) => {
    const what = { what: 'domain', name: entry.name, entry } as const
    const known = here.get(entry.name)
    if (known && known.tenant !== entry.tenant) return refuse(what, `here it belongs to ${known.tenant}`)
    if (!tenants.has(entry.tenant)) return refuse(what, `there is no tenant ${entry.tenant}`)
    const wrong = objection(() => checkNewDomain(entry, checkNextHop))
    return wrong === null ? compare(what, known?.nextHop ?? null, entry.nextHop) : refuse(what, wrong)
  })
}

async function comparePerson(
  { directory, planned }: Comparing,
  entry: PersonEntry,
  domains: ReadonlySet<string>,
): Promise<Compared<PersonEntry>> {
  const what = { what: 'person', name: entry.address, entry } as const
  const user = readUser({ ...entry, aliasOf: entry.aliasOf ?? '' }, (domain) => domains.has(domain))
  if (typeof user === 'string') return refuse(what, user)
  const owner = await planned.user(user.owner)
  if (user.kind === 'alias' && owner?.kind !== 'user') return refuse(what, `there is no user ${user.owner}`)
  const known = await directory.user(user.address)
  return compare(what, known && wordsOf(known), wordsOf(user))
}

function wordsOf({ kind, owner, displayName }: User): string {
  return kind === 'alias' ? `alias of ${owner}` : displayName || '(no name)'
}

async function compareGroup(
  { directory, views, planned }: Comparing,
  entry: GroupEntry,
  domains: ReadonlySet<string>,
): Promise<Compared<GroupEntry>> {
  const id = groupId(entry.domain, entry.name)
  const what = { what: 'group', name: id, entry } as const
  const wrong = objection(() => readGroupName(entry.name))
  if (wrong !== null) return refuse(what, wrong)
  if (!domains.has(entry.domain)) return refuse(what, `there is no domain ${entry.domain}`)
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
