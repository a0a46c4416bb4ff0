import type { ContentKeySource } from '#flow/spool/content-key-source.ts'
import { isDrillLane, isProbeLane, parseLane } from '#flow/spool/lane.ts'
import type { MessageStore } from '#flow/spool/message-store.ts'
import type { Spool } from '#flow/spool/spool.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { newId } from '#ground/platform/ids.ts'
import type { Log } from '#ground/platform/log.ts'
import type { Metrics } from '#ground/platform/metrics.ts'
import type { Trust } from '#ground/platform/tls/trust.ts'
import { DeferralWatch } from './deferral-watch.ts'
import { Delivery, type DeliveryOptions } from './delivery.ts'
import type { DeliveryStore } from './delivery-store.ts'
import { type DrillLane, type DrillLaneParts, type SharedDelivery, startDrillLane } from './drill-lane.ts'
import { HopConnections } from './hop-connections.ts'
import { Hops } from './hops.ts'
import { measureTry } from './measure-try.ts'
import { Overseer } from './overseer.ts'
import { createProbation } from './probation/create-probation.ts'
import type { SyntheticParts } from './probation/create-try-out.ts'
import type { NodeBoard } from './probation/node-board.ts'
import type { Probation } from './probation/probation.ts'
import { ReceiverPace } from './receiver-pace.ts'
import { ReceiverWatch } from './receiver-watch.ts'
import type { ReturnOptions } from './return-to-sender.ts'
import type { OwnPlaces, RouteSource } from './route.ts'
import { Scheduler } from './scheduler.ts'
import type { TlsSession } from './security/demand.ts'
import { findSecured } from './security/find-secured.ts'
import { SecureTargets, type SecureTargetsOptions } from './security/secure-targets.ts'
import { createSenders } from './sending/create-senders.ts'
import { KnownPaces } from './sending/known-paces.ts'
import { isAboutRecipient } from './sending/path.ts'
import type { Senders } from './sending/senders.ts'
import type { SendingStore } from './sending/sending-store.ts'
import type { Target } from './target.ts'
import { TargetHealth } from './target-health.ts'

export interface DeliveryParts {
  readonly settings: Config
  readonly clock: Clock
  readonly log: Log
  readonly alarms: Alarms
  readonly metrics: Metrics
  readonly store: DeliveryStore
  /** The same store on the reading thread, for figures that may take a while. */
  readonly reader: DeliveryStore
  /** Where mail leaves, and what was learnt of it. */
  readonly sending: SendingStore
  readonly readSending: SendingStore
  readonly messages: MessageStore
  readonly spool: Spool
  readonly contentKeys: ContentKeySource
  /** Whose certificates are believed. */
  readonly trust: Trust
  /** What the owners of domains ask for. */
  readonly security: Pick<SecureTargetsOptions, 'sts' | 'validating'>
  /** Told of each connection to a server found by MX, for reports. */
  readonly onSession: (session: TlsSession) => void
  readonly routes: RouteSource
  readonly own: OwnPlaces
  /** Name that notices to senders of a tenant's mail come from; see DeliveryOptions. */
  readonly fromNameOf: (tenant: string) => Promise<string>
  readonly envelopeSender: DeliveryOptions['envelopeSender']
  readonly resolver: Resolver
  /** Name of this process in leases. */
  readonly owner: string
  /** Processes that send, and what this one is tried out with. */
  readonly board: NodeBoard
  readonly synthetic: SyntheticParts
  readonly snapshot: () => number | null
}

export interface DeliveryRole {
  readonly hops: Hops
  /** Addresses that mail of all pools may leave by now; none: the system chooses. */
  addresses(): string[]
  /** Takes up what was learnt before; awaited before the first message comes. Never throws. */
  load(): Promise<void>
  /**
   * Servers that must be spoken to with TLS: behind these next hops, and those that mail goes to now. What cannot be
   * looked up is left out.
   */
  securedTargets(names: readonly string[]): Promise<Target[]>
  /** Carries mail of a drill, beside people's mail and apart from it. */
  startDrillLane(own: DrillLaneParts): DrillLane
  start(): void
  stop(): Promise<void>
}

/** Wires delivery: everything between the spool and the next hops. */
export function createDelivery(parts: DeliveryParts): DeliveryRole {
  const { settings, clock, alarms, owner, store } = parts
  const log = parts.log.part('delivery')
  const hops = new Hops(parts.routes, (hop) => connections.forget(hop))
  const health = new TargetHealth(settings['delivery.slowStart'], () => clock.now(), Math.random)
  const { routes, resolver, own } = parts
  const route = { routes, resolver, own, mxPort: settings['delivery.mxPort'] }
  const { senders, learning, addresses } = createSenders({
    ...{ ...parts, store: parts.sending, reader: parts.readSending, log },
  })
  const secure = new SecureTargets({ ...parts.security, onSession: parts.onSession })
  const connections = new HopConnections({ ...parts, route, health, senders, secure })
  const pace = new ReceiverPace(new KnownPaces(settings['delivery.receiverPaces']), senders, clock)
  const base = {
    messages: parts.messages,
    spool: parts.spool,
    connections,
    senders,
    settings,
    owner,
    returns: returnsOf(parts),
    fromNameOf: parts.fromNameOf,
    envelopeSender: parts.envelopeSender,
    clock,
    random: Math.random,
    alarms,
    log,
  }
  const probation = createProbation({
    ...parts,
    ...{ delivery: base, store, hops, connections, log },
    release: () => scheduler.release(),
  })
  const delivery = new Delivery({
    ...base,
    store,
    mayReturn: () => probation.mayReturn,
    onOutcome: outcomeNotes(parts, probation),
  })
  const loops = new Delivery({ ...base, store, ...learnsNothing(senders) })
  const scheduler = new Scheduler({
    store,
    reader: parts.reader,
    hops,
    deliver: (job, hop, isOurs) => (isProbeLane(job.lane) ? loops : delivery).deliver(job, hop, isOurs),
    ...{ owner, leaseMs: settings['delivery.lease'], carries: (lane: string) => !isDrillLane(lane) },
    maxConnections: settings['delivery.maxConnections'],
    laneConnections: () => settings['delivery.laneConnections'],
    lanePace: () => settings['delivery.lanePace'],
    lookUp: pace.isTold ? (hop) => connections.lookUp(hop) : null,
    reserve: (hop) => pace.reserve(hop),
    probation,
    clock,
    log,
  })
  const overseer = new Overseer({
    store,
    reader: parts.reader,
    owner,
    leaseMs: settings['delivery.lease'],
    clock,
    alarms,
    log,
    settings,
    deliverOverdue: (job) => delivery.deliverOverdue(job, hops.of(parseLane(job.lane), null)),
    mustWait: (lane) => pace.mustWait(hops.of(parseLane(lane), null)),
    isOnDuty: () => probation.isFull,
    isOwnHop: (lane) => hops.of(parseLane(lane), null)?.isOwn ?? false,
  })
  parts.spool.connect(scheduler)
  return {
    ...{ hops, addresses },
    async load() {
      await learning.load()
      await probation.start()
    },
    securedTargets: (names) => findSecured(names, hops, route),
    startDrillLane: (own) => startDrillLane(sharedWithDrills(parts, base, { route, secure, senders }), own),
    start() {
      learning.start()
      scheduler.start()
      overseer.start()
    },
    async stop() {
      probation.stop()
      overseer.stop()
      await scheduler.stop(settings['gateway.shutdownGrace'])
      connections.closeAll(hops.all())
      await learning.stop()
    },
  }
}

/** What a delivery of a drill has in common with that of people's mail; nothing is learnt from it either. */
function sharedWithDrills(
  { store, reader, trust }: DeliveryParts,
  base: Omit<DeliveryOptions, 'store' | 'onOutcome' | 'mayReturn'>,
  { senders, ...ways }: Pick<SharedDelivery, 'route' | 'secure'> & { readonly senders: Senders },
): SharedDelivery {
  return { ...base, ...ways, store, reader, trust, paths: senders, senders: learnsNothing(senders).senders }
}

/** Messages of our own take the road of all others, and nothing is learnt from them. */
function learnsNothing(
  senders: Senders,
): Pick<DeliveryOptions, 'senders' | 'onOutcome' | 'mayReturn' | 'isApart'> {
  return {
    senders: {
      note: () => undefined,
      hasBetter: (...asked) => senders.hasBetter(...asked),
      freeInMs: (...asked) => senders.freeInMs(...asked),
    },
    onOutcome: () => undefined,
    mayReturn: () => false,
    isApart: true,
  }
}

/** What is noted of each try of people's mail. */
function outcomeNotes(
  { alarms, clock, metrics }: DeliveryParts,
  probation: Pick<Probation, 'note'>,
): DeliveryOptions['onOutcome'] {
  const watch = new DeferralWatch(alarms, clock)
  const receivers = new ReceiverWatch(alarms, clock)
  return (outcome, job, hop, startedAt, n) => {
    const { tenant } = parseLane(job.lane)
    measureTry(metrics.measures, tenant, outcome, job, hop, { startedAt, endedAt: clock.now() })
    const went = outcome.kind === 'delivered' || isAboutRecipient(outcome.class)
    probation.note(hop.name, went, { messageId: job.message.id, n })
    watch.note(hop.name, outcome.kind === 'retry')
    if (!hop.isOwn) receivers.note(hop.receiver || hop.name, parseLane(job.lane).domain, outcome)
    metrics.deliveryOutcomes.inc({ outcome: outcome.kind, direction: job.message.direction })
    if (outcome.kind === 'delivered')
      metrics.deliverySeconds.observe((clock.now() - job.message.receivedAt) / 1000)
  }
}

function returnsOf({ settings, clock, contentKeys }: DeliveryParts): ReturnOptions {
  return {
    host: settings['site.host'],
    postmaster: settings['site.postmaster'] || `postmaster@${settings['site.host']}`,
    node: settings['node.name'],
    newId: () => newId(clock.now()),
    lifeMs: settings['delivery.expiryOwn'],
    contentKeys,
  }
}
