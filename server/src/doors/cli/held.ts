import { listHeld, orderHeld } from '#services/held/order-held.ts'
import { whyHeld } from '#services/held/why-held.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { readCount } from './read-count.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const list: SiteCommand = {
  name: 'list',
  summary: 'lists mail that is held before it leaves',
  help: `Usage: mailkeep held list [--sender ADDRESS] [--asked] [--limit N]
Lists mail of our own people that policy holds before it leaves, oldest first.
  --sender  only mail of this envelope sender
  --asked   only what its sender has asked managers to send`,
  options: { sender: { type: 'string' }, asked: { type: 'boolean' }, limit: { type: 'string' } },
  async run(site, given, out) {
    const limit = readCount('limit', given.text('limit'), 100)
    const sender = given.text('sender')
    const query = { ...(sender !== undefined && { sender }), asked: given.flag('asked') }
    const { lines, more } = await listHeld(site.held, query, limit)
    const rows = lines.map((each) => [
      each.messageId,
      localTime(each.heldAt).slice(5, 16),
      clip(each.sender, 24),
      String(each.held),
      each.reason,
      each.askedAt === null ? '' : 'asked',
      clip(each.subject, 20),
    ])
    const head = ['message', 'since', 'sender', 'to', 'reason', '', 'subject']
    const shown = lines.map((each) => ({ ...each, why: whyHeld(each) }))
    out.answer({ lines: shown, more }, rows.length === 0 ? 'Nothing is held.' : table(head, rows))
    return 0
  },
}

const verbs = {
  release: ['sends it to its recipients after all', 'is sent to'],
  return: ['gives it back to its sender with a notice', 'is given back for'],
  withdraw: ['takes it back for good', 'was taken back for'],
} as const

function orderOf(name: keyof typeof verbs): SiteCommand {
  const [summary, said] = verbs[name]
  return {
    name,
    summary,
    help: `Usage: mailkeep held ${name} MESSAGE [--note TEXT]
${summary.charAt(0).toUpperCase()}${summary.slice(1)}.
  --note  a sentence for the audit log`,
    options: { note: { type: 'string' } },
    async run(site, given, out) {
      const messageId = onlyWord(given)
      const note = given.text('note')
      const order = { ...site.held, messageId, who: site.who, ip: '', mayVirus: true }
      const done = await orderHeld({ ...order, ...(note !== undefined && { note }) }, name)
      out.answer({ messageId, done }, `${messageId} ${said} ${done} of its recipients.`)
      return 0
    },
  }
}

function onlyWord(given: Arguments): string {
  const [word, ...more] = given.words
  if (word === undefined || more.length > 0) throw new UseError('name one message')
  return word
}

/** `./mailkeep held`. */
export const command: GroupCommand = {
  name: 'held',
  summary: 'mail held before it leaves: lists, releases, returns, withdraws',
  verbs: [list, orderOf('release'), orderOf('return'), orderOf('withdraw')],
}
