import { changeRecorded } from '#services/directory/recorded-change.ts'
import { type RelayOrder, relayInReach } from './relay-order.ts'
import { inRelays, type Relay } from './relay-store.ts'

/** A server may send no more; what it has handed in goes on. @throws OrderError not-found */
export async function removeRelay(order: RelayOrder, id: string): Promise<Relay> {
  const relay = await relayInReach(order, id)
  const { kind, value, domains } = relay
  await changeRecorded(order, inRelays.removeRelay(id), {
    ...{ what: 'relay-removed', tenant: relay.tenant },
    detail: { before: { id, kind, value, domains }, after: null },
  })
  return relay
}
