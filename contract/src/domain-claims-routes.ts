import { Removed } from './directory.ts'
import { ClaimChecked, ClaimList, ClaimParams, ClaimsQuery, ClaimView, NewClaim } from './domain-claims.ts'
import type { ApiRoute } from './route.ts'

const claims = '/api/v1/domain-claims'
const writing = { access: 'directory.write' } as const

/** Domains that tenants say are theirs, and have not proved yet. */
export const domainClaimsRoutes = {
  domainClaims: {
    method: 'GET',
    access: 'directory.read',
    path: claims,
    summary: 'Domains that wait for their proof, oldest first. They get no mail and send none.',
    query: ClaimsQuery,
    answer: ClaimList,
  },
  claimDomain: {
    ...writing,
    method: 'POST',
    path: claims,
    summary:
      'Asks for a domain; answers the TXT record that proves it. 409: it is here already, or asked for already.',
    body: NewClaim,
    answer: ClaimView,
  },
  domainClaim: {
    method: 'GET',
    access: 'directory.read',
    path: `${claims}/:claim`,
    summary: 'One of them, with its record and what was found last.',
    params: ClaimParams,
    answer: ClaimView,
  },
  checkDomainClaim: {
    ...writing,
    method: 'POST',
    path: `${claims}/:claim/check`,
    summary: 'Looks for the record in DNS now; with it the domain is added.',
    params: ClaimParams,
    answer: ClaimChecked,
  },
  vouchForDomain: {
    ...writing,
    method: 'POST',
    path: `${claims}/:claim/vouch`,
    summary:
      'Adds the domain without its record, on the word of somebody at the operator or a reseller. 409: somebody has it.',
    params: ClaimParams,
    answer: ClaimChecked,
  },
  withdrawDomainClaim: {
    ...writing,
    method: 'DELETE',
    path: `${claims}/:claim`,
    summary: 'Asks for it no more; the record proves nothing from then on.',
    params: ClaimParams,
    answer: Removed,
  },
} as const satisfies Record<string, ApiRoute>
