import { useSyncExternalStore } from 'react'
import { clockTime, dueTime, exactTime, relativeTime, sinceTime } from './format-time.ts'

const listeners = new Set<() => void>()
let now = Date.now()
let timer: number | undefined

/** One clock for all times on the page; ticks only while somebody looks at it. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) {
    // It stood still while nobody looked.
    now = Date.now()
    timer = window.setInterval(() => {
      now = Date.now()
      for (const each of listeners) each()
    }, 5000)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    window.clearInterval(timer)
    timer = undefined
  }
}

/** Milliseconds since 1970, fresh within five seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}

/** When something is due; what is late says since when. */
export function Due({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={exactTime(at)}>
      {dueTime(at, useNow())}
    </time>
  )
}

/** A time as people say it; the exact one, and UTC, on hover. `clock`: hours, minutes and seconds instead; `since`: as it
 * stands after that word. */
export function Moment({
  at,
  form = 'relative',
}: {
  readonly at: string
  readonly form?: 'relative' | 'clock' | 'since'
}) {
  const ticked = useNow()
  // What has come since the last tick is not to come.
  const present = Date.parse(at) > ticked ? Math.max(ticked, Date.now()) : ticked
  return (
    <time dateTime={at} title={exactTime(at)}>
      {form === 'clock'
        ? clockTime(at, present)
        : form === 'since'
          ? sinceTime(at, present)
          : relativeTime(at, present)}
    </time>
  )
}
