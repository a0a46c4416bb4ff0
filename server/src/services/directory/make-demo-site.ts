import { addDomain, type CheckNextHop } from './add-domain.ts'
import { addTenant } from './add-tenant.ts'
import { addUsers } from './add-users.ts'
import type { DirectoryOrder } from './directory-order.ts'

export interface DemoSite {
  /** The tenant above all. */
  readonly operator: string
  readonly domain: string
  /** Addresses that take mail. */
  readonly addresses: readonly string[]
  /** Folder that the mail is delivered into. */
  readonly maildir: string
}

const domain = 'example.test'

/**
 * Makes something to try Mailkeep with at the first start: operator, reseller and customer, a domain with its own
 * mailboxes on disk, three people, an alias and a group. Null where the directory holds anything already.
 */
export async function makeDemoSite(
  order: DirectoryOrder,
  maildir: string,
  checkNextHop: CheckNextHop,
): Promise<DemoSite | null> {
  const { directory } = order
  if ((await directory.tenants()).length > 0 || (await directory.domains()).length > 0) return null
  const operator = 'mailkeep'
  await addTenant(order, { id: operator, level: 'operator', name: 'Mailkeep' })
  await addTenant(order, { id: 'demo', level: 'reseller', parent: operator, name: 'Demo reseller' })
  await addTenant(order, { id: 'example', level: 'customer', parent: 'demo', name: 'Example' })
  await addDomain(order, { name: domain, nextHop: `maildir:${maildir}`, tenant: 'example' }, checkNextHop)
  const { users } = await addUsers(order, [
    { address: `anna@${domain}`, displayName: 'Anna Example' },
    { address: `ben@${domain}`, displayName: 'Ben Example' },
    { address: `chris@${domain}`, displayName: 'Chris Example' },
    { address: `b@${domain}`, aliasOf: `ben@${domain}` },
  ])
  const addresses = users.map((each) => each.address)
  await directory.putGroup(
    { id: `${domain}/everybody`, domain, name: 'Everybody', settings: {} },
    users.filter((each) => each.kind === 'user').map((each) => each.address),
  )
  return { operator, domain, addresses, maildir }
}
