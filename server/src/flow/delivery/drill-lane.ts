import { isDrillLane } from '#flow/spool/lane.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Measures } from '#ground/platform/measures.ts'
import { drillDomain } from '#ground/platform/probe-tenant.ts'
import { DeferralWatch } from './deferral-watch.ts'
import { Delivery, type DeliveryOptions } from './delivery.ts'
import type { DeliveryStore } from './delivery-store.ts'
import { HopConnections, type HopConnectionsOptions } from './hop-connections.ts'
import { Hops } from './hops.ts'
import { measureTry } from './measure-try.ts'
import { Scheduler } from './scheduler.ts'
import { TargetHealth } from './target-health.ts'

/** What a delivery of a drill has of its own, so that nothing of it is seen beside it. */
export interface DrillLaneParts {
  /** Next hop of the drill, on this machine. */
  readonly hop: string
  readonly alarms: Alarms
  readonly measures: Measures
}

/** What it shares with the delivery of people's mail: stores, settings, and ways to reach servers. */
export type SharedDelivery = Omit<DeliveryOptions, 'store' | 'onOutcome' | 'mayReturn' | 'connections'> &
  Pick<HopConnectionsOptions, 'route' | 'secure' | 'trust'> & {
    readonly store: DeliveryStore
    readonly reader: DeliveryStore
    /** As HopConnections choose by. */
    readonly paths: HopConnectionsOptions['senders']
  }

/** Carries mail of a drill until it is stopped. */
export interface DrillLane {
  stop(): Promise<void>
}

/**
 * A few connections, so that what mail of people needs is left. The longest times of RFC 5321 are longer than a drill:
 * a server that says nothing is given up sooner here.
 */
const most = { connections: 20, commandMs: 10_000, finalMs: 30_000 }
const stopGraceMs = 2000

/**
 * Starts a delivery for mail of a drill alone: the same code as for all mail, with a line, connections, alarms and figures of
 * its own. Nothing that its next hop does can slow people's mail, be learnt of a server, or raise an alarm of the site.
 */
export function startDrillLane(shared: SharedDelivery, { hop, alarms, measures }: DrillLaneParts): DrillLane {
  const { clock, store, reader, owner, log } = shared
  const settings = {
    ...shared.settings,
    'delivery.commandTimeout': Math.min(shared.settings['delivery.commandTimeout'], most.commandMs),
    'delivery.finalTimeout': Math.min(shared.settings['delivery.finalTimeout'], most.finalMs),
  }
  const routes = { nextHopOf: () => null, loopHop: () => hop }
  const hops = new Hops(routes)
  const connections = new HopConnections({
    ...{ ...shared, settings, alarms, route: { ...shared.route, routes } },
    health: new TargetHealth(settings['delivery.slowStart'], () => clock.now(), Math.random),
    senders: shared.paths,
    onSession: () => undefined,
  })
  const watch = new DeferralWatch(alarms, clock)
  const delivery = new Delivery({
    ...{ ...shared, settings, alarms, connections, store },
    mayReturn: () => false,
    onOutcome: (outcome, job, to, startedAt) => {
      measureTry(measures, drillDomain, outcome, job, to, { startedAt, endedAt: clock.now() })
      watch.note(to.name, outcome.kind === 'retry')
    },
  })
  const scheduler = new Scheduler({
    ...{ store, reader, hops, owner, clock, log },
    carries: isDrillLane,
    deliver: (job, to, isOurs) => delivery.deliver(job, to, isOurs),
    leaseMs: settings['delivery.lease'],
    maxConnections: most.connections,
    laneConnections: () => Math.min(most.connections, settings['delivery.laneConnections']),
    lanePace: () => 0,
    lookUp: null,
    reserve: () => 0,
    probation: { isFull: true, mayCarry: true, take: (wanted) => wanted, refund: () => undefined },
  })
  scheduler.start()
  return {
    async stop() {
      await scheduler.stop(stopGraceMs)
      connections.closeAll(hops.all())
    },
  }
}
