import { listQueue } from '#services/queue/list-queue.ts'
import type { QueueLane, QueueLine } from '#services/queue/queue-store.ts'
import { timeToEmpty } from '#services/queue/time-to-empty.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { localTime } from './local-time.ts'
import { nextTry } from './next-try.ts'
import { readCount } from './read-count.ts'
import { readSelection, selectionHelp, selectionOptions } from './selection-options.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const states = ['waiting', 'held', 'returned'] as const

/** `./mailkeep queue list`. */
export const queueList: SiteCommand = {
  name: 'list',
  summary: 'shows what waits',
  help: `Usage: mailkeep queue list [ID...] [selection] [--state waiting|held|returned] [--limit N]
Shows the lanes with mail in them; with a selection or --state its deliveries.
${selectionHelp}
  --state      waiting and held where it is left out; returned: mail whose content is kept
  --limit      most lines; default 100`,
  options: { ...selectionOptions, state: { type: 'string' }, limit: { type: 'string' } },
  async run(site, given, out) {
    const selection = readSelection(given, Date.now())
    const asked = given.text('state')
    const state = states.find((each) => each === asked)
    if (asked !== undefined && !state) throw new UseError(`--state is one of ${states.join(', ')}`)
    const limit = readCount('limit', given.text('limit'), 100)
    const { lanes, deliveries, more } = await listQueue(site.queue, selection, state, limit)
    const text = lanes ? describeLanes(lanes) : describeDeliveries(deliveries ?? [])
    out.answer(
      lanes ? { lanes, more } : { deliveries, more },
      more ? `${text}\n... and more; --limit shows them` : text,
    )
    return 0
  },
}

function describeLanes(lanes: readonly QueueLane[]): string {
  if (lanes.length === 0) return 'Nothing waits.'
  const now = Date.now()
  const rows = lanes.map((each) => [
    clip(each.lane, 30),
    each.state,
    String(each.deliveries),
    localTime(each.oldestAt).slice(5, 16),
    nextTry(each.nextDue, now),
    describeEmpty(each),
  ])
  const sheet = table(['lane', 'state', 'mail', 'oldest', 'next try', 'empty in'], rows)
  const words = lanes
    .filter((each) => each.lastReply !== '')
    .map(
      (each) =>
        `  ${clip(each.lane, 40)}: ${each.failsInTls ? 'next hop failing: TLS; ' : ''}${clip(each.lastReply, 54)}`,
    )
  return words.length === 0 ? sheet : `${sheet}\n\nLast words of the next hop:\n${words.join('\n')}`
}

/** When nothing waits any more, if mail goes on to come and leave as it did. */
function describeEmpty({ state, deliveries, came, gone }: QueueLane): string {
  if (state === 'held') return '-'
  const { emptyInMs, leaves } = timeToEmpty(deliveries, [{ came, gone }])
  if (emptyInMs === null) return leaves === 0 ? 'nothing leaves' : 'grows'
  const minutes = Math.ceil(emptyInMs / 60_000)
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`
}

function describeDeliveries(lines: readonly QueueLine[]): string {
  if (lines.length === 0) return 'Nothing of the kind is in the queue.'
  const now = Date.now()
  const rows = lines.map((each) => [
    each.messageId,
    clip(each.rcptTo, 30),
    each.underWay ? 'on its way' : each.state,
    clip(each.reason, 20),
    nextTry(each.dueAt, now),
  ])
  return table(['message', 'recipient', 'state', 'reason', 'next try'], rows)
}
