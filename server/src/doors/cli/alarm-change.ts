import type { Target } from '#services/alarms/alarm-store.ts'
import { changeSubscription, type SubscriptionChange } from '#services/alarms/change-subscription.ts'
import { subscriptionInReach } from '#services/alarms/subscribe.ts'
import { stateOf } from '#services/directory/directory-order.ts'
import { alarmOrderOf } from './alarm-order.ts'
import { addedPlaces, answerWish, quietIn, wishOptions } from './alarm-wish.ts'
import { placeIn } from './alarm-words.ts'
import { type Arguments, UseError } from './arguments.ts'
import type { SiteCommand } from './site-command.ts'

/** `./mailkeep alarm change`. */
export const change: SiteCommand = {
  name: 'change',
  summary: 'changes who is told, and how',
  help: `Usage: mailkeep alarm change ID [--name ALARM... | --every] [--without PLACE...] [--also PLACE...]
       [--escalate-after TIME=PLACE...] [--quiet FROM-TO --zone ZONE [--days DAYS] [--quiet-critical] | --no-quiet]
Changes a subscription to alarms ("mailkeep alarm told" has the ids); what is not named stays. Places that stay go on
where they were; new ones hear of what is open.
  --name     only these kinds of alarms from now on; may stand several times
  --every    alarms of every kind
  --without  a place that is told no more, by its address or its number in "mailkeep alarm told"; several times
  --no-quiet no quiet hours any more
The others as "mailkeep alarm tell" has them.`,
  options: {
    ...wishOptions,
    every: { type: 'boolean' },
    without: { type: 'string', multiple: true },
    'no-quiet': { type: 'boolean' },
  },
  async run(site, given, out) {
    const [id, ...more] = given.words
    if (id === undefined || more.length > 0) throw new UseError('name one id')
    const order = alarmOrderOf(site)
    const before = await subscriptionInReach(order, id)
    const changed = readChange(given, before.targets)
    const after = await changeSubscription({ ...order, seen: stateOf(before) }, id, changed)
    answerWish(out, after, before.targets)
    return 0
  },
}

/** @throws UseError */
function readChange(given: Arguments, targets: readonly Target[]): SubscriptionChange {
  const names = given.texts('name')
  if (names.length > 0 && given.flag('every')) throw new UseError('--name and --every exclude each other')
  const quiet = quietIn(given)
  if (quiet !== null && given.flag('no-quiet'))
    throw new UseError('--quiet and --no-quiet exclude each other')
  const places = readPlaces(given, targets)
  const change = {
    ...((names.length > 0 || given.flag('every')) && { names }),
    ...(places && { targets: places }),
    ...((quiet !== null || given.flag('no-quiet')) && { quiet }),
  }
  if (Object.keys(change).length === 0) throw new UseError('say what is to be another')
  return change
}

/** Undefined: all places stay as they are. */
function readPlaces(given: Arguments, targets: readonly Target[]): SubscriptionChange['targets'] {
  const without = given.texts('without')
  const added = addedPlaces(given)
  const gone = new Set(without.map((each) => placeIn(targets, each)))
  if (without.length === 0 && added.length === 0) return undefined
  const kept = targets.flatMap((each, keeps) => (gone.has(keeps) ? [] : [{ keeps, afterMs: each.afterMs }]))
  return [...kept, ...added]
}
