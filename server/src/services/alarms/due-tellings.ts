import { kindOf, type Severity, worstOf } from '#ground/platform/alarm-kinds.ts'
import type { Subscription, Target } from './alarm-store.ts'
import type { Notice, NoticeLine, Telling } from './notice-store.ts'
import { mayTell, quietEnd } from './quiet-hours.ts'

export interface DueSettings {
  /** Messages to one target in an hour. */
  readonly perHour: number
  /** How often a target hears more of the same cause. */
  readonly updateMs: number
}

/** Somebody has to know of what is critical within minutes, also where he was told of something else just now. */
const criticalUpdateMs = 60_000

/** The worst of what is or was in a notice. */
export function severityOf({ lines }: { readonly lines: readonly Pick<NoticeLine, 'name'>[] }): Severity {
  return worstOf(lines.map((each) => kindOf(each.name).severity))
}

/**
 * Which targets of a subscription are to be told of a notice now; by their number.
 * @param isOpen whether an alarm is open at this moment: one that is not may still come back
 */
export function dueTellings(
  notice: Notice,
  subscription: Subscription,
  toldLately: Readonly<Record<string, number>>,
  isOpen: (line: NoticeLine) => boolean,
  now: number,
  settings: DueSettings,
): number[] {
  if (!mayTell(subscription.quiet, severityOf(notice), now)) return []
  return [...subscription.targets.entries()].flatMap(([n, target]) => {
    const telling = notice.tellings.find((each) => each.target === n)
    const isFull = (toldLately[`${subscription.id} ${n}`] ?? 0) >= settings.perHour
    // What is over is told at once: a flood of alarms has an end, and its end is good news. What is critical waits for
    // no room: it comes at most once a minute in one conversation, and conversations are few.
    if (notice.endedAt === null && isFull && !hasNewCritical(notice, telling)) return []
    const isDue = hasBegun(telling)
      ? isNextDue(notice, telling, now, settings)
      : notice.lines.some(isOpen) && isFirstDue(notice, subscription, target, n, now)
    return isDue ? [n] : []
  })
}

/** It has been told something, or may have been: somebody who did not answer may have heard. */
export function hasBegun(telling: Telling | undefined): telling is Telling {
  return telling !== undefined && (telling.toldRevision > 0 || telling.tries > 0 || telling.pending !== null)
}

/** Nobody is told first of what is over, and nobody whose step has not come. */
function isFirstDue(
  { cause, lines, openedAt, ackedAt, endedAt }: Notice,
  { id, quiet }: Subscription,
  { afterMs }: Target,
  n: number,
  now: number,
): boolean {
  if (endedAt !== null) return false
  // Of a target that takes nothing the others hear at once; itself is not asked.
  if (cause.startsWith('target:')) return cause !== `target:${id} ${n}`
  if (afterMs === 0) return true
  if (ackedAt !== null) return false
  const held = quiet && !mayTell(quiet, severityOf({ lines }), openedAt) ? quietEnd(quiet, openedAt) : null
  return now - (held ?? openedAt) >= afterMs
}

/** Something critical is open that this target has not been told of. */
function hasNewCritical({ lines }: Notice, telling: Telling | undefined): boolean {
  const told = telling?.toldRevision ?? 0
  return lines.some(
    (each) => each.state === 'open' && each.raisedAt > told && kindOf(each.name).severity === 'critical',
  )
}

function isNextDue(notice: Notice, telling: Telling, now: number, { updateMs }: DueSettings) {
  const { revision, endedAt, lines } = notice
  if (telling.toldRevision >= revision || telling.leaseUntil > now || telling.dueAt > now) return false
  const isWrong = lines.some((each) => each.state === 'wrong' && (each.endedAt ?? 0) > telling.toldRevision)
  if (endedAt !== null || isWrong || telling.pending !== null) return true
  const waitMs = hasNewCritical(notice, telling) ? Math.min(updateMs, criticalUpdateMs) : updateMs
  return now - (telling.lastToldAt ?? 0) >= waitMs
}
