import { OrderError } from '#services/ledger/order-error.ts'
import { UseError } from './arguments.ts'
import type { GroupCommand } from './group-command.ts'
import { queueAct } from './queue-act.ts'
import { queueList } from './queue-list.ts'
import type { SiteCommand } from './site-command.ts'
import { describeStory } from './trace-story.ts'

const show: SiteCommand = {
  name: 'show',
  summary: 'shows one message of the queue',
  help: `Usage: mailkeep queue show ID
Shows a message with its deliveries, its timeline and what the next hop said.`,
  options: {},
  async run(site, given, out) {
    const [id, ...more] = given.words
    if (id === undefined || more.length > 0) throw new UseError('name one message')
    const traced = await site.ledger.read(id.replace(/^\[|\]$/g, ''))
    if (traced?.kind !== 'message') throw new OrderError('not-found', `there is no message ${id}`)
    const lines = await site.queue.list({ messageIds: [traced.id] }, ['waiting', 'held', 'returned'], 1000)
    out.answer({ message: traced, queued: lines }, describeStory(traced))
    return 0
  },
}

/** `./mailkeep queue` (OUT-23). */
export const queueCommand: GroupCommand = {
  name: 'queue',
  summary: 'shows waiting and held mail, and gives it orders',
  verbs: [
    queueList,
    show,
    queueAct({
      action: 'retry',
      summary: 'tries mail again now',
      what: 'Makes waiting mail due at once.',
    }),
    queueAct({
      action: 'hold',
      summary: 'stops mail',
      what: 'Stops waiting mail until it is released.',
    }),
    queueAct({
      action: 'release',
      summary: 'lets held mail go',
      what: 'Lets held mail go, with a new life.',
    }),
    queueAct({
      action: 'reroute',
      summary: 'sends mail to another next hop',
      what: 'Sends waiting or held mail to another next hop than the directory names.',
    }),
    queueAct({
      action: 'return',
      summary: 'gives mail back to its sender',
      what: 'Gives waiting or held mail back to its sender with a notice; the server does it within seconds.',
    }),
  ],
}

/** `./mailkeep resend`. */
export const resendCommand: SiteCommand = queueAct(
  {
    action: 'resend',
    summary: 'sends returned mail again',
    what: 'Sends returned mail again whose content is still kept (spool.keepReturned), once, with a new life.',
  },
  'resend',
)
