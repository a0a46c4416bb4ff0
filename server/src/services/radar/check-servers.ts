import type { ServerLook } from '#flow/delivery/look-at-server.ts'
import { type CheckResult, type Fault, fault, judged, recordFault, unknown } from './check-result.ts'
import type { LookParts, MxServer } from './look-parts.ts'

const mostServers = 8
const endsSoonMs = 14 * 86_400_000

/** What the servers of a domain have shown. */
export interface SeenServers {
  readonly servers: readonly MxServer[]
  readonly looks: readonly ServerLook[]
  readonly mx: CheckResult
}

/** Finds the servers of a domain and comes to the door of each; none that may not be reached is contacted. */
export async function seeServers(domain: string, parts: LookParts): Promise<SeenServers> {
  let servers: MxServer[]
  try {
    servers = await parts.mxOf(domain)
  } catch (cause) {
    return {
      servers: [],
      looks: [],
      mx: await withoutServers(domain, cause as Error & { kind?: string }, parts),
    }
  }
  const reachable = servers.filter((each) => parts.mayReach(each.ip)).slice(0, mostServers)
  const looks = await Promise.all(
    reachable.map((each) => parts.lookAt(each, { domain, rcptTo: null, isDirect: false })),
  )
  const seen = looks.filter((each) => each !== null)
  return { servers, looks: seen, mx: judgeServers(domain, servers, seen, parts) }
}

async function withoutServers(
  domain: string,
  cause: Error & { kind?: string },
  { ownDomain }: LookParts,
): Promise<CheckResult> {
  if (cause.kind === 'no-such-domain' || cause.kind === 'no-mail-here') {
    const own = await ownDomain(domain)
    const value = (own?.mx ?? []).map((each) => `10 ${each}.`).join(', ')
    const text = 'Name the servers that take mail for the domain.'
    return judged('mx', [recordFault('mx-missing', cause.message, text, [domain, 'MX', value])], '')
  }
  if (/have no addresses/.test(cause.message))
    return judged(
      'mx',
      [fault('mx-address', cause.message, 'Give each MX name an address (A or AAAA), or take it out.')],
      '',
    )
  return unknown('mx', cause.message)
}

function judgeServers(
  domain: string,
  servers: readonly MxServer[],
  looks: readonly ServerLook[],
  { mayReach }: LookParts,
): CheckResult {
  const found = servers.map(({ host, ip }) => {
    const look = looks.find((each) => each.ip === ip && each.host === host)
    const state = look ? (look.state === 'open' ? look.tls || 'without TLS' : look.why) : 'not contacted'
    return `${host} [${ip}] ${state}`
  })
  const inner = servers.filter(({ ip }) => !mayReach(ip))
  const faults: Fault[] = inner.map(({ host, ip }) =>
    fault(
      'mx-address',
      `${host} leads to ${ip}, which nobody outside can reach`,
      'Give it a public address, or take it out.',
    ),
  )
  const closed = looks.filter((each) => each.state === 'closed' || each.state === 'odd')
  for (const { host, ip, why } of closed)
    faults.push(
      fault(
        'mx-away',
        `${host} [${ip}]: ${why}`,
        'Start the mail server there, or take it out of the MX records.',
      ),
    )
  const open = looks.filter((each) => each.state === 'open')
  const silent = looks.filter((each) => each.state === 'silent')
  // Where one answers, the way from here is open, and it is they who are away.
  if (open.length > 0)
    for (const { host, ip } of silent.filter((each) => !each.ip.includes(':')))
      faults.push(
        fault(
          'mx-away',
          `${host} [${ip}] does not answer`,
          'Let port 25 in, or take it out of the MX records.',
        ),
      )
  if (faults.length === 0 && open.length === 0)
    return unknown(
      'mx',
      `no server of ${domain} answers; they are away, or port 25 is closed on the way from here`,
      found,
    )
  return judged('mx', faults, `${open.length} of ${servers.length} answer`, found)
}

/** Encryption at the door: offered by all, and in no version that is broken. */
export function checkTls(looks: readonly ServerLook[]): CheckResult {
  const open = looks.filter((each) => each.state === 'open')
  if (open.length === 0) return unknown('tls', 'no server could be talked to')
  const faults: Fault[] = []
  for (const { host, tls, fault: trouble } of open)
    if (tls === '')
      faults.push(
        fault(
          'tls-missing',
          trouble ? `${host}: ${trouble.text}` : `${host} does not offer STARTTLS`,
          'Switch STARTTLS on at the server, with TLS 1.2 and 1.3 and a certificate for its name.',
        ),
      )
  for (const { host, oldTls } of open)
    if (oldTls !== null)
      faults.push(
        fault(
          'tls-old',
          `${host} still takes ${oldTls}`,
          'Allow TLS 1.2 and 1.3 only (Postfix: smtpd_tls_protocols = >=TLSv1.2).',
        ),
      )
  const found = open.map(({ host, tls }) => `${host} ${tls || 'no TLS'}`)
  return judged('tls', faults, 'each server encrypts, with versions that are safe', found)
}

/** Certificates that the servers show: the name of the MX, of an authority that the world knows, for long enough. */
export function checkCertificates(looks: readonly ServerLook[], now: number): CheckResult {
  const shown = looks.filter((each) => each.tls !== '')
  if (shown.length === 0) return unknown('certificate', 'no server has shown a certificate')
  const faults: Fault[] = []
  for (const { host, fault: trouble } of shown)
    if (trouble)
      faults.push(
        fault(
          'certificate-wrong',
          `${host}: ${trouble.text}`,
          `Get a certificate for ${host} from a public authority, and send its intermediate with it.`,
        ),
      )
  for (const { host, validTo, fault: trouble } of shown)
    if (!trouble && validTo !== null && validTo < now + endsSoonMs)
      faults.push(
        fault(
          'certificate-ends',
          `${host}: it ends on ${new Date(validTo).toISOString().slice(0, 10)}`,
          'Renew it, and let it be renewed by itself.',
        ),
      )
  const found = shown.map(
    ({ host, validTo }) =>
      `${host}${validTo === null ? '' : ` until ${new Date(validTo).toISOString().slice(0, 10)}`}`,
  )
  return judged('certificate', faults, 'each proves the name of its server', found)
}

/** DANE: the certificate that DNS names is the one that is shown. */
export function checkDane(looks: readonly ServerLook[], parts: LookParts): CheckResult {
  if (!parts.validates) return unknown('dane', 'no DNS server that validates is set here (dns.validating)')
  const named = looks.filter((each) => each.fitsDane !== null)
  const faults = named
    .filter((each) => each.fitsDane === false)
    .map(({ host }) =>
      fault(
        'dane-broken',
        `${host} shows a certificate that its TLSA records do not name: those who keep to DANE send nothing`,
        `Publish the record of the new certificate at _25._tcp.${host} before it is put in; take the old one out later.`,
      ),
    )
  if (named.length === 0) return unknown('dane', 'DNS names no certificate; nothing is lost by that')
  return judged(
    'dane',
    faults,
    'each certificate is the one that DNS names',
    named.map(({ host }) => host),
  )
}

/** DNSSEC of the domain. */
export async function checkDnssec(domain: string, parts: LookParts): Promise<CheckResult> {
  if (!parts.validates) return unknown('dnssec', 'no DNS server that validates is set here (dns.validating)')
  const answer = await parts.resolver.lookup(domain, 'MX')
  if (!('secure' in answer) && 'reason' in answer)
    return unknown('dnssec', `DNS could not be asked: ${answer.reason}`)
  const isSecure = 'secure' in answer && answer.secure === true
  return judged(
    'dnssec',
    isSecure
      ? []
      : [
          fault(
            'dnssec-missing',
            'its answers are not signed: they can be forged on the way',
            'Switch DNSSEC on where your DNS is hosted, and enter the DS record at your registrar.',
          ),
        ],
    'its answers are signed',
  )
}
