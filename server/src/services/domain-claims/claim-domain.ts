import { randomBytes } from 'node:crypto'
import { isAsciiDomain } from '#ground/mail/domain.ts'
import { type CheckNextHop, domainKey } from '#services/directory/add-domain.ts'
import { domainsOf, tenantsOf } from '#services/directory/directory-order.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type ClaimOrder, describeClaim } from './claim-order.ts'
import { type DomainClaim, inClaims } from './claim-store.ts'

export interface NewClaim {
  readonly name: string
  readonly tenant: string
  readonly nextHop: string
  readonly anyRecipient?: boolean
}

/** Claims of one tenant that wait at a time. */
const mostClaims = 100
const tokenBytes = 20

/**
 * Notes that a tenant says a domain is its own. Nothing comes of it before its record was found in DNS
 * (check-claim.ts). Whether somebody else has the domain is not told: only the record would show whose it is.
 * @throws OrderError
 */
export async function claimDomain(
  order: ClaimOrder,
  given: NewClaim,
  checkNextHop: CheckNextHop,
): Promise<DomainClaim> {
  const name = domainKey(given.name)
  if (!isAsciiDomain(name) || !name.includes('.'))
    throw new OrderError('wrong', `${given.name} is no domain name, such as example.com`)
  try {
    checkNextHop(given.nextHop)
  } catch (cause) {
    throw new OrderError('wrong', (cause as Error).message)
  }
  const tenant = (await tenantsOf(order)).find((each) => each.id === given.tenant)
  if (!tenant) throw new OrderError('not-found', `there is no tenant ${given.tenant}`)
  if ((await domainsOf(order)).some((each) => each.name === name))
    throw new OrderError('conflict', `${name} is here already`)
  if ((await order.claims.countClaims(tenant.id)) >= mostClaims)
    throw new OrderError('conflict', `${tenant.id} has ${mostClaims} claims that wait; withdraw one first`)
  const claim: DomainClaim = {
    ...{ id: order.newId(), tenant: tenant.id, name, nextHop: given.nextHop },
    anyRecipient: given.anyRecipient === true,
    token: randomBytes(tokenBytes).toString('hex'),
    ...{ claimedAt: order.at, claimedBy: order.who },
    ...{ checkedAt: null, found: null, said: '', dueAt: order.at },
  }
  const isAdded = await changeRecorded(order, inClaims.addClaim(claim), {
    ...{ what: 'domain-claimed', tenant: tenant.id, detail: { before: null, after: describeClaim(claim) } },
  })
  if (!isAdded) throw new OrderError('conflict', `${tenant.id} claims ${name} already`)
  return claim
}
