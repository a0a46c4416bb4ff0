import { addAddress } from '#services/sending/add-address.ts'
import { type AddressChange, changeAddress, removeAddress } from '#services/sending/change-address.ts'
import {
  type AddressView,
  listAddresses,
  listReceivers,
  pathStateOf,
} from '#services/sending/list-addresses.ts'
import type { SendingOrder } from '#services/sending/sending-order.ts'
import type { WantedWarmUp } from '#services/sending/warm-up-plan.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf } from './order-of.ts'
import { readCount } from './read-count.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const planOptions = {
  'warm-up': { type: 'boolean' },
  start: { type: 'string' },
  growth: { type: 'string' },
  full: { type: 'string' },
} as const
const planHelp = `  --warm-up  it is new to receivers: it grows by a plan, and what is beyond leaves by the other addresses
  --start    messages that each receiver gets on the first day (50)
  --growth   percent that a good day adds (30)
  --full     from this volume a day on it is warm at a receiver (20000)`

const add: SiteCommand = {
  name: 'add',
  summary: 'lets mail leave by an address',
  help: `Usage: mailkeep sending add ADDRESS --pool inbound|outbound [--helo NAME]
       [--warm-up [--start N] [--growth PERCENT] [--full N]]
Lets mail leave by an address of this machine, within seconds. The first one of a pool takes over those that the
settings name; from then on the settings do not count for that pool.
  --pool     inbound: filtered mail; outbound: mail of our people, and our notices; it serves one of them
  --helo     name that it greets with; reverse DNS should say the same (site.host)
${planHelp}`,
  options: { pool: { type: 'string' }, helo: { type: 'string' }, ...planOptions },
  async run(site, given, out) {
    const pool = given.text('pool')
    if (pool !== 'inbound' && pool !== 'outbound') throw new UseError('--pool is inbound or outbound')
    const helo = given.text('helo') ?? site.loaded.config['site.host']
    const warmUp = given.flag('warm-up') ? readPlan(given) : null
    const { address, warnings } = await addAddress(sendingOrderOf(site), {
      ...{ ip: oneAddress(given), pool, helo, warmUp },
    })
    out.answer(
      { ...address, warnings },
      [`${pool} mail leaves by ${address.ip} (${helo}).`, ...warned(warnings)].join('\n'),
    )
    return 0
  },
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists the addresses that mail leaves by',
  help: `Usage: mailkeep sending list
Lists the addresses that mail leaves by, what they carried yesterday and today, and the blocklists that name them.`,
  options: {},
  async run(site, _given, out) {
    const addresses = await listAddresses(sendingOrderOf(site))
    const rows = addresses.map((each) => [
      each.ip,
      each.pool,
      clip(each.helo, 40),
      stateOf(each),
      each.from,
      String(each.counts.taken),
      String(each.counts.deferred + each.counts.slow),
      String(each.counts.listed),
      listedBy(each),
    ])
    const head = ['address', 'pool', 'HELO', 'state', 'from', 'taken', 'put off', 'refused', 'listed by']
    const text = rows.length === 0 ? 'The system chooses the address that mail leaves by.' : table(head, rows)
    out.answer({ addresses }, text)
    return 0
  },
}

const show: SiteCommand = {
  name: 'show',
  summary: 'shows what addresses have learnt of receivers',
  help: `Usage: mailkeep sending show [ADDRESS] [--receiver TEXT] [--limit N]
Shows by address and receiver what was carried in the last seven days, the pace that was learnt, and what the receiver
said last against it.
  --receiver  only receivers whose name holds this
  --limit     lines at most (100)`,
  options: { receiver: { type: 'string' }, limit: { type: 'string' } },
  async run(site, given, out) {
    const [ip = null] = given.words
    const receiver = given.text('receiver')?.toLowerCase() ?? null
    const limit = Math.min(10_000, readCount('limit', given.text('limit'), 100))
    const order = sendingOrderOf(site)
    const found = await listReceivers(order, { ip, receiver, after: null, limit })
    const rows = found.map((each) => [
      each.ip || 'system',
      clip(each.receiver, 40),
      pathStateOf(each, order.at),
      each.memory?.perMinute ? String(Math.round(each.memory.perMinute)) : '',
      String(each.counts.taken),
      String(each.counts.deferred + each.counts.slow),
      String(each.counts.listed),
      clip(each.memory?.words ?? '', 60),
    ])
    const head = ['address', 'receiver', 'state', 'a minute', 'taken', 'put off', 'refused', 'last words']
    const lines = found.map((each) => ({ ...each, state: pathStateOf(each, order.at) }))
    out.answer({ receivers: lines }, rows.length === 0 ? 'Nothing was sent yet.' : table(head, rows))
    return 0
  },
}

const set: SiteCommand = {
  name: 'set',
  summary: 'sets an address to work or to rest',
  help: `Usage: mailkeep sending set ADDRESS [--rest|--work] [--helo NAME]
       [--warm|--warm-up [--start N] [--growth PERCENT] [--full N]]
Changes an address; mail under way goes on.
  --rest     it carries nothing until --work; not for the last one of its pool that works
  --warm     its plan is over
${planHelp}`,
  options: {
    rest: { type: 'boolean' },
    work: { type: 'boolean' },
    warm: { type: 'boolean' },
    helo: { type: 'string' },
    ...planOptions,
  },
  async run(site, given, out) {
    const { address, warnings } = await changeAddress(
      sendingOrderOf(site),
      oneAddress(given),
      readChange(given),
    )
    out.answer(
      { ...address, warnings },
      [
        `${address.ip} is ${address.state}${address.warmUp ? ', and warms up' : ''}.`,
        ...warned(warnings),
      ].join('\n'),
    )
    return 0
  },
}

const remove: SiteCommand = {
  name: 'remove',
  summary: 'takes an address away',
  help: `Usage: mailkeep sending remove ADDRESS
Nothing leaves by the address any more. With the last one of a pool the settings count again.`,
  options: {},
  async run(site, given, out) {
    const address = await removeAddress(sendingOrderOf(site), oneAddress(given))
    out.answer(address, `${address.ip} carries no ${address.pool} mail any more.`)
    return 0
  },
}

function sendingOrderOf(site: Site): SendingOrder {
  return { ...orderOf(site), ...site.sending, resolver: site.resolver() }
}

function oneAddress({ words }: Arguments): string {
  const [ip, ...more] = words
  if (ip === undefined || more.length > 0) throw new UseError('name one address')
  return ip
}

function readChange(given: Arguments): AddressChange {
  const change = {
    ...(given.flag('rest') && { state: 'resting' as const }),
    ...(given.flag('work') && { state: 'active' as const }),
    ...(given.text('helo') !== undefined && { helo: given.text('helo') }),
    ...(given.flag('warm') && { warmUp: null }),
    ...(given.flag('warm-up') && { warmUp: readPlan(given) }),
  }
  if (Object.keys(change).length === 0) throw new UseError('say what shall be changed')
  if (given.flag('rest') && given.flag('work')) throw new UseError('name one of --rest and --work')
  if (given.flag('warm') && given.flag('warm-up')) throw new UseError('name one of --warm and --warm-up')
  return change
}

function readPlan(given: Arguments): WantedWarmUp {
  const number = (name: string) => {
    const text = given.text(name)
    if (text === undefined) return undefined
    const value = Number(text)
    if (!Number.isFinite(value)) throw new UseError(`--${name} takes a number`)
    return value
  }
  const growth = number('growth')
  return { start: number('start'), growth: growth && growth / 100, full: number('full') }
}

function stateOf({ state, warmUp }: AddressView): string {
  return warmUp && state === 'active' ? `warming since ${localTime(warmUp.since)}` : state
}

function listedBy({ listings }: AddressView): string {
  return listings
    .filter((each) => each.state === 'listed')
    .map((each) => each.zone)
    .join(' ')
}

function warned(warnings: readonly string[]): string[] {
  return warnings.map((each) => `Mind: ${each}`)
}

/** `./mailkeep sending`. */
export const command: GroupCommand = {
  name: 'sending',
  summary: 'addresses that mail leaves by: adds, lists, shows what they learnt, sets to rest',
  verbs: [add, list, show, set, remove],
}
