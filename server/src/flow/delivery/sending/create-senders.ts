import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { whyNotOwn } from '#ground/platform/is-own-address.ts'
import type { Log } from '#ground/platform/log.ts'
import type { Metrics } from '#ground/platform/metrics.ts'
import { AddressBook } from './address-book.ts'
import { KeepLearning } from './keep-learning.ts'
import { Meter } from './meter.ts'
import { Senders } from './senders.ts'
import { sendingSettings } from './sending-address.ts'
import type { SendingStore } from './sending-store.ts'

export interface CreateSendersParts {
  readonly settings: Config
  readonly store: SendingStore
  /** The same on the reading thread. */
  readonly reader: SendingStore
  readonly alarms: Alarms
  readonly metrics: Metrics
  readonly clock: Clock
  readonly log: Log
}

/** The addresses that mail leaves by, in their two pools, with what they learn and what is kept of it. */
export function createSenders(parts: CreateSendersParts): {
  senders: Senders
  learning: KeepLearning
  /** Addresses that mail of all pools may leave by now; none: the system chooses. */
  addresses: () => string[]
} {
  const { settings, store, reader, alarms, metrics, clock, log } = parts
  const book = new AddressBook({
    store: reader,
    settings: sendingSettings(settings),
    leavesListed: () => settings['sending.leaveListed'],
    probe: whyNotOwn,
    alarms,
    now: () => clock.now(),
  })
  const meter = new Meter(() => clock.now())
  const senders = new Senders({
    addresses: (pool) => book.of(pool),
    helo: settings['site.host'],
    allowance: (address, receiver) => meter.allowance(address, receiver),
    times: {
      outMs: settings['delivery.addressOut'],
      slowMs: settings['delivery.slowWait'],
      stepMs: settings['delivery.paceStep'],
    },
    alarms,
    clock,
    onDeparture: (ip, receiver) => meter.left(ip, receiver),
    onResult: (ip, receiver, result) => {
      meter.count(ip, receiver, result)
      metrics.sendingTries.inc({ address: ip || 'system', result })
    },
  })
  const learning = new KeepLearning({ store, reader, senders, meter, book, now: () => clock.now(), log })
  const addresses = () => [...book.of('inbound'), ...book.of('outbound')].map(({ ip }) => ip)
  return { senders, learning, addresses }
}
