import {
  deleteMessage,
  type QuarantineOrder,
  releaseMessage,
} from '#services/quarantine/act-on-quarantine.ts'
import { listQuarantine } from '#services/quarantine/list-quarantine.ts'
import type { QuarantineSelection } from '#services/quarantine/quarantine-store.ts'
import { conditionNames } from '#services/quarantine/read-selection.ts'
import { showQuarantined } from '#services/quarantine/show-quarantined.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { counted } from './counted.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { orderMany } from './quarantine-many.ts'
import { conditionHelp, conditionOptions, readConditions } from './quarantine-options.ts'
import { readCount } from './read-count.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'
import { describeStory } from './trace-story.ts'

const list: SiteCommand = {
  name: 'list',
  summary: 'lists mail set aside',
  help: `Usage: mailkeep quarantine list [conditions] [--limit N]
Lists mail in quarantine, newest first, a line a recipient.
${conditionHelp}
  --limit      most lines; default 100`,
  options: { ...conditionOptions, limit: { type: 'string' } },
  async run(site, given, out) {
    if (given.words.length > 0)
      throw new UseError('a list takes conditions; "quarantine show ID" has one message')
    const wanted = await readConditions(site, given, Date.now())
    const limit = readCount('limit', given.text('limit'), 100)
    const { lines, more } = await listQuarantine(site.quarantine, wanted, limit)
    const rows = lines.map((each) => [
      each.messageId,
      localTime(each.since).slice(5, 16),
      clip(each.headerFrom || each.mailFrom, 20),
      clip(each.rcptTo, 20),
      clip(each.reason, 13),
      clip(each.subject, 10),
    ])
    const sheet = table(['message', 'since', 'sender', 'recipient', 'reason', 'subject'], rows)
    const none = `Nothing ${Object.keys(wanted).length > 0 ? 'of the kind ' : ''}is in quarantine.`
    const rest = more ? `\n${await sayRest(site, wanted, lines.length)}` : ''
    out.answer({ lines, more }, rows.length === 0 ? none : `${sheet}${rest}`)
    return 0
  },
}

async function sayRest(site: Site, wanted: QuarantineSelection, shown: number): Promise<string> {
  const { deliveries } = await site.quarantine.count(wanted)
  return `... ${shown} of ${deliveries}; --limit shows more`
}

const show: SiteCommand = {
  name: 'show',
  summary: 'shows why a message was set aside',
  help: `Usage: mailkeep quarantine show ID
Shows a message in quarantine with its findings and timeline; never its content.`,
  options: {},
  async run(site, given, out) {
    const message = await showQuarantined(site.ledger, idOf(given))
    out.answer(message, describeStory(message))
    return 0
  },
}

const actOptions = { ...conditionOptions, yes: { type: 'boolean' } } as const

const release: SiteCommand = {
  name: 'release',
  summary: 'lets mail go on',
  help: `Usage: mailkeep quarantine release ID [--recipient ADDRESS] [--anyway]
       mailkeep quarantine release [ID...] [conditions] [--viruses] [--anyway] --yes
Lets a message go on to its recipients, or to one of them; or all that ids and conditions mean. It is scanned once more
before it leaves: a virus, or phishing that was not known when it was set aside, brings it back to quarantine, and while
a virus scanner that is set does not answer it waits.
  --anyway     without that: you know better
  --viruses    what was set aside for a virus too; without it an order for many leaves that, unless --reason names virus
${conditionHelp}
  --yes        does it for all that is meant; without it the number is shown and nothing is done
Exit code 0: done. 1: nothing of the kind was there, or --yes is missing.`,
  options: { ...actOptions, anyway: { type: 'boolean' }, viruses: { type: 'boolean' } },
  async run(site, given, out) {
    const { config } = site.loaded
    const anyway = given.flag('anyway')
    if (!isOneMessage(given)) return orderMany('release', !anyway, site, given, out)
    const order = readOrder(site, given)
    const released = await releaseMessage(order, config['delivery.expiryInbound'], anyway)
    const next = anyway ? '' : ' It is scanned once more before it leaves.'
    out.answer(
      { messageId: order.messageId, released, rescan: !anyway },
      `Released for ${counted(released, 'recipient')}.${next}`,
    )
    return 0
  },
}

const remove: SiteCommand = {
  name: 'delete',
  summary: 'deletes mail for good',
  help: `Usage: mailkeep quarantine delete ID [--recipient ADDRESS] --yes
       mailkeep quarantine delete [ID...] [conditions] --yes
Deletes a message from quarantine for good, for all its recipients or for one; or all that ids and conditions mean.
${conditionHelp}
  --yes        does it; without it the number is shown and nothing is done
Exit code 0: done. 1: nothing of the kind was there, or --yes is missing.`,
  options: actOptions,
  async run(site, given, out) {
    if (!isOneMessage(given)) return orderMany('delete', false, site, given, out)
    const order = readOrder(site, given)
    if (!given.flag('yes')) throw new UseError('this cannot be undone; say --yes to do it')
    const deleted = await deleteMessage(order)
    out.answer({ messageId: order.messageId, deleted }, `Deleted for ${counted(deleted, 'recipient')}.`)
    return 0
  },
}

const rejudge: SiteCommand = {
  name: 'rejudge',
  summary: 'judges mail anew where it is',
  help: `Usage: mailkeep quarantine rejudge [ID...] [conditions] --yes
Lets the checks look anew at mail in quarantine, by the policy of now. What is good by now leaves; the rest stays.
${conditionHelp}
  --yes        does it for all that is meant; without it the number is shown and nothing is done
Exit code 0: done. 1: nothing of the kind was there, or --yes is missing.`,
  options: actOptions,
  run: (site, given, out) => orderMany('rejudge', false, site, given, out),
}

/** One message is named, and nothing beside it but one of its recipients: what is wrong with it is said in full. */
function isOneMessage(given: Arguments): boolean {
  return (
    given.words.length === 1 &&
    !['of', ...conditionNames].some((name) => name !== 'recipient' && given.has(name))
  )
}

function readOrder(site: Site, given: Arguments): QuarantineOrder {
  const recipient = given.text('recipient')
  return {
    ledger: site.ledger,
    directory: site.directory,
    messageId: idOf(given),
    at: Date.now(),
    who: site.who,
    mayVirus: true,
    ...(recipient !== undefined && { recipients: [recipient] }),
  }
}

function idOf(given: Arguments): string {
  const [id, ...more] = given.words
  if (id === undefined || more.length > 0) throw new UseError('name one message')
  return id
}

/** `./mailkeep quarantine`. */
export const command: GroupCommand = {
  name: 'quarantine',
  summary: 'lists, shows, releases, deletes and rejudges mail set aside',
  verbs: [list, show, release, remove, rejudge],
}
