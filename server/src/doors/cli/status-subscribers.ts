import { removeSubscriber } from '#services/subscribers/settle-subscription.ts'
import { clip } from './clip.ts'
import { orderOf } from './order-of.ts'
import { readCount } from './read-count.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

export const subscribersVerb: SiteCommand = {
  name: 'subscribers',
  summary: 'who is told what is new on the status page',
  help: `Usage: mailkeep status subscribers [--limit N] [--after ADDRESS]
       mailkeep status subscribers --remove ID
Lists addresses that are told what is new on the status page, or ends one of them. People and programs subscribe and
leave by themselves, on the page.`,
  options: { limit: { type: 'string' }, after: { type: 'string' }, remove: { type: 'string' } },
  async run(site, given, out) {
    const id = given.text('remove')
    if (id !== undefined) {
      await removeSubscriber({ ...orderOf(site), subscribers: site.subscribers }, id)
      out.answer({ removed: id }, `${id} is told no more.`)
      return 0
    }
    const limit = readCount('limit', given.text('limit'), 50)
    const found = await site.subscribers.subscribers(given.text('after') ?? null, limit)
    const count = await site.subscribers.countSubscribers()
    const lines = found.map(({ leaveSecret: _secret, ...each }) => each)
    const rows = lines.map((each) => [
      each.id,
      each.kind,
      clip(each.address, 60),
      each.components.length === 0 ? 'all' : clip(each.components.join(', '), 40),
    ])
    const sum = `${count.confirmed} are told; ${count.asked} have not confirmed yet.`
    const text = rows.length === 0 ? sum : `${table(['id', 'kind', 'address', 'of'], rows)}\n${sum}`
    out.answer({ ...count, lines }, text)
    return 0
  },
}
