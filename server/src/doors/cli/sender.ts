import { freeSender, resetSender, type SuspendedOrder } from '#services/senders/order-sender.ts'
import { suspendSender } from '#services/senders/suspend-sender.ts'
import { type Arguments, UseError } from './arguments.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf } from './order-of.ts'
import { readCount } from './read-count.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'

const list: SiteCommand = {
  name: 'list',
  summary: 'lists mailboxes whose sending is suspended',
  help: `Usage: mailkeep sender list [--limit N]
Lists mailboxes that send as stolen ones do and may not send for now, with why.`,
  options: { limit: { type: 'string' } },
  async run(site, given, out) {
    const limit = readCount('limit', given.text('limit'), 100)
    const found = await site.senders.suspended({}, limit + 1)
    const lines = found.slice(0, limit)
    const text = lines.flatMap(({ sender, since, held, why }) => [
      `${sender}  since ${localTime(since)}, ${held} held`,
      ...why.map((each) => `  ${each}`),
    ])
    out.answer(
      { lines, more: found.length > limit },
      lines.length === 0 ? 'Nobody is suspended.' : text.join('\n'),
    )
    return 0
  },
}

const suspend: SiteCommand = {
  name: 'suspend',
  summary: 'suspends a mailbox that sends as stolen ones do',
  help: `Usage: mailkeep sender suspend ADDRESS --why TEXT
It may not send from now on, until it is freed or reset: more mail hears 451, and what waits of it is held within
seconds. Its owner gets a mail.`,
  options: { why: { type: 'string' } },
  async run(site, given, out) {
    const why = given.text('why')
    if (why === undefined) throw new UseError('say why, with --why')
    const order = { ...orderOf(site), senders: site.senders }
    const address = await suspendSender(order, oneAddress(given), why)
    out.answer({ address }, `${address} may not send any more; what waits of it is held within seconds.`)
    return 0
  },
}

const free: SiteCommand = {
  name: 'free',
  summary: 'lets a suspended mailbox send again, and what is held leave',
  help: `Usage: mailkeep sender free ADDRESS
It was its own mail: it sends again, what is held leaves, and as much counts as usual for 30 days.`,
  options: {},
  async run(site, given, out) {
    const order = suspendedOrderOf(site, given)
    const deliveries = await freeSender(order)
    out.answer(
      { address: order.sender, deliveries },
      `${order.sender} may send again, and ${deliveries} of its deliveries leave.`,
    )
    return 0
  },
}

const reset: SiteCommand = {
  name: 'reset',
  summary: 'takes the passwords of a suspended mailbox away, and sets what is held aside',
  help: `Usage: mailkeep sender reset ADDRESS
Somebody else had the password: all its passwords of mail programs open nothing any more, and what is held goes to
quarantine.`,
  options: {},
  async run(site, given, out) {
    const order = suspendedOrderOf(site, given)
    const done = await resetSender(order)
    await site.publish()
    out.answer(
      { address: order.sender, ...done },
      `${order.sender} has lost ${done.passwords} passwords; ${done.deliveries} of its deliveries are in quarantine.`,
    )
    return 0
  },
}

function oneAddress({ words }: Arguments): string {
  const [address, ...more] = words
  if (address === undefined || more.length > 0) throw new UseError('name one address')
  return address
}

function suspendedOrderOf(site: Site, given: Arguments): SuspendedOrder {
  const sender = oneAddress(given)
  const lifeMs = site.loaded.config['delivery.expiryOutbound']
  return { senders: site.senders, sender, who: site.who, ip: '', at: Date.now(), lifeMs }
}

/** `./mailkeep sender`. */
export const command: GroupCommand = {
  name: 'sender',
  summary: 'mailboxes that send as stolen ones do: lists, suspends, frees, resets',
  verbs: [list, suspend, free, reset],
}
