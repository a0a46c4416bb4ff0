import { randomInt } from 'node:crypto'
import { parseMailbox } from '#ground/mail/address.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { RadarOrders } from './radar-parts.ts'
import { inRadar, type RadarTest } from './radar-store.ts'

const dayMs = 86_400_000
const tokenLetters = '0123456789abcdefghjkmnpqrstvwxyz'
const tokenLength = 24

/** Who orders something of Radar. */
export interface Asker {
  /** As the audit log names him. */
  readonly who: string
  readonly ip: string
  /** Whose test it is. */
  readonly tenant: string
  /** The operator himself at his own machine: limits are for others. */
  readonly isUnlimited?: boolean
}

/** A token for the address that a reply comes back to: 120 bits that survive any change of case. */
export function newToken(): string {
  return Array.from({ length: tokenLength }, () => tokenLetters[randomInt(tokenLetters.length)]).join('')
}

/** A domain, or an address of one, as people type it. @throws OrderError wrong */
export function readTarget(text: string): { domain: string; address: string | null } {
  const given = text.trim()
  const at = given.lastIndexOf('@')
  const domain = given
    .slice(at + 1)
    .toLowerCase()
    .replace(/\.$/, '')
  const isDomain =
    domain.length <= 253 &&
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(domain)
  if (!isDomain) throw new OrderError('wrong', 'write a domain such as example.com, or an address of one')
  if (at < 0) return { domain, address: null }
  const address = `${given.slice(0, at)}@${domain}`
  if (parseMailbox(address, { smtputf8: false }) === null)
    throw new OrderError('wrong', `${given.slice(0, 100)} is no address`)
  return { domain, address }
}

/**
 * Starts a test of a domain, or of an address: then a mail goes out, and what comes back is looked at as well.
 * @throws OrderError wrong; conflict: too many tests; forbidden: its owner wants none
 */
export async function startTest(orders: RadarOrders, asker: Asker, target: string): Promise<RadarTest> {
  const { radar, directory, times, newId, now } = orders
  const { domain, address } = readTarget(target)
  const at = now()
  const { perAddress, perClient } = times()
  const test = newTest({ id: newId(), tenant: asker.tenant, domain, address, askedBy: asker.who, at }, orders)
  const limits = asker.isUnlimited ? null : { since: at - dayMs, perAddress, perClient }
  const { who, ip, tenant } = asker
  const line = { what: 'radar-test-started', tenant, detail: { test: test.id, target: address ?? domain } }
  const add = inRadar.addTest(test, limits)
  if (await changeRecorded({ directory, at, who, ip }, add, line)) return test
  const why = await radar.whyNoTest(test, limits)
  if (why === 'unwanted')
    throw new OrderError('forbidden', `${target} wants no test mails; the domain alone can be tested`)
  if (why === 'address')
    throw new OrderError('conflict', `${target} was tested ${perAddress} times in a day; try again tomorrow`)
  throw new OrderError('conflict', `you have started ${perClient} tests in a day; try again tomorrow`)
}

/** A test that has not begun. */
export function newTest(
  {
    at,
    ...given
  }: Pick<RadarTest, 'id' | 'tenant' | 'domain' | 'address' | 'askedBy'> & { readonly at: number },
  { times }: Pick<RadarOrders, 'times'>,
): RadarTest {
  const { oursMs, replyMs } = times()
  return {
    ...given,
    startedAt: at,
    state: 'running',
    outcome: null,
    says: '',
    oursUntil: at + oursMs,
    replyUntil: at + replyMs,
    endedAt: null,
    token: given.address === null ? null : newToken(),
    messageId: null,
    deliveredAt: null,
    results: [],
    score: null,
    reply: null,
    node: '',
    attempt: 1,
    before: null,
    again: null,
  }
}
