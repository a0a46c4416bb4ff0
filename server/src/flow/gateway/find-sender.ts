import { type Reply, replies } from './replies.ts'
import type { KnownSender } from './sender-source.ts'
import type { Session } from './session.ts'

/** Who of ours opens a transaction; null: somebody from outside. */
export type FoundSender =
  | { readonly kind: 'found'; readonly sender: KnownSender | null }
  | { readonly kind: 'refused'; readonly reason: string; readonly reply: Reply }

/**
 * Whether somebody who may send through here uses an address of his own. THE LOCK OF THE RELAY: mail for others than our
 * own people is taken only where this has found a sender, so there is no setting that could open it for everybody.
 *
 * Who has logged in sends as himself or not at all. What a server is known by may be shared by many customers (a
 * cloud's networks), and it brings mail of others for our own people too; it becomes a sender by the domain it sends for.
 */
export function findSender(session: Session, mailFrom: string): FoundSender {
  const { client, door, context } = session
  const { senders } = context
  if (door === 'submission') {
    if (client.tls === null) return { kind: 'refused', reason: 'tls-missing', reply: replies.needsTls }
    if (!client.login) return { kind: 'refused', reason: 'login-missing', reply: replies.needsLogin }
    const isOwn = mailFrom === '' || senders.placeOf(client.login, mailFrom) !== null
    if (isOwn) return { kind: 'found', sender: client.login }
    const reply = replies.notYourAddress(context.newId(), mailFrom)
    return { kind: 'refused', reason: 'sender-not-own', reply }
  }
  const relays = senders.relaysOf({ ip: client.ip, fingerprint: client.fingerprint ?? null })
  if (mailFrom !== '')
    return { kind: 'found', sender: relays.find((each) => senders.placeOf(each, mailFrom)) ?? null }
  // A notice names nobody; where the network is that of several customers, it is nobody's.
  const tenants = new Set(relays.map((each) => each.tenant))
  return { kind: 'found', sender: tenants.size === 1 ? (relays[0] ?? null) : null }
}
