import { type CheckResult, type Fault, fault, judged, recordFault, unknown } from './check-result.ts'
import type { LookParts, MxServer } from './look-parts.ts'

const mostCandidates = 6

/**
 * Whether mail gets past the servers that filter it: other MX beside ours, or a server behind them that takes mail from
 * everybody. Asked up to RCPT, and never sent.
 * @param rcptTo somebody of the domain to ask about
 */
export async function checkExposure(
  domain: string,
  servers: readonly MxServer[],
  rcptTo: string,
  parts: LookParts,
): Promise<CheckResult> {
  if (servers.length === 0) return unknown('exposure', 'no server of the domain is known')
  const own = await parts.ownDomain(domain)
  const faults: Fault[] = own ? besideOurs(domain, servers, own.mx) : []
  const found: string[] = []
  let open = 0
  for (const { server, isTrusting } of await candidates(domain, servers, own?.inner ?? [], parts)) {
    const look = await parts.lookAt(server, { domain, rcptTo, isDirect: isTrusting })
    if (look === null) {
      open += 1
      found.push(
        `${server.host} [${server.ip}] not judged: it may let our addresses in for our sake (radar.source)`,
      )
      continue
    }
    const said = look.rcpt ? `${look.rcpt.code} ${look.rcpt.text}` : look.why || 'it said nothing'
    found.push(`${server.host} [${server.ip}] ${said}`)
    if (look.rcpt && look.rcpt.code < 300)
      faults.push(
        fault(
          'mx-exposed',
          `${server.host} [${server.ip}] takes mail of ${domain} from everybody: it gets past the filter`,
          'Let it take mail on port 25 from your filter only: by its addresses, or a connector that asks for its certificate.',
        ),
      )
  }
  if (faults.length === 0 && open > 0)
    return unknown('exposure', 'servers behind the filter are not tried from here', found)
  return judged('exposure', faults, 'no way past the filter was found', found)
}

function besideOurs(domain: string, servers: readonly MxServer[], mx: readonly string[]): Fault[] {
  const wanted = new Set(mx.map((each) => each.toLowerCase()))
  const others = [...new Set(servers.map((each) => each.host.toLowerCase().replace(/\.$/, '')))].filter(
    (host) => !wanted.has(host),
  )
  if (others.length === 0) return []
  return [
    recordFault(
      'mx-exposed',
      `${others.slice(0, 3).join(', ')} stands among the MX: mail goes past the filter`,
      'Leave only the servers of the filter.',
      [domain, 'MX', mx.map((each) => `10 ${each}.`).join(', ')],
    ),
  ]
}

/** Servers that may stand behind: those we deliver to, and names that mail systems commonly have. */
async function candidates(
  domain: string,
  servers: readonly MxServer[],
  inner: readonly string[],
  { addressesOf, mayReach }: LookParts,
): Promise<{ server: MxServer; isTrusting: boolean }[]> {
  const known = new Set(servers.map((each) => each.ip))
  const names = [`${domain.replaceAll('.', '-')}.mail.protection.outlook.com`, `mail.${domain}`]
  const all = [
    ...inner.map((host) => ({ host, isTrusting: true })),
    ...names.map((host) => ({ host, isTrusting: inner.length > 0 })),
  ]
  const found = await Promise.all(
    all.map(async ({ host, isTrusting }) =>
      (await addressesOf(host))
        .slice(0, 1)
        .map((ip) => ({ server: { host, ip, isProven: false }, isTrusting })),
    ),
  )
  const unique = new Map<string, { server: MxServer; isTrusting: boolean }>()
  for (const each of found.flat())
    if (!known.has(each.server.ip) && mayReach(each.server.ip) && !unique.has(each.server.ip))
      unique.set(each.server.ip, each)
  return [...unique.values()].slice(0, mostCandidates)
}
