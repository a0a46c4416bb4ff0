import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { Senders } from './senders.ts'
import { readSources } from './sending-address.ts'

/** The addresses that the settings name, in their two pools. */
export function createSenders(settings: Config, alarms: Alarms, clock: Clock): Senders {
  const helo = settings['site.host']
  const pools = {
    inbound: readSources(settings['delivery.inboundSource'], 'inbound', helo),
    outbound: readSources(settings['delivery.outboundSource'], 'outbound', helo),
  }
  return new Senders({
    addresses: (pool) => pools[pool],
    helo,
    allowance: () => Infinity,
    times: {
      outMs: settings['delivery.addressOut'],
      slowMs: settings['delivery.slowWait'],
      stepMs: settings['delivery.paceStep'],
    },
    alarms,
    clock,
  })
}
