import { parseMailbox } from '#ground/mail/address.ts'
import { newId } from '#ground/platform/ids.ts'
import { hashSecret, newSecret } from '#services/access/secret.ts'
import { subjectOf } from '#services/access/slow-guessing.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { publicComponents } from '#services/status/status-store.ts'
import type { SubscriberParts } from './subscriber-parts.ts'
import type { Subscriber } from './subscriber-store.ts'

export const subscriberLimits = {
  /** Of the whole page. */
  subscribers: 10_000,
  components: 50,
  /** Wishes of one client in 15 minutes. */
  perClient: 10,
  /** Mails with a link to one address in a day. */
  perAddress: 3,
  /** Wishes of all in an hour: more would make a flood of us. */
  perHour: 500,
  linkMs: 48 * 3_600_000,
} as const

const quarterMs = 15 * 60_000
const hourMs = 3_600_000

/** What somebody asks for. */
export interface Wish {
  /** A mail address, or an https address of a program. */
  readonly address: string
  /** None: all. */
  readonly components: readonly string[]
  /** Who asks. */
  readonly ip: string
}

/**
 * Asks the address whether it wants to be told: nobody is subscribed before he has said so himself. What is answered is
 * the same whether the address is known or not.
 * @throws OrderError wrong, busy
 */
export async function askToSubscribe(parts: SubscriberParts, wish: Wish): Promise<void> {
  const { access, subscribers, now } = parts
  const at = now()
  const { kind, address } = readAddress(wish.address)
  const components = await readComponents(parts, wish.components)
  const asked = await access.noteFailure(subjectOf('address', wish.ip, 'status'), at, quarterMs)
  if (asked > subscriberLimits.perClient)
    throw new OrderError('conflict', 'too many subscriptions were asked for from here; try again later')
  const ofAll = await access.noteFailure('status subscriptions', at, hourMs)
  if (ofAll > subscriberLimits.perHour)
    throw new OrderError('conflict', 'too many subscriptions were asked for in this hour; try again later')
  const before = await access.noteFailure(subjectOf('account', `status ${address}`), at, 24 * hourMs)
  if (before > subscriberLimits.perAddress) return
  if ((await subscribers.countSubscribers()).confirmed >= subscriberLimits.subscribers) return
  const secret = newSecret()
  const subscriber: Subscriber = {
    ...{ id: newId(at), kind, address, components, askedAt: at, confirmedAt: null, leaveSecret: newSecret() },
  }
  await subscribers.ask(subscriber, hashSecret(secret), at + subscriberLimits.linkMs)
  const url = `${parts.pageUrl()}/status/confirm/${secret}`
  if (kind === 'mail') await mailLink(parts, address, url)
  // Nobody waits for it: how long an answer takes would say which hosts and doors there are.
  else void postLink(parts, address, url)
}

/** @throws OrderError wrong */
function readAddress(text: string): Pick<Subscriber, 'kind' | 'address'> {
  const given = text.trim()
  if (/^https:\/\//i.test(given)) {
    if (given.length > 500 || !URL.canParse(given))
      throw new OrderError('wrong', 'this is no address of a program')
    return { kind: 'webhook', address: new URL(given).href }
  }
  const address = given.toLowerCase()
  if (
    !/^[^\s@<>"]{1,64}@[^\s@<>"]{1,255}$/.test(address) ||
    parseMailbox(address, { smtputf8: false }) === null
  )
    throw new OrderError(
      'wrong',
      'this is no mail address, and no address of a program that begins with https://',
    )
  return { kind: 'mail', address }
}

async function readComponents({ readStatus }: SubscriberParts, wanted: readonly string[]): Promise<string[]> {
  if (wanted.length === 0) return []
  const known = new Set(publicComponents(await readStatus.components()).map((each) => each.id))
  const found = [...new Set(wanted)].slice(0, subscriberLimits.components).filter((each) => known.has(each))
  if (found.length === 0) throw new OrderError('wrong', 'there are no such components')
  // Whoever wants all hears of those that come later too.
  return found.length === known.size ? [] : found
}

function mailLink({ send, page, now }: SubscriberParts, to: string, url: string): Promise<void> {
  return send({
    ...{ id: newId(now()), to, subject: `Confirm: news of the status of ${page.name}` },
    paragraphs: [
      `Somebody, you we hope, wants this address to be told when something is new on the status page of ${page.name}.`,
      'Nothing is sent unless you press the button. If it was not you, there is nothing to do: this is the only mail.',
    ],
    button: { label: 'Confirm', url },
    leaveUrl: null,
    isNotice: false,
  })
}

/** A program confirms by asking the same address with POST; a person by opening it. */
async function postLink({ fetch, page }: SubscriberParts, address: string, url: string): Promise<void> {
  const body = JSON.stringify({
    kind: 'subscription',
    page: { name: page.name, url: page.url },
    confirm_url: url,
  })
  const headers = { 'content-type': 'application/json' }
  // Whether somebody is there is told to nobody: the answer would make a scanner of this page.
  await fetch(address, { method: 'POST', headers, body }).catch(() => undefined)
}
