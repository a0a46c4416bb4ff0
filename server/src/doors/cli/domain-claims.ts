import { zoneText } from '#ground/platform/dns/zone-text.ts'
import { newId } from '#ground/platform/ids.ts'
import { checkClaim } from '#services/domain-claims/check-claim.ts'
import { claimDomain } from '#services/domain-claims/claim-domain.ts'
import { type ClaimOrder, recordOfClaim } from '#services/domain-claims/claim-order.ts'
import type { DomainClaim } from '#services/domain-claims/claim-store.ts'
import { withdrawClaim } from '#services/domain-claims/withdraw-claim.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { localTime } from './local-time.ts'
import { orderOf } from './order-of.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** As many as are shown of a list. */
const mostShown = 1000

export const claims: SiteCommand = {
  name: 'claims',
  summary: 'lists domains that wait for their proof',
  help: `Usage: mailkeep domain claims [--tenant ID]
Lists domains that customers have asked for and not proved yet, with the TXT record that proves each. They get no mail
and send none. "domain add" adds one on your word.`,
  options: { tenant: { type: 'string' } },
  async run(site, given, out) {
    const found = await claimsOf(site, given.text('tenant'))
    const rows = found.map((each) => [
      clip(each.name, 36),
      clip(each.tenant, 16),
      each.found ?? 'not looked yet',
      each.checkedAt === null ? '-' : localTime(each.checkedAt),
    ])
    const records = found.map(recordLine)
    const text =
      rows.length === 0
        ? 'No domain waits for its proof.'
        : `${table(['domain', 'tenant', 'found', 'looked at'], rows)}\n\n${records.join('\n')}`
    out.answer({ claims: found.map(describe) }, text)
    return 0
  },
}

export const claim: SiteCommand = {
  name: 'claim',
  summary: 'asks for a domain that a record in DNS has to prove',
  help: `Usage: mailkeep domain claim NAME --tenant ID --next-hop HOP [--any-recipient]
Prints the TXT record to put into DNS. The domain is added once it was found there; the server looks by itself, often
in the first hour and ever more seldom for 30 days. Until then it gets no mail and sends none.`,
  options: {
    'next-hop': { type: 'string' },
    tenant: { type: 'string' },
    'any-recipient': { type: 'boolean' },
  },
  async run(site, given, out) {
    const [nextHop, tenant] = [given.text('next-hop'), given.text('tenant')]
    if (nextHop === undefined || tenant === undefined) throw new UseError('name --tenant and --next-hop')
    const made = await claimDomain(
      claimOrderOf(site),
      { name: nameOf(given), tenant, nextHop, anyRecipient: given.flag('any-recipient') },
      site.checkNextHop,
    )
    out.answer(describe(made), `Put into DNS:\n${recordLine(made)}`)
    return 0
  },
}

export const prove: SiteCommand = {
  name: 'prove',
  summary: 'looks for the record of a domain that waits for its proof now',
  help: `Usage: mailkeep domain prove NAME [--tenant ID]
Looks for the record in DNS now. With it the domain is added. Exit code 1: it is not there.
  --tenant  whose claim it is, where several have one`,
  options: { tenant: { type: 'string' } },
  async run(site, given, out) {
    const asked = await findClaim(site, given)
    const { domain, claim: left } = await checkClaim(claimOrderOf(site), asked)
    if (domain) {
      await site.publish()
      out.answer({ proved: true, domain }, `${domain.name} is proved, and of ${domain.tenant} from now on.`)
      return 0
    }
    out.answer(
      { proved: false, claim: describe(left) },
      `${recordOfClaim(left).name}: ${left.found}${left.said === '' ? '' : ` (${left.said})`}\nIt should be:\n${recordLine(left)}`,
    )
    return 1
  },
}

export const unclaim: SiteCommand = {
  name: 'unclaim',
  summary: 'takes back what asked for a domain',
  help: `Usage: mailkeep domain unclaim NAME [--tenant ID]
The domain waits for its proof no more, and its record proves nothing from then on.
  --tenant  whose claim it is, where several have one`,
  options: { tenant: { type: 'string' } },
  async run(site, given, out) {
    const asked = await findClaim(site, given)
    await withdrawClaim(claimOrderOf(site), asked.id)
    out.answer(describe(asked), `${asked.name} waits for its proof no more.`)
    return 0
  },
}

async function findClaim(site: Site, given: Arguments): Promise<DomainClaim> {
  const name = nameOf(given).toLowerCase()
  const found = (await claimsOf(site, given.text('tenant'), name)).filter((each) => each.name === name)
  const [only, ...more] = found
  if (!only) throw new UseError(`no claim of ${name}; "mailkeep domain claims" lists them`)
  if (more.length > 0)
    throw new UseError(`whose claim? Name one with --tenant: ${found.map((each) => each.tenant).join(', ')}`)
  return only
}

function claimsOf(site: Site, tenant: string | undefined, text = ''): Promise<DomainClaim[]> {
  const tenants = tenant === undefined ? null : [tenant]
  return site.claims.claims({ tenants, text, after: '', limit: mostShown })
}

function claimOrderOf(site: Site): ClaimOrder {
  const order = orderOf(site)
  return { ...order, claims: site.claims, resolver: site.resolver(), newId: () => newId(order.at) }
}

function describe(asked: DomainClaim): object {
  return { ...asked, record: recordOfClaim(asked) }
}

function recordLine(asked: DomainClaim): string {
  const { name, value } = recordOfClaim(asked)
  return `${name}. TXT ${zoneText(value)}`
}

function nameOf(given: Arguments): string {
  const [name, ...more] = given.words
  if (name === undefined || more.length > 0) throw new UseError('name one domain')
  return name
}
