import { checkBlocklists, checkReverse } from './check-addresses.ts'
import { checkDkimKeys } from './check-dkim.ts'
import { checkDmarc } from './check-dmarc.ts'
import { checkExposure } from './check-exposure.ts'
import { checkMtaSts, checkTlsReports } from './check-policies.ts'
import { type CheckName, type CheckResult, unknown } from './check-result.ts'
import { checkCertificates, checkDane, checkDnssec, checkTls, seeServers } from './check-servers.ts'
import { checkSpf } from './check-spf.ts'
import type { LookParts } from './look-parts.ts'

/** Looks at how a domain is set up. Each check has its time; one that stalls is unknown, and holds up no other. */
export async function lookAtDomain(
  domain: string,
  rcptTo: string,
  waitMs: number,
  parts: LookParts,
): Promise<CheckResult[]> {
  const nothing = { servers: [], looks: [], mx: unknown('mx', late) }
  const seeing = within(seeServers(domain, parts), nothing, waitMs)
  const timed = (check: CheckName, work: Promise<CheckResult>) => within(work, unknown(check, late), waitMs)
  const seen = seeing.then(({ servers }) => servers)
  const ips = seen.then((servers) => [...new Set(servers.map((each) => each.ip))].filter(parts.mayReach))
  return Promise.all([
    seeing.then(({ mx }) => mx),
    timed(
      'exposure',
      seen.then((servers) => checkExposure(domain, servers, rcptTo, parts)),
    ),
    seeing.then(({ looks }) => checkTls(looks)),
    seeing.then(({ looks }) => checkCertificates(looks, parts.now())),
    timed('spf', checkSpf(domain, parts)),
    timed('dkim', checkDkimKeys(domain, parts)),
    timed('dmarc', checkDmarc(domain, parts)),
    timed(
      'mta-sts',
      seen.then((servers) => checkMtaSts(domain, servers, parts)),
    ),
    timed('tls-rpt', checkTlsReports(domain, parts)),
    timed('dnssec', checkDnssec(domain, parts)),
    seeing.then(({ looks }) => checkDane(looks, parts)),
    timed(
      'reverse-dns',
      ips.then((found) => checkReverse(found, parts)),
    ),
    timed(
      'blocklists',
      ips.then((found) => checkBlocklists(found, parts)),
    ),
  ])
}

const late = 'there was no answer in time'

/** What work comes to, or what stands in for it where it takes too long or fails. */
async function within<Answer>(work: Promise<Answer>, instead: Answer, waitMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const waited = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(instead), waitMs)
  })
  try {
    return await Promise.race([work, waited])
  } catch {
    return instead
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}
