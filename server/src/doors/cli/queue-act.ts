import { actOnQueue, countTargets, type QueueOrder } from '#services/queue/act-on-queue.ts'
import type { QueueAction } from '#services/queue/queue-store.ts'
import { type Arguments, UseError } from './arguments.ts'
import { counted } from './counted.ts'
import type { Output } from './output.ts'
import {
  readSelection,
  returnedHelp,
  returnedOptions,
  selectionHelp,
  selectionOptions,
} from './selection-options.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'

interface About {
  readonly action: QueueAction
  readonly summary: string
  /** Sentences of help. */
  readonly what: string
}

/** Above this many deliveries an order needs --yes. */
const freeHand = 1

const actOptions = { ...selectionOptions, all: { type: 'boolean' }, yes: { type: 'boolean' } } as const

/** A command that orders something for queued mail: it counts first, and does it when that is plain or confirmed. */
export function queueAct({ action, summary, what }: About, command = `queue ${action}`): SiteCommand {
  const [isReroute, isResend] = [action === 'reroute', action === 'resend']
  return {
    name: command.split(' ').at(-1) ?? command,
    summary,
    help: `Usage: mailkeep ${command} ID...${isReroute ? ' --next-hop HOP' : ''} [selection] [--all] [--yes]
${what}
${selectionHelp}${isResend ? `\n${returnedHelp}` : ''}
  --all        everything that is not narrowed by the selection
  --yes        does it for more than one delivery; without it the number is shown and nothing is done${isReroute ? '\n  --next-hop   where it goes instead, in the form of "domain add"' : ''}
Exit code 0: done. 1: nothing of the kind was there, or --yes is missing.`,
    options: {
      ...actOptions,
      ...(isReroute && { 'next-hop': { type: 'string' } }),
      ...(isResend && returnedOptions),
    },
    run: (site, given, out) => order(action, site, given, out),
  }
}

async function order(action: QueueAction, site: Site, given: Arguments, out: Output): Promise<number> {
  const queueOrder = readOrder(action, site, given)
  const count = await countTargets(queueOrder)
  if (count === 0) {
    out.answer({ action, deliveries: 0, done: 0 }, `There is nothing to ${action}.`)
    return 1
  }
  if (count > freeHand && !given.flag('yes')) {
    out.answer(
      { action, deliveries: count, done: 0 },
      `This would ${action} ${plural(count)}. Nothing is done yet: say --yes to do it.`,
    )
    return 1
  }
  const done = await actOnQueue(queueOrder, (soFar) => out.progress(`${soFar} of ${count}`))
  out.progress('')
  const left = count - done
  const rest = left > 0 ? ` ${left} on the way at that moment: left alone.` : ''
  out.answer({ action, deliveries: count, done }, `${capital(words[action])} ${plural(done)}.${rest}`)
  return done === 0 ? 1 : 0
}

/** What was done to mail, for the sentence at the end. */
const words: Readonly<Record<QueueAction, string>> = {
  retry: 'due at once:',
  hold: 'held',
  release: 'released',
  reroute: 'rerouted',
  return: 'given back:',
  resend: 'sent again:',
}

function plural(count: number): string {
  return counted(count, 'delivery', 'deliveries')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function readOrder(action: QueueAction, site: Site, given: Arguments): QueueOrder {
  const at = Date.now()
  const via = action === 'reroute' ? given.text('next-hop') : undefined
  if (via !== undefined) checkHop(site, via)
  return {
    queue: site.queue,
    action,
    selection: readSelection(given, at),
    all: given.flag('all'),
    at,
    who: site.who,
    ...(via !== undefined && { via }),
  }
}

function checkHop(site: Site, text: string): void {
  try {
    site.checkNextHop(text)
  } catch (cause) {
    throw new UseError((cause as Error).message)
  }
}
