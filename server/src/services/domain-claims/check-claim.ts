import { isTemporary } from '#ground/platform/dns/resolver.ts'
import { releaseDomains } from '#services/directory/awaited-domains.ts'
import type { Domain } from '#services/directory/directory-store.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { type ClaimOrder, describeClaim, recordOfClaim } from './claim-order.ts'
import { type ClaimFinding, type DomainClaim, inClaims } from './claim-store.ts'

/** What came of a look into DNS: the domain, which is the tenant's from now on, or the claim as it stands. */
export type CheckedClaim =
  | { readonly domain: Domain; readonly claim: null }
  | { readonly domain: null; readonly claim: DomainClaim }

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const longestSaid = 300

/**
 * Looks for the record of a claim; with it the domain is the tenant's. Who has a domain keeps it, whatever stands in
 * DNS: to move it is for those above both.
 */
export async function checkClaim(order: ClaimOrder, claim: DomainClaim): Promise<CheckedClaim> {
  const { found, said } = await findRecord(order, claim)
  if (found !== 'published') return { domain: null, claim: await note(order, claim, found, said) }
  const domain = (await settleClaim(order, claim, 'record')) ?? (await settledBefore(order, claim))
  return domain ? { domain, claim: null } : { domain: null, claim: await note(order, claim, 'taken', said) }
}

/**
 * Makes a claimed domain one of the directory. Null: somebody has it, or the claim is gone.
 * @param proof what shows that it is the tenant's: its record, or the word of somebody above
 */
export async function settleClaim(
  order: ClaimOrder,
  claim: DomainClaim,
  proof: 'record' | 'vouched',
): Promise<Domain | null> {
  const { name, tenant, nextHop, anyRecipient } = claim
  const domain: Domain = { name, tenant, nextHop, settings: anyRecipient ? { recipients: 'any' } : {} }
  const settled = inClaims.settleClaim(claim.id, domain, order.at)
  const isSettled = await changeRecorded(order, settled, {
    ...{ what: 'domain-added', tenant },
    detail: { ...domain, proof, before: { claim: describeClaim(claim) } },
  })
  if (!isSettled) return null
  // A note that an import left behind, which never came so far, is not about this one.
  await releaseDomains(order.directory, [name])
  return domain
}

/** Somebody else may have looked at the same moment. */
async function settledBefore(
  { directory }: ClaimOrder,
  { name, tenant }: DomainClaim,
): Promise<Domain | null> {
  const domains = await directory.domains()
  return domains.find((each) => each.name === name && each.tenant === tenant) ?? null
}

async function note(
  { claims, at }: ClaimOrder,
  claim: DomainClaim,
  found: ClaimFinding,
  said: string,
): Promise<DomainClaim> {
  const checked = { ...claim, checkedAt: at, found, said, dueAt: dueAfter(claim, at) }
  await claims.noteCheck(checked)
  return checked
}

/** Often while somebody is at it, then as a courtesy; after thirty days only when somebody asks. */
function dueAfter({ claimedAt }: DomainClaim, at: number): number | null {
  const age = at - claimedAt
  if (age < hour) return at + 2 * minute
  if (age < 2 * day) return at + 30 * minute
  return age < 30 * day ? at + 6 * hour : null
}

async function findRecord(
  { resolver }: ClaimOrder,
  claim: DomainClaim,
): Promise<{ readonly found: ClaimFinding | 'published'; readonly said: string }> {
  const { name, value } = recordOfClaim(claim)
  const answer = await resolver.lookup(name, 'TXT')
  if (isTemporary(answer)) return { found: 'unknown', said: answer.status }
  if (answer.status !== 'found') return { found: 'missing', said: answer.status }
  const texts = answer.records.map((segments) => segments.join('').trim())
  // An answer of before stands in while no server answers: what it shows may be somebody else's by now.
  if (answer.stale) return { found: 'unknown', said: 'an answer of before' }
  if (texts.includes(value)) return { found: 'published', said: value }
  return { found: 'other', said: shown(texts) }
}

/** Texts of strangers, as a line that can be shown. */
function shown(texts: readonly string[]): string {
  return texts
    .slice(0, 5)
    .join(' | ')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, longestSaid)
}
