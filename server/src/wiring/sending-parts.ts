import { sendingSettings } from '#flow/delivery/sending/sending-address.ts'
import type { SendingStore } from '#flow/delivery/sending/sending-store.ts'
import { limitOf, volumeOf } from '#flow/delivery/sending/warm-up.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import { whyNotOwn } from '#ground/platform/is-own-address.ts'
import type { BlocklistParts } from '#services/sending/ask-blocklists.ts'
import type { SendingParts } from '#services/sending/sending-order.ts'
import type { Base } from './base.ts'

/** What verbs about addresses that mail leaves by need. */
export function sendingParts(config: Config, sending: SendingStore): SendingParts {
  return {
    sending,
    settings: sendingSettings(config),
    whyNotOwn,
    allowedOf: (plan, days, now) => limitOf(plan, volumeOf(plan, days), now),
  }
}

/** The same for the HTTP door: for orders, and where reading holds up nothing. */
export function sendingDoorParts({ config, stores }: Base): {
  sending: SendingParts
  readSending: SendingParts
} {
  return {
    sending: sendingParts(config, stores.sending),
    readSending: sendingParts(config, stores.readSending),
  }
}

/** What it takes to look for our own addresses on blocklists. */
export function createBlocklistParts({ config, stores, alarms }: Base): BlocklistParts {
  const resolver = createResolver({
    servers: config['dns.servers'],
    timeoutMs: config['dns.timeout'],
    cacheEntries: 0,
    staleForMs: 0,
  })
  return {
    sending: stores.sending,
    resolver,
    alarms,
    zones: () => config['sending.blocklists'],
    settings: () =>
      Object.values(sendingSettings(config))
        .flat()
        .map((each) => each.ip),
    now: () => Date.now(),
  }
}
