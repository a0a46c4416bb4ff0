import { recordOrder } from '#services/directory/directory-order.ts'
import { type RelayOrder, relayInReach } from './relay-order.ts'
import type { Relay } from './relay-store.ts'

/** A server may send no more; what it has handed in goes on. @throws OrderError not-found */
export async function removeRelay(order: RelayOrder, id: string): Promise<Relay> {
  const relay = await relayInReach(order, id)
  await order.relays.removeRelay(id)
  const { kind, value, domains } = relay
  await recordOrder(order, 'relay-removed', relay.tenant, {
    before: { id, kind, value, domains },
    after: null,
  })
  return relay
}
