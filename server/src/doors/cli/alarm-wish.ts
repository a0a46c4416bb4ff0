import type { Subscription, Target } from '#services/alarms/alarm-store.ts'
import type { QuietHours } from '#services/alarms/quiet-hours.ts'
import { type NewTarget, shownAddress } from '#services/alarms/target.ts'
import { shownWhole } from './alarm-order.ts'
import { readQuiet, readStep } from './alarm-words.ts'
import type { Arguments } from './arguments.ts'
import type { Output } from './output.ts'

/** Options by which `alarm tell` and `alarm change` say of what somebody is told, who else, and when not. */
export const wishOptions = {
  name: { type: 'string', multiple: true },
  also: { type: 'string', multiple: true },
  'escalate-after': { type: 'string', multiple: true },
  quiet: { type: 'string' },
  zone: { type: 'string' },
  days: { type: 'string' },
  'quiet-critical': { type: 'boolean' },
} as const

/** Places that come to those that are there. @throws UseError */
export function addedPlaces(given: Arguments): NewTarget[] {
  return [
    ...given.texts('also').map((each) => readStep(`0m=${each}`)),
    ...given.texts('escalate-after').map(readStep),
  ]
}

/** Null: none are asked for. @throws UseError */
export function quietIn(given: Arguments): QuietHours | null {
  return readQuiet(given.text('quiet'), given.text('zone'), given.text('days'), given.flag('quiet-critical'))
}

/** Says who is told from now on, and the secrets of those webhooks that were not there `before`: shown this once. */
export function answerWish(out: Output, now: Subscription, before: readonly Target[] = []): void {
  const known = new Set(before.map((each) => each.secret))
  const secrets = now.targets
    .filter((each) => each.form === 'webhook' && !known.has(each.secret))
    .map((each) => each.secret)
  const signed = secrets.map((each) => `\nIt signs with this secret, shown this once: ${each}`).join('')
  const places = now.targets.map(shownAddress).join(', then ')
  out.answer({ ...shownWhole(now), secrets }, `${places} is told of alarms of ${now.scope}.${signed}`)
}
