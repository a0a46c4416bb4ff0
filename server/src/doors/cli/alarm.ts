import { newId } from '#ground/platform/ids.ts'
import { subscribe, unsubscribe } from '#services/alarms/subscribe.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf } from './order-of.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const dayMs = 86_400_000
const mostShown = 1000

const list: SiteCommand = {
  name: 'list',
  summary: 'lists alarms',
  help: `Usage: mailkeep alarm list [--open]
Lists alarms of all processes: open ones first, then those of the last day.
  --open  only those that are open
Exit code 1: one is open.`,
  options: { open: { type: 'boolean' } },
  async run(site, given, out) {
    const found = await site.alarms.states(Date.now() - dayMs, mostShown)
    const shown = given.flag('open') ? found.filter((each) => each.clearedAt === null) : found
    const rows = shown.map((each) => [
      each.withdrawn !== null ? 'wrong' : each.clearedAt === null ? 'OPEN' : 'over',
      localTime(each.since),
      each.name,
      clip(each.subject, 30),
      clip(each.withdrawn ?? each.text, 80),
    ])
    const text = rows.length === 0 ? 'No alarm.' : table(['state', 'since', 'alarm', 'subject', 'text'], rows)
    out.answer({ alarms: shown }, text)
    return found.some((each) => each.clearedAt === null && each.withdrawn === null) ? 1 : 0
  },
}

const told: SiteCommand = {
  name: 'told',
  summary: 'lists who is told by mail',
  help: `Usage: mailkeep alarm told
Lists the addresses that are told of alarms by mail, and of whose.`,
  options: {},
  async run(site, _given, out) {
    const found = await site.alarms.subscriptions()
    const rows = found.map((each) => [each.id, each.address, each.scope, each.names.join(' ') || 'all'])
    const text = rows.length === 0 ? 'Nobody is told yet.' : table(['id', 'address', 'of', 'alarms'], rows)
    out.answer({ subscriptions: found }, text)
    return 0
  },
}

const tell: SiteCommand = {
  name: 'tell',
  summary: 'has an address told of alarms',
  help: `Usage: mailkeep alarm tell ADDRESS --of SCOPE [--name ALARM...]
Has a person, or a ticket system, told by mail: once when an alarm has lasted for a while, once when it is over.
  --of    tenant:ID with everything below it, or domain:NAME; of the operator's tenant: those of the house too
  --name  only this kind of alarm; may stand several times`,
  options: { of: { type: 'string' }, name: { type: 'string', multiple: true } },
  async run(site, given, out) {
    const [address, ...more] = given.words
    const scope = given.text('of')
    if (address === undefined || more.length > 0) throw new UseError('name one address')
    if (scope === undefined) throw new UseError('of what? Say it with --of tenant:ID or --of domain:NAME')
    const id = newId(Date.now())
    const made = await subscribe(orderOf(site), site.alarms, {
      id,
      scope,
      address,
      names: given.texts('name'),
    })
    out.answer(made, `${made.address} is told of alarms of ${made.scope}.`)
    return 0
  },
}

const untell: SiteCommand = {
  name: 'untell',
  summary: 'ends that',
  help: `Usage: mailkeep alarm untell ID
Ends that an address is told; "mailkeep alarm told" has the ids.`,
  options: {},
  async run(site, given, out) {
    const [id, ...more] = given.words
    if (id === undefined || more.length > 0) throw new UseError('name one id')
    await unsubscribe(orderOf(site), site.alarms, id)
    out.answer({ removed: id }, 'Nobody is told under this id any more.')
    return 0
  },
}

/** `./mailkeep alarm`. */
export const command: GroupCommand = {
  name: 'alarm',
  summary: 'lists alarms, and has people told of them by mail',
  verbs: [list, told, tell, untell],
}
