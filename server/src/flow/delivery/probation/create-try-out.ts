import { laneName, parseLane } from '#flow/spool/lane.ts'
import type { LaneSums } from '#flow/spool/lane-flow.ts'
import type { Acceptance, MessageStore } from '#flow/spool/message-store.ts'
import type { Clock } from '#ground/platform/clock.ts'
import { Delivery, type DeliveryOptions } from '../delivery.ts'
import type { DeliveryStore, Settlement } from '../delivery-store.ts'
import type { HopConnections } from '../hop-connections.ts'
import type { Hops } from '../hops.ts'
import { jobsOf } from '../jobs-of.ts'
import { type StepFault, tryOut, type Way } from './try-out.ts'

export interface SyntheticParts {
  /** Addresses that take whole synthetic messages. */
  readonly addresses: readonly string[]
  /** Whether a domain is one of ours. */
  readonly isOurs: (domain: string) => boolean
  /** What has come into each lane within the last `forMs`, a quarter of an hour at most. */
  readonly laneFlow: (forMs: number) => Promise<readonly LaneSums[]>
  /** Writes a synthetic message for an address, for the trace marked as such. */
  readonly compose: (rcptTo: string) => Acceptance
}

export interface TryOutOptions extends SyntheticParts {
  /** As mail is delivered, but for what is noted of people's mail. */
  readonly delivery: Omit<DeliveryOptions, 'store' | 'onOutcome' | 'mayReturn'>
  readonly store: DeliveryStore
  readonly messages: MessageStore
  readonly hops: Hops
  readonly connections: HopConnections
  readonly owner: string
  readonly leaseMs: number
  readonly clock: Clock
}

/** Lanes that are tried where no address takes synthetic messages. */
const mostLanes = 5
const lookBackMs = 15 * 60_000

/** Joins synthetic messages to the parts that send mail. Answers what sends one over each way. */
export function createTryOut(options: TryOutOptions): () => Promise<StepFault | null> {
  const { store, messages, hops, connections, owner, leaseMs, clock, compose } = options
  let settled: Settlement | null = null
  const delivery = new Delivery({
    ...options.delivery,
    store: {
      settle: (settlements) => {
        settled = settlements[0] ?? null
        return store.settle(settlements)
      },
    },
    onOutcome: () => undefined,
    mayReturn: () => false,
  })
  return () =>
    tryOut({
      hops,
      connections,
      ways: () => waysOf(options),
      compose: (rcptTo, lane) => {
        const acceptance = compose(rcptTo)
        return { ...acceptance, deliveries: acceptance.deliveries.map((each) => ({ ...each, lane })) }
      },
      async accept(acceptance) {
        const lease = { owner, until: clock.now() + leaseMs }
        await messages.accept({ ...acceptance, lease })
        const [job] = jobsOf({ ...acceptance, lease }, [])
        if (!job) throw new Error('a synthetic message has no recipient')
        return job
      },
      async deliver(job, hop) {
        settled = null
        const end = await delivery.deliver(job, hop, () => true)
        const found = (settled as Settlement | null)?.results[0]
        if (end === 'not-tried' || !found) return { step: 'content', why: 'what was written cannot be read' }
        if (found.state === 'delivered') return null
        const { phase, code, reply } = found.attempt ?? { phase: 'local', code: 0, reply: '' }
        return { step: phase, why: `${hop.name} answered ${code || ''} ${reply}`.trim() }
      },
      withdraw: (id) => messages.withdraw(id, clock.now()),
    })
}

/** Where synthetic messages go: to the addresses that take them, or as far as RCPT where the mail of people goes now. */
async function waysOf({ addresses, isOurs, laneFlow }: SyntheticParts): Promise<Way[]> {
  if (addresses.length > 0)
    return addresses.map((rcptTo) => {
      const domain = rcptTo.slice(rcptTo.lastIndexOf('@') + 1).toLowerCase()
      const direction = isOurs(domain) ? 'inbound' : 'outbound'
      return { lane: laneName({ direction, tenant: '', domain, via: null }), rcptTo }
    })
  const flow = await laneFlow(lookBackMs)
  return flow
    .filter(({ lane }) => parseLane(lane).direction !== 'own')
    .toSorted((one, other) => other.came + other.gone - one.came - one.gone)
    .slice(0, mostLanes)
    .map(({ lane }) => ({ lane, rcptTo: null }))
}
