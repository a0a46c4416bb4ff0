import { isIP } from 'node:net'
import { evaluateDmarc } from '#flow/checks/authentication/dmarc/evaluate-dmarc.ts'
import { surveySpf } from '#flow/checks/authentication/spf/evaluate-spf.ts'
import { lookAtServer } from '#flow/delivery/look-at-server.ts'
import { lookUpMx, resolveAddresses } from '#flow/delivery/mx-lookup.ts'
import { parseNextHop } from '#flow/delivery/next-hop.ts'
import { findTlsa } from '#flow/delivery/security/dane.ts'
import { StsPolicies } from '#flow/delivery/security/sts-policies.ts'
import { namesServer } from '#flow/delivery/security/sts-policy.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import { Trust } from '#ground/platform/tls/trust.ts'
import { isPublicAddress } from '#ground/platform/web/public-address.ts'
import { domainRecords } from '#services/directory/domain-records.ts'
import type { LookParts, OwnDomain } from '#services/radar/look-parts.ts'
import { askBlocklist, whyUnfit } from '#services/sending/ask-blocklists.ts'
import type { Base } from './base.ts'
import { fetchPolicy } from './transport-security.ts'

const spfMs = 20_000
/** An address that nobody sends from (RFC 5737): no term matches it, so SPF costs all that it can. */
const nobody = '192.0.2.1'

/** What looking at a domain needs, by the code that mail goes through. */
export function createLookParts(base: Base): LookParts {
  const { config } = base
  const validates = config['dns.validating'].length > 0
  const resolver = createResolver({
    servers: validates ? config['dns.validating'] : config['dns.servers'],
    timeoutMs: config['dns.timeout'],
    cacheEntries: 2000,
    staleForMs: 0,
    validates,
  })
  const trust = new Trust(config['tls.authorities'], base.alarms)
  const networks = new NetworkList(config['radar.networks'])
  const host = config['site.host']
  const mtaSts = { mode: config['gateway.mtaSts'], maxAgeMs: config['gateway.mtaStsMaxAge'] }
  return {
    resolver,
    validates,
    host,
    now: () => Date.now(),
    mayReach: (ip) => isPublicAddress(ip) || (isIP(ip) !== 0 && networks.contains(ip)),
    spfOf: (domain) =>
      surveySpf(
        {
          ...{ ip: nobody, helo: host, mailFrom: `postmaster@${domain}`, receiver: host },
          ...{ nowSeconds: Math.floor(Date.now() / 1000), timeMs: spfMs },
        },
        resolver,
        AbortSignal.timeout(spfMs),
      ),
    dmarcOf: (domain) =>
      evaluateDmarc(
        { authorDomain: domain, spf: null, dkim: [], sample: () => 0 },
        resolver,
        AbortSignal.timeout(spfMs),
      ),
    stsOf: createPolicyQuestion(base, resolver, trust),
    namesServer,
    mxOf: (domain) => lookUpMx(domain, resolver),
    addressesOf: async (name) => (await resolveAddresses(name, resolver)).ips,
    lookAt: createDoorVisit(base, resolver, trust, validates),
    listed: (ip) => askLists(resolver, config['sending.blocklists'], ip),
    async ownDomain(domain): Promise<OwnDomain | null> {
      // From the store: a process that has just begun has no snapshot, and would take our own domains for strangers'.
      const own = await base.stores.readDirectory.domain(domain)
      if (own === null) return null
      const mx = domainRecords(domain, { host, mtaSts }, null)
        .filter((each) => each.type === 'MX')
        .map((each) => each.value.replace(/^\d+ |\.$/g, ''))
      return { mx, inner: innerHosts(own.nextHop) }
    },
  }
}

function createPolicyQuestion(base: Base, resolver: Resolver, trust: Trust): LookParts['stsOf'] {
  return (domain) =>
    // Each test asks anew: what was kept from before says nothing of how the domain is now.
    new StsPolicies({
      store: { find: async () => null, keep: async () => undefined, forgetBefore: async () => 0 },
      resolver,
      fetch: (name) => fetchPolicy(name, base, resolver, trust, AbortSignal.timeout(spfMs)),
      now: () => Date.now(),
      onProblem: () => undefined,
    }).of(domain)
}

function createDoorVisit(
  { config }: Base,
  resolver: Resolver,
  trust: Trust,
  validates: boolean,
): LookParts['lookAt'] {
  const port = config['delivery.mxPort']
  const source = config['radar.source']
  return async ({ host, ip, isProven }, { domain, rcptTo, isDirect }) => {
    if (isDirect && source === '') return null
    const tlsa = validates && isProven ? await findTlsa(host, port, resolver) : null
    return lookAtServer({
      ...{ host, ip, port, rcptTo, helo: config['site.host'], trust: trust.context },
      localAddress: isDirect ? source : null,
      tlsa: tlsa?.kind === 'records' ? { domain, records: tlsa.usable } : null,
    })
  }
}

async function askLists(
  resolver: Resolver,
  zones: readonly string[],
  ip: string,
): Promise<{ listed: string[]; asked: number }> {
  const answers = await Promise.all(
    zones.map(async (zone) => {
      if ((await whyUnfit(resolver, zone)) !== null) return null
      const { state, text } = await askBlocklist(resolver, ip, zone)
      return state === 'unknown' ? null : state === 'listed' ? `${zone} lists it: ${text}` : ''
    }),
  )
  const said = answers.filter((each) => each !== null)
  return { listed: said.filter((each) => each !== ''), asked: said.length }
}

/** Servers that a next hop names. */
function innerHosts(nextHop: string | null): string[] {
  if (nextHop === null) return []
  try {
    const hop = parseNextHop(nextHop)
    return hop.kind === 'smtp' ? hop.addresses.map(({ host }) => host) : []
  } catch {
    return []
  }
}
