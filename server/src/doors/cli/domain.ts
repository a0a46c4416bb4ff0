import { addDomain } from '#services/directory/add-domain.ts'
import { checkDomain } from '#services/directory/check-domain.ts'
import { recordLights } from '#services/directory/domain-lights.ts'
import { removeDomain } from '#services/directory/remove-domain.ts'
import { explainPolicy } from '#services/queue/explain-route.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { counted } from './counted.ts'
import { describeEnded, inWords } from './describe-ended.ts'
import { describeRecords } from './describe-records.ts'
import { claim, claims, prove, unclaim } from './domain-claims.ts'
import type { GroupCommand } from './group-command.ts'
import { orderOf } from './order-of.ts'
import { sayHeld } from './say-held.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const add: SiteCommand = {
  name: 'add',
  summary: 'adds a domain',
  help: `Usage: mailkeep domain add NAME --next-hop HOP [--tenant ID] [--any-recipient | --listed-recipients]
Adds a domain, or changes one that is there.
  --next-hop           where its mail goes: smtp://HOST[:PORT][,HOST...], lmtp://HOST:PORT, mx:DOMAIN or
                       maildir:FOLDER; options follow a question mark: tls=never|opportunistic|required|verify,
                       own=yes, identity=NAME
  --tenant             whose it is; not needed where there is one customer
  --any-recipient      every address of the domain gets mail, not only known users
  --listed-recipients  only known users again`,
  options: {
    'next-hop': { type: 'string' },
    tenant: { type: 'string' },
    'any-recipient': { type: 'boolean' },
    'listed-recipients': { type: 'boolean' },
  },
  async run(site, given, out) {
    const [nextHop, tenant] = [given.text('next-hop'), given.text('tenant')]
    const name = nameOf(given)
    const known = (await site.directory.domains()).find((each) => each.name === name.toLowerCase())
    if (nextHop === undefined && !known) throw new UseError('where does its mail go? Say it with --next-hop')
    const anyRecipient = recipientsOf(given)
    const { domain, isNew } = await addDomain(
      orderOf(site),
      {
        name,
        nextHop: nextHop ?? known?.nextHop ?? '',
        ...(tenant !== undefined && { tenant }),
        ...(anyRecipient !== undefined && { anyRecipient }),
      },
      site.checkNextHop,
      'vouched',
    )
    const { held } = await site.publish()
    out.answer(
      { ...domain, isNew },
      `${domain.name} of ${domain.tenant} is ${isNew ? 'added' : 'changed'}; its mail goes to ${domain.nextHop}.`,
    )
    sayHeld(out, held)
    return 0
  },
}

function recipientsOf(given: Arguments): boolean | undefined {
  if (given.flag('any-recipient')) return true
  return given.flag('listed-recipients') ? false : undefined
}

const wrongs = [...recordLights, 'any'] as const
const pageSize = 500

function wrongIn(given: Arguments): (typeof wrongs)[number] | undefined {
  const text = given.text('wrong')
  const found = wrongs.find((each) => each === text)
  if (text !== undefined && found === undefined)
    throw new UseError(`--wrong takes one of ${wrongs.join(', ')}; got ${text}`)
  return found
}

async function namesOfWrong(
  { directoryViews }: Site,
  wrong: (typeof wrongs)[number],
): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = { within: null, after, limit: pageSize }
    const lines = await directoryViews.domainLines(page, undefined, wrong)
    for (const { name } of lines) names.add(name)
    after = lines.length < pageSize ? undefined : lines.at(-1)?.name
  }
  return names
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists domains',
  help: `Usage: mailkeep domain list [--tenant ID] [--wrong RECORD]
Lists domains with their next hop and number of people.
  --wrong  only those where this was missing or wrong in DNS when the server last looked, one of
           ${wrongs.join(', ')}`,
  options: { tenant: { type: 'string' }, wrong: { type: 'string' } },
  async run(site, given, out) {
    const wrong = wrongIn(given)
    const named = wrong === undefined ? null : await namesOfWrong(site, wrong)
    const users = new Map((await site.directory.countUsers()).map((each) => [each.domain, each.users]))
    const tenant = given.text('tenant')
    const domains = (await site.directory.domains())
      .filter((each) => tenant === undefined || each.tenant === tenant)
      .filter(({ name }) => named?.has(name) ?? true)
      .map((each) => ({ ...each, users: users.get(each.name) ?? 0 }))
    const rows = domains.map((each) => [
      clip(each.name, 36),
      clip(each.tenant, 16),
      String(each.users),
      clip(each.nextHop, 36),
    ])
    const text =
      rows.length === 0
        ? `There are no domains ${named === null ? 'yet' : 'like that'}.`
        : table(['domain', 'tenant', 'users', 'next hop'], rows)
    out.answer({ domains }, text)
    return 0
  },
}

const show: SiteCommand = {
  name: 'show',
  summary: 'shows a domain',
  help: `Usage: mailkeep domain show NAME
Shows a domain with its settings and where each of them comes from.`,
  options: {},
  async run(site, given, out) {
    const domain = await findDomain(site, nameOf(given))
    const policy = explainPolicy(domain, await site.directory.tenants())
    const groups = (await site.directory.groups(domain.name)).map((each) => each.name)
    const users = (await site.directory.countUsers()).find((each) => each.domain === domain.name)?.users ?? 0
    const lines = [
      `domain    ${domain.name}`,
      `tenant    ${domain.tenant}`,
      `next hop  ${domain.nextHop}`,
      `users     ${users}`,
      `groups    ${groups.join(', ') || '-'}`,
      '',
      table(
        ['setting', 'value', 'from'],
        policy.map((each) => [each.name, each.value, `${each.from}${each.locked ? ', locked' : ''}`]),
      ),
    ]
    out.answer({ ...domain, users, groups, policy }, lines.join('\n'))
    return 0
  },
}

const remove: SiteCommand = {
  name: 'remove',
  summary: 'removes a domain',
  help: `Usage: mailkeep domain remove NAME [--yes]
Removes a domain with its people and groups, their rules, lists and passwords of mail programs, and its DKIM keys.
Whoever has the domain next begins with none of them. Mail that waits for it stays in the queue.
  --yes  also where it has people`,
  options: { yes: { type: 'boolean' } },
  async run(site, given, out) {
    const domain = await findDomain(site, nameOf(given))
    const users = (await site.directory.countUsers()).find((each) => each.domain === domain.name)?.users ?? 0
    if (users > 0 && !given.flag('yes'))
      throw new UseError(`${domain.name} has ${users} people; say --yes to remove them with it`)
    const ended = await removeDomain(orderOf(site), domain.name)
    const { held } = await site.publish()
    const gone = [counted(users, 'person', 'people'), ...describeEnded(ended)]
    out.answer({ removed: domain.name, users, ended }, `${domain.name} is removed, with ${inWords(gone)}.`)
    sayHeld(out, held)
    return 0
  },
}

const check: SiteCommand = {
  name: 'check',
  summary: 'checks the DNS records of a domain',
  help: `Usage: mailkeep domain check NAME
Shows the DNS records that the domain should have, and checks them: MX and its address, MTA-STS, TLS-RPT and TLSA.
Exit code 0: all are there. 1: one is missing, differs, or could not be asked.`,
  options: {},
  async run(site, given, out) {
    const domain = await findDomain(site, nameOf(given))
    const { config } = site.loaded
    const found = await checkDomain(domain.name, {
      platform: {
        host: config['site.host'],
        mtaSts: { mode: config['gateway.mtaSts'], maxAgeMs: config['gateway.mtaStsMaxAge'] },
      },
      resolver: site.resolver(),
      certificatePath: site.certificatePath,
    })
    out.answer(found, describeRecords(found))
    return found.complete ? 0 : 1
  },
}

function nameOf(given: Arguments): string {
  const [name, ...more] = given.words
  if (name === undefined || more.length > 0) throw new UseError('name one domain')
  return name
}

async function findDomain(site: Site, name: string) {
  const domain = (await site.directory.domains()).find((each) => each.name === name.toLowerCase())
  if (!domain) throw new UseError(`there is no domain ${name}; "mailkeep domain list" shows them`)
  return domain
}

/** `./mailkeep domain`. */
export const command: GroupCommand = {
  name: 'domain',
  summary: 'adds, lists, shows, removes and checks domains',
  verbs: [add, list, show, remove, check, claims, claim, prove, unclaim],
}
