import type { PathResult } from './path.ts'
import type { WarmUpPlan } from './sending-address.ts'

/** What became of the tries of one day from one address towards one receiver. */
export type Tries = Readonly<Record<PathResult, number>>

/** Above this share of tries that were put off or refused for the address, the volume shrinks (OUT-09). */
const mostDeferred = 0.05
/** So few tries say nothing of a share. */
const enough = 20
/** A day counts as used, so that the next may have more, from this share of what it was allowed. */
const usedShare = 0.5
/** What is left of a volume that was too much. */
const backOff = 0.5
/** Share of a day's volume that may leave in one hour: a cold address that sends all of it at once looks like a burst. */
const hourShare = 1 / 6

/**
 * Messages that a receiver gets on a day from an address that grows: what it got on the first day, raised by the plan's
 * step after each day that was used and went well, halved after one on which too much was put off, and kept otherwise.
 * Pure: the figures of the days say all, so a restart changes nothing.
 * @param days figures of the days before, oldest first; days without any are left out
 */
export function volumeOf(plan: WarmUpPlan, days: readonly Tries[]): number {
  let volume = plan.start
  for (const day of days) {
    if (isTooMuch(day)) volume = Math.max(plan.start / 2, volume * backOff)
    else if (triesOf(day) >= volume * usedShare) volume *= 1 + plan.growth
  }
  return Math.max(1, Math.floor(volume))
}

/** A plan is over after so long, however it went. */
export const longestWarmUpMs = 60 * 86_400_000

/** Messages that a plan allows on a day of a volume; Infinity: it has come to its end at the receiver, or everywhere. */
export function limitOf(plan: WarmUpPlan, volume: number, now: number): number {
  return volume >= plan.full || now - plan.since > longestWarmUpMs ? Infinity : volume
}

/**
 * Messages that may still leave: none for the rest of a day on which too much was put off, and never more in an hour
 * than the sixth part of the day's volume.
 */
export function leftOf(volume: number, today: Tries, lastHour: number): number {
  if (isTooMuch(today)) return 0
  const perHour = Math.max(1, Math.ceil(volume * hourShare))
  return Math.max(0, Math.min(volume - triesOf(today), perHour - lastHour))
}

export function triesOf({ taken, deferred, slow, listed, judged }: Tries): number {
  return taken + deferred + slow + listed + judged
}

function isTooMuch(day: Tries): boolean {
  const tries = triesOf(day)
  const bad = day.deferred + day.slow + day.listed
  return bad > 1 && bad / Math.max(tries, enough) > mostDeferred
}
