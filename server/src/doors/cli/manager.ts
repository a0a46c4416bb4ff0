import type { AccessOrder } from '#services/access/access-order.ts'
import type { Manager } from '#services/access/access-store.ts'
import { keysLeftBy } from '#services/access/keys-of.ts'
import { roles } from '#services/access/roles.ts'
import { hasSecondFactor } from '#services/access/session.ts'
import { makeSignInLink } from '#services/access/sign-in-link.ts'
import {
  disableManager,
  dropSecondFactor,
  endSessions,
  putManager,
  removeManager,
} from '#services/access/write-manager.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderOf } from './order-of.ts'
import { addressOfPage } from './page-address.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const linkLifeMs = 86_400_000

const add: SiteCommand = {
  name: 'add',
  summary: 'adds a manager',
  help: `Usage: mailkeep manager add NAME --role ROLE [--tenant ID] [--domain DOMAIN]... [--people NAME]...
       [--name NAME] [--mail ADDRESS] [--second-factor]
Adds a manager, or changes one that is there, and prints a link that signs in once, for setting a password. Where role
or reach change, his sessions and links end.
  --role           ${Object.keys(roles).join(', ')}
  --tenant         he reaches it and everything below it; default: the operator
  --domain         only these domains of it
  --people         only these groups (DOMAIN/NAME) and people (ADDRESS) of it
  --name           as people call him
  --mail           where notices go
  --second-factor  he has to set one up before anything else`,
  options: {
    role: { type: 'string' },
    tenant: { type: 'string' },
    domain: { type: 'string', multiple: true },
    people: { type: 'string', multiple: true },
    name: { type: 'string' },
    mail: { type: 'string' },
    'second-factor': { type: 'boolean' },
  },
  async run(site, given, out) {
    const id = oneName(given)
    const [role, name, mail] = [given.text('role'), given.text('name'), given.text('mail')]
    if (role === undefined) throw new UseError('--role is needed')
    const order = accessOrderOf(site)
    const known = await site.access.manager(id.toLowerCase())
    const people = given.texts('people').map((each) => `${each.includes('/') ? 'group' : 'user'}:${each}`)
    const domains = [...given.texts('domain'), ...people]
    const manager = await putManager(order, {
      id,
      role,
      tenant: given.text('tenant') ?? known?.tenant ?? (await operatorOf(site)),
      ...(name !== undefined && { displayName: name }),
      ...(mail !== undefined && { address: mail }),
      ...(domains.length > 0 && { domains }),
      ...(given.flag('second-factor') && { needsSecondFactor: true }),
    })
    const link = manager.passwordHash === null ? await linkFor(site, order, manager) : null
    const where = `${roles[manager.role].name} of ${manager.tenant}`
    const left = await keysLeft(site, manager)
    const said =
      link === null
        ? `${manager.id} is ${where} now.`
        : `${manager.id} is ${where}. This link works once, for a day:\n${link}`
    out.answer({ manager: described(manager), link, keys: left.keys }, `${said}${left.said}`)
    return 0
  },
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists managers',
  help: `Usage: mailkeep manager list
Lists managers: role, reach, and whether they have a password and a second factor.`,
  options: {},
  async run(site, _given, out) {
    const managers = await site.access.managers()
    const rows = managers.map((each) => [
      each.id,
      roles[each.role].name,
      each.domains === null ? each.tenant : `${each.tenant}: ${clip(each.domains.join(' '), 40)}`,
      each.disabledAt !== null ? 'disabled' : each.passwordHash === null ? 'by link only' : 'by password',
      hasSecondFactor(each) ? 'second factor' : each.needsSecondFactor ? 'needs a second factor' : '-',
    ])
    const none =
      'There are no managers, so nobody has to sign in: ./mailkeep manager add NAME --role operator'
    out.answer(
      managers.map(described),
      rows.length === 0 ? none : table(['name', 'role', 'reach', 'signs in', 'second factor'], rows),
    )
    return 0
  },
}

const link: SiteCommand = {
  name: 'link',
  summary: 'makes a link that signs in once',
  help: `Usage: mailkeep manager link NAME
Prints a link that signs a manager in once, within a day: for a first password, a lost one, or when nothing else lets
him in. A second factor is still asked for; manager drop-factor takes it away.`,
  options: {},
  async run(site, given, out) {
    const manager = await managerOf(site, given)
    const made = await linkFor(site, accessOrderOf(site), manager)
    out.answer({ manager: manager.id, link: made }, made)
    return 0
  },
}

const disable = switching(
  'disable',
  'keeps a manager out',
  'His sessions end at once; `manager enable` lets him in again. Keys that he has made go on, and are named.',
)
const enable = switching(
  'enable',
  'lets a manager in again',
  'His password and second factor are as they were.',
)

function switching(name: 'disable' | 'enable', summary: string, help: string): SiteCommand {
  return {
    name,
    summary,
    help: `Usage: mailkeep manager ${name} NAME\n${help}`,
    options: {},
    async run(site, given, out) {
      const manager = await managerOf(site, given)
      await disableManager(accessOrderOf(site), manager, name === 'disable')
      const { keys, said } = await keysLeft(site, manager)
      out.answer({ manager: manager.id, keys }, `${manager.id} is ${name}d.${said}`)
      return 0
    },
  }
}

const dropFactor: SiteCommand = {
  name: 'drop-factor',
  summary: 'takes the second factor away',
  help: `Usage: mailkeep manager drop-factor NAME
Takes authenticator, passkeys and recovery codes away from a manager who has lost them; his sessions end.`,
  options: {},
  async run(site, given, out) {
    const manager = await managerOf(site, given)
    await dropSecondFactor({ ...accessOrderOf(site), accounts: site.accounts }, manager)
    out.answer(
      { manager: manager.id },
      `${manager.id} signs in without a second factor until he sets one up.`,
    )
    return 0
  },
}

const sessions: SiteCommand = {
  name: 'sessions',
  summary: 'lists where a manager is signed in',
  help: `Usage: mailkeep manager sessions NAME [--end]
Lists the sessions of a manager.
  --end  ends all of them`,
  options: { end: { type: 'boolean' } },
  async run(site, given, out) {
    const manager = await managerOf(site, given)
    const found = await site.access.sessionsOf(manager.id)
    if (given.flag('end')) await endSessions(accessOrderOf(site), manager, null)
    const rows = found.map((each) => [localTime(each.seenAt), each.ip, clip(each.agent, 60)])
    const ended = given.flag('end') ? `${found.length} ended.\n` : ''
    out.answer(
      found.map(({ hash: _secret, ...each }) => each),
      rows.length === 0
        ? `${manager.id} is signed in nowhere.`
        : ended + table(['last seen', 'address', 'browser'], rows),
    )
    return 0
  },
}

const remove: SiteCommand = {
  name: 'remove',
  summary: 'removes a manager',
  help: `Usage: mailkeep manager remove NAME
Removes a manager with his sessions and links. What he did stays in the audit log. Keys that he has made go on: they are
named, and key remove --made-by takes them away.`,
  options: {},
  async run(site, given, out) {
    const manager = await managerOf(site, given)
    await removeManager(accessOrderOf(site), manager)
    const { keys, said } = await keysLeft(site, manager)
    out.answer({ manager: manager.id, keys }, `${manager.id} is removed.${said}`)
    return 0
  },
}

export const command: GroupCommand = {
  name: 'manager',
  summary: 'people who sign in: adds, lists, lets in and keeps out',
  verbs: [add, list, link, disable, enable, dropFactor, sessions, remove],
}

/** An order about who may come in, by whoever runs this command. */
export function accessOrderOf(site: Site): AccessOrder {
  return { ...orderOf(site), access: site.access, ip: '' }
}

async function linkFor(site: Site, order: AccessOrder, manager: Manager): Promise<string> {
  return `${addressOfPage(site.loaded.config)}/sign-in/link/${await makeSignInLink(order, manager, linkLifeMs)}`
}

async function operatorOf(site: Site): Promise<string> {
  const operator = (await site.directory.tenants()).find((each) => each.level === 'operator')
  if (!operator)
    throw new OrderError('not-found', 'there is no tenant yet: ./mailkeep tenant add ID --level operator')
  return operator.id
}

async function managerOf(site: Site, given: Arguments): Promise<Manager> {
  const id = oneName(given).toLowerCase()
  const manager = await site.access.manager(id)
  if (!manager)
    throw new OrderError('not-found', `there is no manager ${id}; ./mailkeep manager list names them`)
  return manager
}

function oneName(given: Arguments): string {
  const [id, ...more] = given.words
  if (id === undefined || more.length > 0) throw new UseError('name one manager')
  return id
}

/** Keys that go on though whoever made them could not make them now, and what is said of them. */
async function keysLeft(site: Site, { id }: Manager): Promise<{ keys: object[]; said: string }> {
  const found = await keysLeftBy(site.access, await site.directory.tenants(), id, Date.now())
  const keys = found.map(({ hash: _secret, ...each }) => each)
  if (keys.length === 0) return { keys, said: '' }
  const lines = found.map((each) => `  ${each.id}  ${each.name} (${each.tenant}: ${each.scopes.join(' ')})`)
  return {
    keys,
    said: `\nKeys that ${id} has made go on, so that no program stops:\n${lines.join('\n')}\n./mailkeep key remove --made-by ${id} removes them.`,
  }
}

/** Nothing that is secret. */
function described(manager: Manager): object {
  const { passwordHash, totpSecret, recoveryCodes, isProbe: _never, ...shown } = manager
  return {
    ...shown,
    hasPassword: passwordHash !== null,
    hasSecondFactor: hasSecondFactor(manager),
    hasAuthenticator: totpSecret !== null,
    recoveryCodes: recoveryCodes.length,
  }
}
