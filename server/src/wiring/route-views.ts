import { join } from 'node:path'
import type { Site } from '#doors/cli/site.ts'
import { DeliveryFault } from '#flow/delivery/fault.ts'
import { type NextHop, parseNextHop } from '#flow/delivery/next-hop.ts'
import { createOwnPlaces } from '#flow/delivery/own-places.ts'
import { findTargets, nextHopOf, type RouteOptions } from '#flow/delivery/route.ts'
import { splitEndpoint } from '#flow/gateway/create.ts'
import { readOutboundPolicy } from '#flow/gateway/outbound-policy.ts'
import type { RecipientAnswer } from '#flow/gateway/recipient-source.ts'
import { readVerdictPolicy } from '#flow/inspection/verdict-policy.ts'
import { reportKindOf } from '#ground/mail/report-address.ts'
import type { LoadedConfig } from '#ground/platform/config/load-config.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { SnapshotReader } from '#ground/storage/snapshot/snapshot-reader.ts'
import type { HopView, RecipientView } from '#services/queue/explain-route.ts'

type Views = Pick<Site, 'checkNextHop' | 'recipientView' | 'longerUntil' | 'hopView' | 'resolver'>

/** What gateway and delivery would do now, from the snapshot in force: the same code, asked without any mail. */
export function createRouteViews({ config }: LoadedConfig, folder: string): Views {
  let known: Resolver | null = null
  const resolver = () => {
    known ??= createResolver({
      servers: config['dns.servers'],
      timeoutMs: config['dns.timeout'],
      cacheEntries: config['dns.cacheEntries'],
      staleForMs: config['dns.staleFor'],
    })
    return known
  }
  const withSnapshot = <Answer>(work: (snapshot: SnapshotReader) => Answer): Answer => {
    const snapshot = new SnapshotReader(
      join(folder, 'directory'),
      () => config['directory.maxAge'],
      Date.now,
      readVerdictPolicy,
      readOutboundPolicy,
    )
    try {
      return work(snapshot)
    } finally {
      snapshot.close()
    }
  }
  return {
    checkNextHop: (text) => void (text === 'mx' || parseNextHop(text)),
    resolver,
    recipientView: (local, domain) =>
      reportKindOf(`${local}@${domain}`, config['site.host'])
        ? {
            kind: 'not-ours',
            reply: '250 from people of yours, else 550: it is for reports, and delivered to nobody',
          }
        : withSnapshot((snapshot) => describeAnswer(snapshot.lookup(local, domain))),
    longerUntil: (domain) => withSnapshot((snapshot) => snapshot.longerUntil(domain)),
    hopView(domain) {
      const routes = { nextHopOf: (name: string) => withSnapshot((snapshot) => snapshot.nextHopOf(name)) }
      const ports = config['gateway.listen'].map((each) => splitEndpoint(each)[1])
      return viewHop(domain, {
        routes,
        resolver: resolver(),
        own: createOwnPlaces(config['site.host'], () => ports),
        mxPort: config['delivery.mxPort'],
      })
    },
  }
}

const replies: Readonly<Record<RecipientView['kind'], string>> = {
  known: '250: it is accepted',
  unknown: '550 5.1.1: there is no such user or alias',
  lost: '451: it was lost from the directory lately, and may come back',
  'not-ours': '550 5.7.1: the domain is none of ours',
  unavailable: '451: the directory snapshot cannot be used',
}

function describeAnswer(answer: RecipientAnswer): RecipientView {
  const reply = replies[answer.kind]
  return { kind: answer.kind, reply: answer.kind === 'unavailable' ? `${reply}: ${answer.why}` : reply }
}

async function viewHop(domain: string, options: RouteOptions): Promise<HopView> {
  let nextHop = ''
  try {
    const found = nextHopOf({ direction: 'inbound', tenant: '', domain, via: null }, options.routes)
    nextHop = found.name
    return { nextHop, targets: await describeTargets(found.hop, options), trouble: null, loops: false }
  } catch (cause) {
    if (!(cause instanceof DeliveryFault)) throw cause
    return { nextHop, targets: [], trouble: cause.message, loops: cause.kind === 'loop' }
  }
}

async function describeTargets(hop: NextHop, options: RouteOptions): Promise<string[]> {
  if (hop.kind === 'maildir') return [`folder ${hop.folder}`]
  const targets = await findTargets(hop, options)
  return targets.map(({ host, ip, port, tls }) => `${host} [${ip}]:${port}, TLS ${tls}`)
}
