import type { DrillMail } from '#services/watch/probe-mail-store.ts'
import type { DrillLetter } from './drill-road.ts'
import { type DrillLine, expectedCause, type LiveDrill } from './live-drill.ts'

/** Periods within which a fault has to be told, and the least time of a site with short periods. */
const tellWithin = { periods: 4, leastMs: 30_000 }

/** Mail of people is slower than before from so many times, and so many ms, on. */
const slower = { times: 2, ms: 1000 }

/**
 * Whether mail of people is slower than it may be.
 * @param beforeMs null: too little came before to compare with, and it is late by itself or it is not
 */
export function isSlower(beforeMs: number | null, duringMs: number, lateMs: number): boolean {
  return duringMs > (beforeMs === null ? lateMs : slower.times * beforeMs + slower.ms)
}

/** Times that a site gives itself, in ms. */
export interface DrillBounds {
  /** Length of the periods that are judged. */
  readonly periodMs: number
  /** Mail of people that is with us for longer is late, whatever was usual. */
  readonly lateMs: number
}

/** What was promised of a drill, and what was measured. Nothing that did not come about yet is held against it. */
export function judgeLiveDrill(
  drill: LiveDrill,
  letters: readonly DrillLetter[],
  rows: readonly DrillMail[],
  { periodMs, lateMs }: DrillBounds,
): DrillLine[] {
  return [
    ...(drill.faultAt === null ? [] : judgeFault(drill, drill.faultAt, periodMs)),
    judgeList(drill, letters, rows),
    judgeArrival(drill, letters, rows),
    judgeOthers(drill, lateMs),
  ]
}

function judgeFault(
  { seen, kind, mendedAt, ending }: LiveDrill,
  faultAt: number,
  periodMs: number,
): DrillLine[] {
  const withinMs = Math.max(tellWithin.leastMs, tellWithin.periods * periodMs)
  const wanted = expectedCause[kind]
  // One that was ended early has not missed what might have come.
  const open = ending === 'done' ? false : null
  const after = (at: number) => secondsOf(at - faultAt)
  const { alarm, incident, cause, quietAt } = seen
  const first = [alarm, seen.finding].filter((each) => each !== null).sort((a, b) => a.at - b.at)[0]
  return [
    {
      ...{ what: 'told by an alarm or a finding', bound: `<= ${secondsOf(withinMs)}` },
      measured: first ? `${after(first.at)}: ${first.name}` : 'not told',
      held: first ? first.at - faultAt <= withinMs : open,
    },
    {
      ...{ what: 'an incident was opened, as a drill', bound: 'by itself' },
      measured: incident ? `${after(incident.at)}: ${incident.name}` : 'none',
      held: incident ? true : open,
    },
    {
      ...{ what: 'cause by name', bound: wanted },
      measured: cause ? `${cause.name}, after ${after(cause.at)}` : 'not named',
      held: cause ? cause.name === wanted : open,
    },
    {
      ...{ what: 'seen that it was mended', bound: 'by itself' },
      measured: mendedAt && quietAt ? secondsOf(quietAt - mendedAt) : 'not seen',
      held: quietAt === null ? open : true,
    },
  ]
}

/** Whom it hit, by the spool, beside those whom sender and receiver of the drill know to have waited. */
function judgeList(drill: LiveDrill, letters: readonly DrillLetter[], rows: readonly DrillMail[]): DrillLine {
  const what = 'list of letters that the fault held up'
  const { faultAt, mendedAt } = drill
  if (faultAt === null) return { what, bound: 'exact', measured: 'nothing was broken', held: null }
  const until = mendedAt ?? Number.POSITIVE_INFINITY
  const listed = new Set(
    rows
      .filter((each) => each.acceptedAt < until && (each.settledAt ?? Infinity) > faultAt)
      .map((each) => each.messageId),
  )
  const hit = letters.filter((each) => each.takenAt < until && (each.arrivedAt ?? Infinity) > faultAt)
  const missing = hit.filter((each) => !listed.has(each.messageId)).length
  const besides = listed.size - (hit.length - missing)
  return {
    ...{ what, bound: 'exact' },
    measured: `${listed.size} listed of ${hit.length}, ${missing} missing, ${besides} besides`,
    held: missing === 0 && besides === 0,
  }
}

/** Each once where it was let run to its end; what was still under way is taken away. */
function judgeArrival(
  { ending }: LiveDrill,
  letters: readonly DrillLetter[],
  rows: readonly DrillMail[],
): DrillLine {
  const states = new Map(rows.map(({ messageId, state }) => [messageId, state]))
  const absent = letters.filter(({ copies }) => copies === 0)
  const waiting = absent.filter(({ messageId }) => states.get(messageId) === 'waiting').length
  const lost = absent.length - waiting
  const arrived = letters.length - absent.length
  const doubled = letters.filter(({ copies }) => copies > 1).length
  // One that has arrived may wait for its settlement; it has no other end than delivery.
  const wrong = letters.filter(({ messageId, copies }) => {
    const state = states.get(messageId)
    return copies > 0 && state !== undefined && state !== 'waiting' && state !== 'delivered'
  }).length
  return {
    ...{ what: 'every letter is delivered or waits, once', bound: 'always' },
    measured: `${arrived} delivered, ${waiting} waiting, ${doubled} twice, ${lost + wrong} lost of ${letters.length}`,
    held: lost === 0 && wrong === 0 && doubled === 0 && (ending !== 'done' || waiting === 0),
  }
}

function judgeOthers({ seen }: LiveDrill, lateMs: number): DrillLine {
  const { othersBeforeMs: before, othersDuringMs: during } = seen
  return {
    what: 'mail of people: 95 of 100 were through within',
    bound: before === null ? `<= ${secondsOf(lateMs)}` : 'no slower',
    measured: during === null ? 'too little mail to say' : describeOthers(before, during),
    held: during === null ? null : !isSlower(before, during, lateMs),
  }
}

export function describeOthers(before: number | null, during: number): string {
  return `${Math.round(during)} ms, ${before === null ? 'too little mail to say' : `${Math.round(before)} ms`} before`
}

function secondsOf(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
