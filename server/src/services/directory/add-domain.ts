import { isAsciiDomain, normaliseDomain } from '#ground/mail/domain.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { addOperator, addTenant } from './add-tenant.ts'
import { releaseDomains } from './awaited-domains.ts'
import { assertSeen, changedMeanwhile, type DirectoryOrder, tenantsOf } from './directory-order.ts'
import type { Domain, Tenant } from './directory-store.ts'
import { changeRecorded, inDirectory } from './recorded-change.ts'

export interface NewDomain {
  readonly name: string
  readonly nextHop: string
  /** Undefined: the one it belongs to, or the only customer there is. */
  readonly tenant?: string
  /** Whether every address of the domain gets mail; undefined: as it was. */
  readonly anyRecipient?: boolean
  /** More of it is still to come: it stays out of force where `awaitDomains` has named it. */
  readonly isAwaited?: boolean
}

/** Throws where a text is no next hop; flow/delivery knows the forms, so whoever wires the parts passes it in. */
export type CheckNextHop = (text: string) => void

/**
 * Adds a domain, or changes next hop and settings of one that is there: saying it twice is saying it once.
 * @param proof how it is known that the tenant has the domain, for the audit log; services/domain-claims asks DNS
 * @throws OrderError
 */
export async function addDomain(
  order: DirectoryOrder,
  given: NewDomain,
  checkNextHop: CheckNextHop,
  proof?: 'vouched',
): Promise<{ domain: Domain; isNew: boolean }> {
  const name = domainKey(given.name)
  checkNewDomain(given, checkNextHop)
  const known = (await order.directory.domains()).find((each) => each.name === name)
  // Whose it is, is nobody else's business: it is just not to be had.
  if (known && order.reach && !order.reach.domain(known))
    throw new OrderError('conflict', `${name} cannot be added here`)
  if (known) assertSeen(order, domainState(known), name)
  const domain: Domain = {
    name,
    tenant: await tenantOf(order, given, known),
    nextHop: given.nextHop,
    settings: withRecipients(known?.settings ?? {}, given.anyRecipient),
  }
  const change = inDirectory.putDomain(domain, order.at, known ?? null)
  const before = known ? domainState(known) : null
  const isMade = await changeRecorded(order, change, {
    ...{ what: known ? 'domain-changed' : 'domain-added', tenant: domain.tenant },
    detail: { ...domain, ...(proof && !known && { proof }), before },
  })
  if (!isMade) throw changedMeanwhile(name)
  // A note that an import left behind, which never came so far, is not about this one.
  if (!known && !given.isAwaited) await releaseDomains(order.directory, [name])
  return { domain, isNew: known === undefined }
}

/** Whether a domain can be one by its name and next hop. @throws OrderError */
export function checkNewDomain(
  { name, nextHop }: Pick<NewDomain, 'name' | 'nextHop'>,
  checkNextHop: CheckNextHop,
): void {
  const key = domainKey(name)
  if (!isAsciiDomain(key) || !key.includes('.'))
    throw new OrderError('wrong', `${name} is no domain name, such as example.com`)
  try {
    checkNextHop(nextHop)
  } catch (cause) {
    throw new OrderError('wrong', (cause as Error).message)
  }
}

/** The form in which the name of a domain is kept, however it is written. */
export function domainKey(name: string): string {
  return normaliseDomain(name.trim())
}

/** What people change of a domain by hand, for telling one state from another. */
export function domainState({
  name,
  tenant,
  nextHop,
  settings,
}: Pick<Domain, 'name' | 'tenant' | 'nextHop' | 'settings'>) {
  return { name, tenant, nextHop, recipients: settings.recipients ?? null }
}

function withRecipients(
  settings: Readonly<Record<string, string>>,
  anyRecipient: boolean | undefined,
): Record<string, string> {
  if (anyRecipient === undefined) return settings
  const { recipients: _before, ...others } = settings
  return anyRecipient ? { ...others, recipients: 'any' } : others
}

/** Somebody who runs one organisation should not have to learn about levels: the first tenants make themselves. */
async function tenantOf(order: DirectoryOrder, given: NewDomain, known: Domain | undefined): Promise<string> {
  const tenants = await tenantsOf(order)
  const asked = given.tenant ?? known?.tenant
  if (asked !== undefined) {
    const found = tenants.find((each) => each.id === asked)
    if (!found)
      throw new OrderError('not-found', `there is no tenant ${asked}; "mailkeep tenant add" adds one`)
    return found.id
  }
  const customers = tenants.filter((each) => each.level === 'customer')
  if (customers.length > 1)
    throw new OrderError('wrong', `whose domain is it? Name one with --tenant: ${list(customers)}`)
  if (customers[0]) return customers[0].id
  if (order.reach) throw new OrderError('wrong', 'whose domain is it? Name a tenant')
  await addOperator(order)
  const first = await addTenant(order, { id: 'main', level: 'customer', name: 'Main' })
  return first.id
}

function list(tenants: readonly Tenant[]): string {
  const names = tenants.slice(0, 10).map((each) => each.id)
  return tenants.length > 10 ? `${names.join(', ')}, ...` : names.join(', ')
}
