import { type ClaimChecked, type ClaimView, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { mayReach, mayVouch, type Principal } from '#services/access/principal.ts'
import { asWritten } from '#services/directory/outside-hop.ts'
import { checkClaim } from '#services/domain-claims/check-claim.ts'
import { claimDomain } from '#services/domain-claims/claim-domain.ts'
import { type ClaimOrder, claimInReach, recordOfClaim } from '#services/domain-claims/claim-order.ts'
import type { DomainClaim } from '#services/domain-claims/claim-store.ts'
import { vouchForClaim } from '#services/domain-claims/vouch-for-claim.ts'
import { withdrawClaim } from '#services/domain-claims/withdraw-claim.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { assertMayHave, assertWholeTenant, hopBy } from './directory.ts'
import { directoryOrderOf } from './order-of.ts'

/** `/api/v1/domain-claims`: domains that wait until a record in DNS shows whose they are. */
export function domainClaimsRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const orderOf = (principal: Principal): ClaimOrder => ({
    ...directoryOrderOf(parts, principal),
    // Who looks after some domains of a tenant asks for no others, and sees none that are asked for.
    reach: {
      tenant: (tenant) => mayReach(principal, tenant, null),
      domain: ({ tenant, name }) => mayReach(principal, tenant, name),
    },
    claims: parts.claims,
    resolver: parts.uncachedResolver,
    newId: parts.newId,
  })
  addRoute(app, routes.domainClaims, async ({ principal, query: { text = '', after = '', limit = 25 } }) => {
    const { tenants, domains } = principal
    const within = domains === null ? tenants && [...tenants] : []
    const page = { tenants: within, text: text.toLowerCase(), after, limit: limit + 1 }
    const found = await parts.claims.claims(page)
    const lines = found.slice(0, limit)
    return { lines: lines.map(describe), next: found.length > limit ? (lines.at(-1)?.id ?? null) : null }
  })
  addRoute(app, routes.domainClaim, async ({ principal, params }) =>
    describe(await claimInReach(orderOf(principal), params.claim)),
  )
  addRoute(app, routes.claimDomain, async ({ principal, body }) => {
    assertWholeTenant(principal)
    assertMayHave(principal, body.name)
    const given = { ...body, nextHop: hopBy(principal, body.nextHop) }
    return describe(await claimDomain(orderOf(principal), given, parts.checkNextHop))
  })
  addRoute(app, routes.checkDomainClaim, async ({ principal, params }): Promise<ClaimChecked> => {
    const order = orderOf(principal)
    const known = await claimInReach(order, params.claim)
    const { domain, claim } = await checkClaim(order, known)
    if (domain) await parts.publish()
    return { proved: domain !== null, domain: known.name, claim: claim && describe(claim) }
  })
  addRoute(app, routes.vouchForDomain, async ({ principal, params }): Promise<ClaimChecked> => {
    const order = orderOf(principal)
    await claimInReach(order, params.claim)
    if (!mayVouch(principal, await parts.tenancy.tenants()))
      throw problems.notAllowed('Only somebody at the operator or a reseller can vouch for a domain.')
    const { name } = await vouchForClaim(order, params.claim)
    await parts.publish()
    return { proved: true, domain: name, claim: null }
  })
  addRoute(app, routes.withdrawDomainClaim, async ({ principal, params }) => {
    await withdrawClaim(orderOf(principal), params.claim)
    return { removed: 1 }
  })
}

function describe(claim: DomainClaim): ClaimView {
  const { id, name, tenant, nextHop, anyRecipient, claimedBy, found, said } = claim
  return {
    ...{ id, name, tenant, anyRecipient, claimedBy, found, said },
    nextHop: asWritten(nextHop),
    record: recordOfClaim(claim),
    claimedAt: moment(claim.claimedAt),
    checkedAt: momentOrNull(claim.checkedAt),
    nextCheckAt: momentOrNull(claim.dueAt),
  }
}
