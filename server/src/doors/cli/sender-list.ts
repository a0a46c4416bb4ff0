import { addSender, removeSender } from '#services/policy/list-senders.ts'
import { readScope } from '#services/policy/scope.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { policyOrderOf } from './order-of.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

type Kind = 'allow' | 'block'

const level = 'LEVEL is the id of a tenant, a domain, DOMAIN/GROUP or an address.'

const about: Readonly<Record<Kind, string>> = {
  allow: `Allowed senders are delivered whatever block lists and score say, unless they may be forged. Viruses, mail that
could not be looked at and refusals by DMARC are not let through. Domains of yours and public mail services are refused.`,
  block: 'Mail of blocked senders is quarantined, unless an allow list or a rule lets it through.',
}

function add(kind: Kind): SiteCommand {
  return {
    name: 'add',
    summary: `adds senders to the ${kind} list of a level`,
    help: `Usage: mailkeep ${kind} add LEVEL ADDRESS|DOMAIN...
Adds exact addresses or exact domains; subdomains are not meant by them.
${about[kind]}
${level}`,
    options: {},
    async run(site, given, out) {
      const [scope, entries] = await readPlace(site, given)
      const added = []
      for (const entry of entries) {
        const { sender, notice } = await addSender(policyOrderOf(site), scope, kind, entry)
        if (notice) out.warn(`${notice}.`)
        added.push(sender.entry)
      }
      await site.publish()
      out.answer({ scope: scope.name, added }, `${added.join(', ')}: on the ${kind} list of ${scope.name}.`)
      return 0
    },
  }
}

function remove(kind: Kind): SiteCommand {
  return {
    name: 'remove',
    summary: `takes senders off the ${kind} list of a level`,
    help: `Usage: mailkeep ${kind} remove LEVEL ADDRESS|DOMAIN...
Takes entries off the list.
${level}`,
    options: {},
    async run(site, given, out) {
      const [scope, entries] = await readPlace(site, given)
      const removed = []
      for (const entry of entries) removed.push(await removeSender(policyOrderOf(site), scope, kind, entry))
      await site.publish()
      out.answer(
        { scope: scope.name, removed },
        `${removed.join(', ')}: off the ${kind} list of ${scope.name}.`,
      )
      return 0
    },
  }
}

function list(kind: Kind): SiteCommand {
  return {
    name: 'list',
    summary: `lists the ${kind} list`,
    help: `Usage: mailkeep ${kind} list [LEVEL]
Lists the entries of a level, or of all levels.
${level}`,
    options: {},
    async run(site, given, out) {
      const [text] = given.words
      const scope = text === undefined ? null : (await readScope(text, site.directory)).name
      const senders = (await site.policy.senders(scope)).filter((each) => each.kind === kind)
      const rows = senders.map((each) => [
        clip(each.scope, 40),
        clip(each.entry, 50),
        localTime(each.addedAt),
        clip(each.addedBy, 20),
      ])
      const nothing = `Nobody is on ${scope === null ? `a ${kind} list` : `the ${kind} list of ${scope}`}.`
      out.answer({ senders }, rows.length === 0 ? nothing : table(['level', 'sender', 'since', 'by'], rows))
      return 0
    },
  }
}

async function readPlace(site: Parameters<SiteCommand['run']>[0], given: Arguments) {
  const [text, ...entries] = given.words
  if (text === undefined || entries.length === 0) throw new UseError('name a level and at least one sender')
  return [await readScope(text, site.directory), entries] as const
}

/** `./mailkeep allow` and `./mailkeep block`. */
export function senderListCommand(kind: Kind): GroupCommand {
  return {
    name: kind,
    summary:
      kind === 'allow' ? 'lists of senders that are let through' : 'lists of senders that are quarantined',
    verbs: [add(kind), remove(kind), list(kind)],
  }
}
