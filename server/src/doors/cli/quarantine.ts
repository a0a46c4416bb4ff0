import {
  deleteMessage,
  type QuarantineOrder,
  releaseMessage,
} from '#services/quarantine/act-on-quarantine.ts'
import { listQuarantine } from '#services/quarantine/list-quarantine.ts'
import { showQuarantined } from '#services/quarantine/show-quarantined.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { counted } from './counted.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { readCount } from './read-count.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'
import { describeStory } from './trace-story.ts'

const list: SiteCommand = {
  name: 'list',
  summary: 'lists mail set aside',
  help: `Usage: mailkeep quarantine list [--tenant ID] [--recipient ADDRESS] [--sender ADDRESS] [--limit N]
Lists mail in quarantine, newest first.`,
  options: {
    tenant: { type: 'string' },
    recipient: { type: 'string' },
    sender: { type: 'string' },
    limit: { type: 'string' },
  },
  async run(site, given, out) {
    const [tenant, recipient, sender] = [given.text('tenant'), given.text('recipient'), given.text('sender')]
    const { lines, more } = await listQuarantine(
      site.quarantine,
      {
        ...(tenant !== undefined && { tenant }),
        ...(recipient !== undefined && { recipient }),
        ...(sender !== undefined && { sender }),
      },
      readCount('limit', given.text('limit'), 100),
    )
    const rows = lines.map((each) => [
      each.messageId,
      localTime(each.since).slice(5, 16),
      clip(each.headerFrom || each.mailFrom, 20),
      clip(each.rcptTo, 20),
      clip(each.reason, 13),
      clip(each.subject, 10),
    ])
    const sheet =
      rows.length === 0
        ? 'Nothing is in quarantine.'
        : table(['message', 'since', 'sender', 'recipient', 'reason', 'subject'], rows)
    out.answer({ lines, more }, more ? `${sheet}\n... and more; --limit shows them` : sheet)
    return 0
  },
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

const release: SiteCommand = {
  name: 'release',
  summary: 'lets a message go on',
  help: `Usage: mailkeep quarantine release ID [--recipient ADDRESS] [--anyway]
Lets a message go on to its recipients, or to one of them. Where virus scanners are set, it is shown to
them once more; what they find brings it back to quarantine, and while none answers it waits.
  --anyway  without that: you know better than the scanners`,
  options: { recipient: { type: 'string' }, anyway: { type: 'boolean' } },
  async run(site, given, out) {
    const order = readOrder(site, given)
    const { config } = site.loaded
    const rescan = config['antivirus.backends'].length > 0 && !given.flag('anyway')
    const released = await releaseMessage(order, config['delivery.expiryInbound'], rescan)
    const next = rescan ? ' It is scanned once more before it leaves.' : ''
    out.answer(
      { messageId: order.messageId, released, rescan },
      `Released for ${counted(released, 'recipient')}.${next}`,
    )
    return 0
  },
}

const remove: SiteCommand = {
  name: 'delete',
  summary: 'deletes a message for good',
  help: `Usage: mailkeep quarantine delete ID [--recipient ADDRESS] --yes
Deletes a message from quarantine for good, for all its recipients or for one.`,
  options: { recipient: { type: 'string' }, yes: { type: 'boolean' } },
  async run(site, given, out) {
    const order = readOrder(site, given)
    if (!given.flag('yes')) throw new UseError('this cannot be undone; say --yes to do it')
    const deleted = await deleteMessage(order)
    out.answer({ messageId: order.messageId, deleted }, `Deleted for ${counted(deleted, 'recipient')}.`)
    return 0
  },
}

function readOrder(site: Site, given: Arguments): QuarantineOrder {
  const recipient = given.text('recipient')
  return {
    quarantine: site.quarantine,
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
  summary: 'lists, shows, releases and deletes mail set aside',
  verbs: [list, show, release, remove],
}
