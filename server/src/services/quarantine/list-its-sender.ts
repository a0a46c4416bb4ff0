import { findPeople } from '#services/ledger/is-within.ts'
import type { LedgerStore, Reach, TracedDelivery } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { addSender } from '#services/policy/list-senders.ts'
import type { PolicyOrder } from '#services/policy/policy-order.ts'
import { readScope, type Scope } from '#services/policy/scope.ts'
import { senderOf } from './sender-of.ts'
import { showQuarantined } from './show-quarantined.ts'

/** For whom a sender is allowed or blocked: the recipients of the message, their domains, or the whole tenant. */
export type ListLevel = 'user' | 'domain' | 'tenant'

export interface ListOrder extends PolicyOrder {
  readonly ledger: LedgerStore
  readonly messageId: string
  readonly recipients?: readonly string[]
  readonly within?: Reach
  readonly level: ListLevel
  /** Whether he may change lists at all. */
  readonly mayList: boolean
}

/** Most levels that one message puts its sender on the list of. */
const mostLevels = 50

export interface Listed {
  /** The address that is on the list now. */
  readonly entry: string
  /** Levels as `user:ADDRESS`, `domain:NAME` or `tenant:ID`. */
  readonly levels: readonly string[]
}

/**
 * Puts the sender of a message in quarantine on the allow or block list of its recipients, their domains or tenants.
 * @throws OrderError where it cannot be listed, such as a domain of one's own
 */
export async function listItsSender(order: ListOrder, kind: 'allow' | 'block'): Promise<Listed> {
  const { ledger, directory, messageId, within, level, mayList } = order
  const message = await showQuarantined(ledger, messageId, within)
  if (!mayList) throw new OrderError('forbidden', 'your role may not change lists of senders')
  const entry = senderOf(message)
  if (entry === '') throw new OrderError('wrong', `${messageId} names no sender that could be listed`)
  if (message.direction === 'outbound')
    throw new OrderError('wrong', `${messageId} was sent by your own people, who are on no list`)
  const names = [...new Set(meant(order, message.deliveries).map((each) => levelOf(each, level)))]
  if (names.length > mostLevels)
    throw new OrderError('wrong', `it has ${names.length} recipients; choose their domain or tenant`)
  const scopes = new Map<string, Scope>()
  for (const name of names) {
    const scope = await readScope(name, directory)
    await assertWithin(order, scope, name)
    scopes.set(scope.name, scope)
  }
  for (const scope of scopes.values()) await addSender(order, scope, kind, entry)
  return { entry, levels: [...scopes.keys()] }
}

/**
 * Whoever sees mail to an address need not reach its list: that of an alias is its owner's, and a domain may have gone
 * to others since. Who is limited to domains or people does not speak for a whole tenant. @throws OrderError
 */
async function assertWithin({ ledger, within }: ListOrder, scope: Scope, asked: string): Promise<void> {
  if (!within) return
  const { name, chain, tenant } = scope
  const owner = name.startsWith('user:') ? [name.slice('user:'.length)] : []
  const isOfPeople = await findPeople(ledger, within, owner)
  const isInDomains = within.domains?.some((each) => chain.includes(`domain:${each}`)) ?? true
  if (!(isInDomains || owner.some(isOfPeople)) || !within.tenants.includes(tenant))
    throw new OrderError('forbidden', `the lists of ${asked} are not in your reach`)
}

function meant({ recipients }: ListOrder, deliveries: readonly TracedDelivery[]): TracedDelivery[] {
  const aside = deliveries.filter((each) => each.state === 'quarantined')
  if (!recipients) return aside
  const wanted = new Set(recipients.map((each) => each.toLowerCase()))
  return aside.filter((each) => wanted.has(each.rcptTo.toLowerCase()))
}

function levelOf({ rcptTo, tenant }: TracedDelivery, level: ListLevel): string {
  if (level === 'tenant') return `tenant:${tenant}`
  return level === 'user' ? `user:${rcptTo}` : `domain:${rcptTo.slice(rcptTo.lastIndexOf('@') + 1)}`
}
