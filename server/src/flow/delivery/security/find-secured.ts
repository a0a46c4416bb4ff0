import type { Hops } from '../hops.ts'
import { parseNextHop } from '../next-hop.ts'
import { findTargets, type RouteOptions } from '../route.ts'
import type { Target } from '../target.ts'

/** Servers that are looked at in one round. */
const mostTargets = 500

/** See DeliveryRole.securedTargets. */
export async function findSecured(
  names: readonly string[],
  hops: Hops,
  route: RouteOptions,
): Promise<Target[]> {
  const found = new Map<string, Target>()
  const add = (target: Target) => {
    if ((target.tls === 'required' || target.tls === 'verify') && found.size < mostTargets)
      found.set(`${target.host} ${target.ip} ${target.port}`, target)
  }
  for (const hop of hops.all()) for (const each of hop.targets?.list ?? []) add(each)
  for (const name of names) for (const each of await targetsOf(name, route)) add(each)
  return [...found.values()]
}

async function targetsOf(name: string, route: RouteOptions): Promise<Target[]> {
  try {
    const hop = parseNextHop(name)
    return hop.kind === 'maildir' ? [] : await findTargets(hop, route)
  } catch {
    return []
  }
}
