import { kindOf } from '#ground/platform/alarm-kinds.ts'
import { isAskedFor, targetFails } from './alarm-scopes.ts'
import type { AlarmState, Subscription } from './alarm-store.ts'
import { severityOf } from './due-tellings.ts'
import type { NewLine, Notice, NoticeChange } from './notice-store.ts'
import { mayTell, quietEnd } from './quiet-hours.ts'

export interface PlanSettings {
  /** An alarm is told when it has lasted so long. */
  readonly afterMs: number
  /** It is over when it has not come back for so long. */
  readonly calmMs: number
}

export interface PlanGiven {
  readonly subscription: Subscription
  /** Alarms that are for it: open ones, and those of the last day. */
  readonly states: readonly AlarmState[]
  /** False: there are more alarms than were read, so one that is missing may still be open. */
  readonly isComplete: boolean
  /** Its own: open ones, and those of the last days. */
  readonly notices: readonly Notice[]
  /** The incident that an alarm belongs to; null: none. */
  readonly incidentOf: (state: AlarmState) => string | null
  readonly newId: () => string
  readonly now: number
  readonly settings: PlanSettings
}

/** Alarms of one cause join a notice as long as others do. */
export const joinMs = 15 * 60_000
/** When more causes than these begin at once it is one storm, whatever they are. */
const mostAtOnce = 3

/**
 * What there is to take down for one subscription: alarms that have lasted come into notices, by incident, by the part
 * of the site that they come from, or as the summary of quiet hours; and what is over, was wrong, or is asked for no more.
 */
export function planNotices(given: PlanGiven): NoticeChange[] {
  return [...planEnds(given), ...planBeginnings(given)]
}

export function stateKey({ name, subject, since }: Pick<AlarmState, 'name' | 'subject' | 'since'>): string {
  return `${name}\n${subject}\n${since}`
}

function planEnds({ subscription, states, isComplete, notices, now, settings }: PlanGiven): NoticeChange[] {
  const known = new Map(states.map((each) => [stateKey(each), each]))
  const changes: NoticeChange[] = []
  for (const notice of notices)
    for (const line of notice.lines) {
      if (line.state === 'wrong') continue
      if (line.state === 'open' && !isAskedFor(subscription, line)) {
        changes.push({ kind: 'leave', id: notice.id, subscription: subscription.id, line })
        continue
      }
      const state = known.get(stateKey(line))
      const settle = (end: 'over' | 'wrong', clearedAt: number, why = '') =>
        changes.push({
          ...{
            kind: 'settle',
            id: notice.id,
            subscription: subscription.id,
            line,
            state: end,
            clearedAt,
            why,
          },
        })
      if (state === undefined) {
        if (isComplete && line.state === 'open') settle('over', now)
      } else if (state.withdrawn !== null) settle('wrong', state.clearedAt ?? now, state.withdrawn)
      else if (line.state === 'open' && state.clearedAt !== null && now - state.clearedAt >= settings.calmMs)
        settle('over', state.clearedAt)
    }
  return changes
}

function planBeginnings(given: PlanGiven): NoticeChange[] {
  const { subscription, states, notices, newId, now, settings } = given
  const known = new Set(notices.flatMap((each) => each.lines.map(stateKey)))
  const fresh = states.filter(
    (each) =>
      each.clearedAt === null &&
      each.withdrawn === null &&
      !known.has(stateKey(each)) &&
      mayTell(subscription.quiet, kindOf(each.name).severity, now),
  )
  const due = fresh.filter((each) => now - each.since >= settings.afterMs)
  if (due.length === 0) return []
  const byCause = fold(Map.groupBy(due, causeIn(given)), notices, now)
  // Those of the same cause that have only just begun come along, instead of in a mail of their own a moment later.
  const soon = fresh.filter(
    (each) => now - each.since < settings.afterMs && now - each.since >= settings.afterMs / 2,
  )
  const isStorm = byCause.has('various')
  for (const each of soon) byCause.get(isStorm ? 'various' : causeIn(given)(each))?.push(each)
  return [...byCause].map(([cause, found]) => {
    const lines = found.map(toLine)
    const open = notices.find((each) => isJoinable(each, cause, found, now))
    return open
      ? { kind: 'join', id: open.id, subscription: subscription.id, lines }
      : { kind: 'open', id: newId(), subscription: subscription.id, cause, lines }
  })
}

const toLine = ({ name, subject, since, text }: AlarmState): NewLine => ({ name, subject, since, text })

/** What an alarm is told with. */
function causeIn({ subscription, incidentOf, settings }: PlanGiven): (state: AlarmState) => string {
  return (state) => {
    const isOwn = state.name === targetFails && state.subject.startsWith(`${subscription.id} `)
    if (isOwn) return `target:${state.subject}`
    const { severity, part } = kindOf(state.name)
    const { quiet } = subscription
    const dueAt = state.since + settings.afterMs
    if (quiet !== null && !mayTell(quiet, severity, dueAt)) return `quiet:${quietEnd(quiet, dueAt)}`
    const incident = incidentOf(state)
    return incident === null ? part : `incident:${incident}`
  }
}

/** Whether a cause is one by itself, however much there is beside it. */
const isApart = (cause: string) => /^(incident|target|quiet):/.test(cause)

/** Makes one group of many causes that begin at once, and of what follows on them. */
function fold(
  byCause: Map<string, AlarmState[]>,
  notices: readonly Notice[],
  now: number,
): Map<string, AlarmState[]> {
  const begun = [...byCause.keys()].filter(
    (cause) =>
      !isApart(cause) && !notices.some((each) => isJoinable(each, cause, byCause.get(cause) ?? [], now)),
  )
  const isStorm = notices.some((each) => isJoinable(each, 'various', [], now))
  if (begun.length <= mostAtOnce && !isStorm) return byCause
  const folded = new Map<string, AlarmState[]>()
  for (const [cause, states] of byCause) {
    const into = begun.includes(cause) ? 'various' : cause
    folded.set(into, [...(folded.get(into) ?? []), ...states])
  }
  return folded
}

/**
 * What belongs to an incident is told with it to its end, unless it is worse than what somebody has said that he looks
 * after. Else only what begins soon after, and before that: what comes later is news.
 */
function isJoinable(
  { cause, joinedAt, ackedAt, endedAt, lines }: Notice,
  wanted: string,
  found: readonly AlarmState[],
  now: number,
): boolean {
  if (cause !== wanted || endedAt !== null) return false
  if (!cause.startsWith('incident:')) return ackedAt === null && now - joinedAt < joinMs
  if (ackedAt === null) return true
  const begins = severityOf({ lines: found })
  return begins !== 'critical' && severityOf({ lines: [...lines, ...found] }) === severityOf({ lines })
}
