import type { DrillMail } from '#services/watch/probe-mail-store.ts'
import type { DrillLetter } from './drill-road.ts'
import { type DrillLine, expectedCause, type LiveDrill } from './live-drill.ts'

/** Periods within which a fault has to be told, and the least time of a site with short periods. */
const tellWithin = { periods: 4, leastMs: 30_000 }

/** Mail of people is slower than before from so many times, and so many ms, on. */
const slower = { times: 2, ms: 1000 }

export function isSlower(beforeMs: number, duringMs: number): boolean {
  return duringMs > slower.times * beforeMs + slower.ms
}

/** What was promised of a drill, and what was measured. Nothing that did not come about yet is held against it. */
export function judgeLiveDrill(
  drill: LiveDrill,
  letters: readonly DrillLetter[],
  rows: readonly DrillMail[],
  periodMs: number,
): DrillLine[] {
  return [
    ...(drill.faultAt === null ? [] : judgeFault(drill, drill.faultAt, periodMs)),
    judgeList(drill, letters, rows),
    judgeArrival(drill, letters, rows),
    judgeOthers(drill),
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
  const arrived = letters.filter(({ copies }) => copies > 0).length
  const doubled = letters.filter(({ copies }) => copies > 1).length
  const waiting = rows.filter(({ state }) => state === 'waiting').length
  const other = rows.filter(({ state }) => state !== 'waiting' && state !== 'delivered').length
  const lost = letters.length - arrived - waiting
  return {
    ...{ what: 'every letter is delivered or waits, once', bound: 'always' },
    measured: `${arrived} delivered, ${waiting} waiting, ${doubled} twice, ${lost + other} lost of ${letters.length}`,
    held: lost + other + doubled === 0 && (ending !== 'done' || waiting === 0),
  }
}

function judgeOthers({ seen }: LiveDrill): DrillLine {
  const { othersBeforeMs: before, othersDuringMs: during } = seen
  const isKnown = before !== null && during !== null
  return {
    ...{ what: 'mail of people: 95 of 100 were through within', bound: 'no slower' },
    measured: isKnown
      ? `${Math.round(during)} ms, ${Math.round(before)} ms before`
      : 'too little mail to say',
    held: isKnown ? !isSlower(before, during) : null,
  }
}

function secondsOf(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
