import { createDelivery, type DeliveryRole } from '#flow/delivery/create.ts'
import { createOwnPlaces } from '#flow/delivery/own-places.ts'
import { splitEndpoint } from '#flow/gateway/create.ts'
import { systemClock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Base } from './base.ts'
import { fromNameOf } from './brand-look.ts'
import { createEnvelopeSender } from './envelope-sender.ts'
import { type LiveDrills, runLiveDrills } from './live-drills.ts'
import { createLoopReceiver } from './loop-receiver.ts'
import { probationParts } from './probation-parts.ts'
import { createTransportSecurity } from './transport-security.ts'
import type { Leaving } from './try-addresses.ts'

/**
 * Makes the role that sends.
 * @param ports those of our own gateway, once it listens: nothing is sent to them
 */
export function wireDelivery(
  base: Base,
  ports: () => readonly number[],
): DeliveryRole & { readonly leaving: () => Leaving; readonly endDrills: () => Promise<void> } {
  const { config, log, alarms, metrics, stores, spool, snapshot, instance } = base
  const security = createTransportSecurity(base)
  const { resolver } = security
  const loop = createLoopReceiver(base)
  const role = createDelivery({
    settings: config,
    clock: systemClock,
    log,
    alarms,
    metrics,
    store: stores.deliveries,
    reader: stores.readDeliveries,
    sending: stores.sending,
    readSending: stores.readSending,
    messages: stores.messages,
    spool,
    contentKeys: base.contentKeys,
    routes: {
      nextHopOf: (domain) => snapshot.nextHopOf(domain),
      nextHopNow: async (domain) => (await stores.readDirectory.domain(domain))?.nextHop ?? null,
      loopHop: () => loop.hop,
    },
    // Where the gateway is another process, its settings tell the ports.
    fromNameOf: (tenant) => fromNameOf(base.brands, tenant),
    envelopeSender: createEnvelopeSender({
      ...base,
      lifeMs: config['delivery.expiryOutbound'],
      now: () => Date.now(),
    }),
    own: createOwnPlaces(config['site.host'], () => [...listenPorts(config), ...ports()]),
    resolver,
    trust: security.trust,
    security,
    onSession: security.note,
    owner: instance,
    ...probationParts(base),
  })
  let drills: LiveDrills | null = null
  return {
    ...role,
    start() {
      role.start()
      drills = runLiveDrills(base, { delivery: role, ports })
    },
    endDrills: async () => drills?.stop(),
    leaving: () => ({ addresses: role.addresses(), port: loop.port }),
    async load() {
      await loop.listen()
      await role.load()
    },
    async stop() {
      await role.stop()
      loop.stop()
      await security.stop()
    },
  }
}

function listenPorts(config: Config): number[] {
  return config['gateway.listen'].map((each) => splitEndpoint(each)[1]).filter((port) => port !== 0)
}
