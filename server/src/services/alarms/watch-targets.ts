import type { Alarms } from '#ground/platform/alarms.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import { targetFails } from './alarm-scopes.ts'
import type { Subscription } from './alarm-store.ts'
import type { Notice } from './notice-store.ts'
import { shownAddress } from './target.ts'

interface WatchParts {
  readonly own: Pick<Alarms, 'raise' | 'clear' | 'open'>
  readonly now: () => number
  readonly settings: () => { readonly lateMs: number }
}

/** Raises an alarm for each target that has taken nothing for long, so that those beside it hear of it. */
export function watchTargets(
  { own, now, settings }: WatchParts,
  subscriptions: readonly Subscription[],
  notices: readonly Notice[],
): void {
  const since = new Map<string, { readonly at: number; readonly why: string }>()
  for (const { subscription, tellings } of notices)
    for (const { target, failingSince, error } of tellings) {
      const key = `${subscription} ${target}`
      if (failingSince !== null && failingSince < (since.get(key)?.at ?? Number.POSITIVE_INFINITY))
        since.set(key, { at: failingSince, why: error })
    }
  for (const { id, scope, targets } of subscriptions)
    for (const [n, target] of targets.entries()) {
      const failing = since.get(`${id} ${n}`)
      if (!failing || now() - failing.at < settings().lateMs) continue
      own.raise(
        'alarm-target-fails',
        `${id} ${n}`,
        `${target.form} ${shownAddress(target)}, which is told of alarms of ${scope}, has taken nothing since ${utcWords(failing.at)} (${failing.why}); alarms are kept for it and tried again`,
      )
      since.set(`${id} ${n}`, { ...failing, at: 0 })
    }
  for (const { name, subject } of own.open())
    if (name === targetFails && since.get(subject)?.at !== 0) own.clear(name, subject)
}
