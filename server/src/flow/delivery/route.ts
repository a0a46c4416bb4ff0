import type { Lane } from '#flow/spool/lane.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import { isPublicAddress } from '#ground/platform/web/public-address.ts'
import { DeliveryFault } from './fault.ts'
import { lookUpMx, type MxHost, resolveAddresses } from './mx-lookup.ts'
import { type NextHop, parseNextHop } from './next-hop.ts'
import type { Target } from './target.ts'

/** What the directory snapshot knows of a domain's next hop. */
export interface RouteSource {
  /** The next hop of a domain of ours; null: not ours; throws where the snapshot cannot tell. */
  nextHopOf(domain: string): string | null
  /** The same by the directory itself, which the snapshot follows some seconds later; absent: nobody can say. */
  nextHopNow?(domain: string): Promise<string | null>
  /** Where messages of our own go; absent: nowhere. */
  loopHop?(): string
}

/** Names and addresses that are this site's own: mail must never be sent to them. */
export interface OwnPlaces {
  isOurName(host: string): boolean
  /** Whether this site listens for mail at this port, on whichever address. */
  isOurPort(port: number): boolean
  /** Whether this site listens for mail at this address and port. */
  isOurAddress(ip: string, port: number): boolean
}

export interface RouteOptions {
  readonly routes: RouteSource
  readonly resolver: Resolver
  readonly own: OwnPlaces
  readonly mxPort: number
}

/** The next hop of a lane: chosen by hand, by the directory, or by MX. @throws DeliveryFault dns when the directory is away */
export function nextHopOf(lane: Lane, routes: RouteSource): { name: string; hop: NextHop } {
  let name: string
  try {
    const loop = lane.tenant === probeTenant ? routes.loopHop?.() : undefined
    name = loop ?? lane.via ?? routes.nextHopOf(lane.domain) ?? `mx:${lane.domain}`
  } catch (cause) {
    throw new DeliveryFault(
      'lookup',
      'dns',
      `the route of ${lane.domain} is not known at the moment: ${(cause as Error).message}`,
    )
  }
  if (name === 'mx') name = `mx:${lane.domain}`
  try {
    return { name, hop: parseNextHop(name) }
  } catch (cause) {
    throw new DeliveryFault('lookup', 'dns', (cause as Error).message)
  }
}

/**
 * The servers behind a next hop, in the order in which to try them.
 * Servers that are ourselves are left out, and with them all that are no better than they (RFC 5321, 5.1):
 * mail that would come back to us waits instead.
 * @throws DeliveryFault
 */
export async function findTargets(
  hop: Exclude<NextHop, { kind: 'maildir' }>,
  options: RouteOptions,
): Promise<Target[]> {
  const found = await (hop.kind === 'mx' ? mxTargets(hop, options) : namedTargets(hop, options))
  if (!hop.outside) return found
  // A name may come to mean another address after it was written down: it is the address that counts.
  const outside = found.filter(({ ip }) => isPublicAddress(ip))
  if (outside.length > 0) return outside
  const names = [...new Set(found.map(({ host }) => host))].join(', ')
  throw new DeliveryFault(
    'lookup',
    'dns',
    `${names} lies in an inner network, which only the operator may choose`,
  )
}

/** Servers that a next hop names itself. */
async function namedTargets(
  hop: Extract<NextHop, { kind: 'smtp' | 'lmtp' }>,
  options: RouteOptions,
): Promise<Target[]> {
  const targets: Target[] = []
  let temporary = false
  for (const { host, port } of hop.addresses) {
    const found = await resolveAddresses(host, options.resolver)
    temporary ||= found.temporary
    for (const ip of found.ips) {
      targets.push({
        protocol: hop.kind,
        host,
        ip,
        port: port || (hop.kind === 'smtp' ? 25 : 24),
        tls: hop.tls,
        identity: hop.identity,
      })
    }
  }
  const others = targets.filter((each) => !isOurs(each, options))
  if (others.length > 0) return others
  const names = hop.addresses.map((each) => each.host).join(', ')
  if (targets.length > 0)
    throw new DeliveryFault('lookup', 'loop', `the next hop ${names} is this site itself`)
  throw new DeliveryFault(
    'lookup',
    'dns',
    temporary ? `${names} could not be looked up` : `${names} has no address`,
  )
}

/** Our names stand before addresses that need not be on this machine; at other ports a server of another kind may live. */
function isOurs({ protocol, host, ip, port }: Target, { own, mxPort }: RouteOptions): boolean {
  const takesMail = protocol === 'smtp' && (port === mxPort || own.isOurPort(port))
  return own.isOurAddress(ip, port) || (takesMail && own.isOurName(host))
}

/** Whether DNS has said that nobody takes mail for the domain: it would go back. */
function isLastWord(cause: unknown): boolean {
  return cause instanceof DeliveryFault && (cause.kind === 'no-such-domain' || cause.kind === 'no-mail-here')
}

/**
 * A domain that was added a moment ago has a next hop that the snapshot does not name yet: what DNS says of it is no
 * reason to give its mail up. Null: the snapshot says what the directory says, so there is no other route to come.
 */
async function faultOfRoute(domain: string, routes: RouteSource): Promise<DeliveryFault | null> {
  const wait = (why: string) => new DeliveryFault('lookup', 'route-to-come', why)
  if (!routes.nextHopNow) return null
  try {
    if ((await routes.nextHopNow(domain)) === routes.nextHopOf(domain)) return null
    return wait(`the route of ${domain} has changed in the directory, and the change is not in force yet`)
  } catch (cause) {
    return wait(`it could not be seen whether ${domain} is ours: ${(cause as Error).message}`)
  }
}

async function mxTargets(
  hop: Extract<NextHop, { kind: 'mx' }>,
  { routes, resolver, own, mxPort }: RouteOptions,
): Promise<Target[]> {
  const hosts = await lookUpMx(hop.domain, resolver).catch(async (cause) => {
    throw isLastWord(cause) ? ((await faultOfRoute(hop.domain, routes)) ?? cause) : cause
  })
  const ours = (each: MxHost) => own.isOurName(each.host) || own.isOurAddress(each.ip, mxPort)
  const limit = Math.min(Infinity, ...hosts.filter(ours).map((each) => each.preference))
  const others = hosts.filter((each) => each.preference < limit)
  if (others.length === 0)
    throw new DeliveryFault('lookup', 'loop', `the MX of ${hop.domain} leads back to this site`)
  return others.map(({ host, ip, isProven }) => ({
    protocol: 'smtp',
    host,
    ip,
    port: mxPort,
    tls: hop.tls,
    identity: null,
    ...(isProven && { isProven }),
  }))
}
