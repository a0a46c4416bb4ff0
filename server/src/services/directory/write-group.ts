import { normaliseAddress } from '#ground/mail/address.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type DirectoryOrder, domainsOf } from './directory-order.ts'
import type { Domain, Group } from './directory-store.ts'
import { changeRecorded, inDirectory } from './recorded-change.ts'

const longestName = 100

/** Makes a group of a domain; one of this name that is there already stays as it is. @throws OrderError */
export async function addGroup(order: DirectoryOrder, domainName: string, name: string): Promise<Group> {
  const domain = await findDomain(order, domainName)
  const bare = readGroupName(name)
  const id = groupId(domain.name, bare)
  const group: Group = { id, domain: domain.name, name: bare, settings: {} }
  const line = { what: 'group-added', tenant: domain.tenant, detail: { group: id } }
  await changeRecorded(order, inDirectory.joinGroup(group, []), line)
  return group
}

/** @throws OrderError what a text lacks for being the name of a group */
export function readGroupName(name: string): string {
  const bare = name.trim()
  if (bare === '' || bare.length > longestName)
    throw new OrderError('wrong', `the name of a group has 1 to ${longestName} characters`)
  return bare
}

/** As an import of people names it, so that all mean the same group. */
export function groupId(domain: string, name: string): string {
  return `${domain}/${name.trim().toLowerCase()}`
}

/** Takes people of a domain into a group of it, and others out. @throws OrderError */
export async function changeMembers(
  order: DirectoryOrder,
  group: Pick<Group, 'id' | 'domain' | 'name'>,
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<void> {
  const domain = await findDomain(order, group.domain)
  const keyOf = (address: string) => normaliseAddress(address.trim()).lookupKey
  const [add, remove] = [change.add.map(keyOf), change.remove.map(keyOf)]
  for (const key of add)
    if ((await order.directory.user(key))?.domain !== domain.name)
      throw new OrderError('not-found', `there is no user ${key} of ${domain.name}`)
  const line = { what: 'group-members', tenant: domain.tenant, detail: { group: group.id, add, remove } }
  await changeRecorded(order, inDirectory.changeMembers(group.id, add, remove), line)
}

/** Takes a group away; its people stay. @throws OrderError */
export async function removeGroup(order: DirectoryOrder, group: Pick<Group, 'id' | 'domain'>): Promise<void> {
  const domain = await findDomain(order, group.domain)
  const line = { what: 'group-removed', tenant: domain.tenant, detail: { group: group.id } }
  if (!(await changeRecorded(order, inDirectory.removeGroup(group.id), line)))
    throw new OrderError('not-found', `there is no group ${group.id}`)
}

async function findDomain(order: DirectoryOrder, name: string): Promise<Domain> {
  const found = (await domainsOf(order)).find((each) => each.name === name.toLowerCase())
  if (!found) throw new OrderError('not-found', `there is no domain ${name}`)
  return found
}
