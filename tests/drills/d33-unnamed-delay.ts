import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sent } from '../harness/load.ts'
import { answerWords, type Incident, judgeRound, type Verdict } from './blind-answer.ts'
import { arrive, close, overAgain, settle } from './blind-course.ts'
import { draw, wantedFaults } from './blind-draw.ts'
import { type BlindFault, type FaultNote, faultKinds } from './blind-faults.ts'
import { meetAll, type Notes, type Seen, seal } from './blind-meeting.ts'
import { type BlindRig, compressed, inFieldMs, lateMs, openBlindRig } from './blind-rig.ts'
import { compareLate, isToldRightly, latenessOf, latenessWords, lateTimes, truthOf } from './blind-truth.ts'
import type { Drill, DrillReport } from './drill.ts'
import { checkInvariants, percentile } from './measure.ts'

/** Bounds of the field: opened within 2 minutes, named within 5; of three rounds two, of twenty eighteen. */
const bounds = { openedMs: 120_000, namedMs: 300_000, share: 0.9 }

interface Round extends Pick<Seen, 'openedMs' | 'namedMs'> {
  readonly notes: Notes
  readonly sent: readonly Sent[]
  /** As it was named last. */
  readonly verdict: Verdict
  readonly incident: Incident | null
}

/**
 * Blind rounds: a fault is drawn and put in, and what it is lies sealed beside. The site must say by itself where mail is
 * held up and by what, how long it took and whose it was. It is asked by its own commands alone, and scored afterwards.
 */
export const unnamedDelay: Drill = {
  id: 'D33',
  name: 'Unnamed delay',
  incidents: [
    'inbound-delay-45-minutes-no-cause-published',
    '2025-02-cloudfilter-inbound-backlog',
    '2025-02-shield-job-backlog',
    '2025-08-shield-delivery-then-action-backlog',
    '2025-09-shield-inbound-20-minutes',
  ],
  async run(report, { long }) {
    const seed = Number(process.env.MAILKEEP_DRILL_SEED) || randomInt(1, 2 ** 31)
    report.note('seed', `${seed}; the same faults again: MAILKEEP_DRILL_SEED=${seed}`)
    report.note('compressed', `${compressed}`)
    report.say(`seed ${seed}`)
    const kinds = wantedFaults(faultKinds()) ?? draw(faultKinds(), long ? 20 : 3, seed)
    await using rig = await openBlindRig(kinds.some(({ needs }) => needs === 'disk'))
    const rounds: Round[] = []
    for (const kind of kinds) rounds.push(await playRound(report, rig, kind.in(rig, kind.name)))
    scoreNames(report, rounds)
    const sent = rounds.flatMap((each) => each.sent)
    await assertClosing(report, rig)
    await checkInvariants(report, rig.site, [rig.plain, rig.sure], sent)
  },
}

async function playRound(report: DrillReport, rig: BlindRig, fault: BlindFault): Promise<Round> {
  const sealed = seal(fault)
  const stop = new AbortController()
  const load = rig.load(stop.signal)
  await sleep(4000)
  await settle(report, rig)
  const since = Date.now()
  const seen = await meetAll(rig, fault)
  // Mail goes on: nothing is good again where nothing is measured.
  const incidents = await overAgain(rig, since)
  stop.abort()
  const sent = [...(await load), ...seen.surge]
  await arrive(rig, sent)
  return scoreRound(report, rig, { ...seen, notes: sealed.open(), sent, since, incidents })
}

async function scoreRound(
  report: DrillReport,
  rig: BlindRig,
  found: Omit<Round, 'verdict' | 'incident'> & Seen & { since: number; incidents: readonly Incident[] },
): Promise<Round> {
  const { notes, sent, incidents, openedMs, namedMs } = found
  const told = [...found.told.slice(0, -1), incidents]
  const { verdict, incident } = judgeRound(told, notes.faults, notes.besides)
  const note = lastOf(notes)
  const said = told.map((each) => each.map(answerWords).join('; ') || 'nothing').join(', and then ')
  report.say(`${note.fault}: ${verdict}: ${said}`)
  const times = [openedMs, namedMs].map((ms) => (ms === null ? 'never' : seconds(inFieldMs(ms))))
  report.note(`round of ${new Date(found.since).toISOString()}: ${note.fault}`, {
    said,
    verdict,
    opened: times[0],
    named: times[1],
    refused: refusals(sent),
    found: await findingsSince(rig, found.since),
    rang: await alarmsSince(rig, found.since),
    ...(incidents.length === 0 && { log: rig.site.log.slice(-5000) }),
    course: incidents.map(({ log }) => log.map(({ at, text }) => `${at} ${text}`)),
  })
  report.sight(
    'alarm',
    `${note.fault}: an incident is opened`,
    `<= ${seconds(bounds.openedMs)}`,
    times[0] ?? '',
    openedMs !== null && inFieldMs(openedMs) <= bounds.openedMs,
    'timed',
  )
  if (incident) await scoreFigures(report, rig, note, incident, sent)
  for (const { id } of incidents) await close(rig, id)
  return { notes, sent, openedMs, namedMs, verdict, incident }
}

/** What it ended with. */
function lastOf({ faults }: Notes): FaultNote {
  const last = faults.at(-1)
  if (!last) throw new Error('a round has a fault')
  return last
}

/** What detectors have said, with the moments at which it began, was said first and was over. */
async function findingsSince({ site }: BlindRig, since: number): Promise<readonly unknown[]> {
  interface Said {
    readonly kind: string
    readonly subject: string
    readonly cause: string
    readonly foundAt: number
    readonly endedAt: number | null
  }
  const { findings } = await site.json<{ findings: Said[] }>('finding', 'list')
  return findings
    .filter(({ foundAt, endedAt }) => Math.max(foundAt, endedAt ?? foundAt) >= since)
    .map(({ kind, subject, cause, foundAt, endedAt }) => ({
      ...{ kind, subject, cause, after: foundAt - since, until: endedAt && endedAt - since },
    }))
}

/** Alarms that were open then, with the moments at which they began and were over. */
async function alarmsSince({ site }: BlindRig, since: number): Promise<readonly unknown[]> {
  interface Rang {
    readonly name: string
    readonly subject: string
    readonly since: string | number
    readonly clearedAt: string | number | null
  }
  const { alarms } = await site.json<{ alarms: Rang[] }>('alarm', 'list')
  const after = (at: string | number) => new Date(at).getTime() - since
  return alarms
    .filter(({ name, clearedAt }) => name !== 'slow-message' && (clearedAt === null || after(clearedAt) >= 0))
    .map(({ name, subject, ...each }) => ({
      ...{ name, subject, after: after(each.since), until: each.clearedAt && after(each.clearedAt) },
    }))
}

/** What mail that was not taken heard, and how often. */
function refusals(sent: readonly Sent[]): Readonly<Record<string, number>> {
  const heard = sent.filter(({ outcome }) => outcome !== 'acknowledged')
  const groups = Map.groupBy(heard, ({ reply }) => reply.replace(/\b\w*\d\w{8,}\b/g, '*'))
  return Object.fromEntries([...groups].map(([reply, all]) => [reply, all.length]))
}

/** The list of late mail, how much of all it is and how long it took, by the site and by the generator. */
async function scoreFigures(
  report: DrillReport,
  { site, plain, sure }: BlindRig,
  { fault, node, causes }: FaultNote,
  { id }: Incident,
  sent: readonly Sent[],
): Promise<void> {
  const from = new Date(Math.min(...sent.map(({ at, tookMs }) => at - tookMs)) - 1000).toISOString()
  const until = new Date(Math.max(...sent.map(({ at }) => at)) + 1000).toISOString()
  const window = ['--since', from, '--until', until]
  const late = ['--late-by', `${lateMs / 1000}s`]
  const { incident } = await site.json<{ incident: Incident }>('incident', 'touched', id, ...window, ...late)
  const { rows } = await site.json<{ rows: { messageId: string }[] }>('incident', 'affected', id)
  const truth = truthOf(sent, [plain, sure])
  // Mail in front of a process that stands still is not seen by it: how long it lies there only the sender knows.
  const isBlind = causes.includes('node') && node !== 'node-3'
  const list = compareLate(new Set(rows.map((each) => each.messageId)), truth, lateMs)
  if (!isBlind)
    report.sight(
      'list',
      `${fault}: list of late mail`,
      'none missing, none wrong',
      `${list.missing} missing, ${list.wrong} wrong of ${list.late}`,
      list.missing + list.wrong === 0,
    )
  const times = lateTimes(truth, lateMs)
  const { delays = null, affected = 0, all = 0 } = incident.figures ?? {}
  const [p99, own] = [percentile(times, 0.99), delays?.p99 ?? 0]
  const lateness = latenessOf(truth, sent.length, lateMs)
  report.note(`delays of incident ${id}: ${fault}`, {
    site: { ...delays, affected, all },
    truth: { ...lateness, p99, late: times.length, of: sent.length },
  })
  if (times.length === 0 || isBlind) return
  report.hold(
    `${fault}: p99 of late mail`,
    `within 10 % of ${seconds(p99)}`,
    seconds(own),
    Math.abs(own - p99) <= 0.1 * p99,
  )
  const { p50 = 0, p95 = 0, max = 0 } = delays ?? {}
  const told = { p50, p95, max, share: affected / Math.max(1, all) }
  report.see(
    `${fault}: half of late mail, 95 %, the longest, and its share of all mail`,
    `within 10 % of ${latenessWords(lateness)}`,
    latenessWords(told),
    isToldRightly(told, lateness),
  )
}

function scoreNames(report: DrillReport, rounds: readonly Round[]): void {
  const right = rounds.filter(
    ({ verdict, namedMs }) => verdict === 'right' && inFieldMs(namedMs ?? Infinity) <= bounds.namedMs,
  )
  const least = Math.floor(bounds.share * rounds.length)
  report.sight(
    'cause',
    'stage, place and cause named',
    `>= ${least} of ${rounds.length}, <= ${seconds(bounds.namedMs)}`,
    `${right.length}: ${rounds.map(describeRound).join('; ')}`,
    right.length >= least,
    'timed',
  )
  const wrong = rounds.filter(({ verdict }) => verdict === 'wrong')
  // A machine that is busy with others is slow somewhere by itself: to name that is right, and yet another fault.
  report.see('named wrongly', '0', wrong.map(describeRound).join('; ') || '0', wrong.length === 0, 'timed')
}

function describeRound({ notes, verdict, incident }: Round): string {
  return `${lastOf(notes).fault}: ${verdict}${incident ? ` (${answerWords(incident)})` : ''}`
}

/** Without a cause it stays open; as unknown it closes only with the data; and nothing of all that was told in public. */
async function assertClosing(report: DrillReport, { site }: BlindRig): Promise<void> {
  await site.must('incident', 'open', 'Mail was late', '--text', 'Somebody says so.')
  const { incidents } = await site.json<{ incidents: { id: string; name: string; isPublic: boolean }[] }>(
    ...['incident', 'list'],
  )
  const id = incidents.find(({ name }) => name === 'Mail was late')?.id ?? ''
  const close = () => site.command('incident', 'update', id, '--state', 'resolved', '--text', 'It is over.')
  const codes = [(await close()).code]
  await site.must('incident', 'cause', id, 'unknown', '--text', 'It was looked for.')
  codes.push((await close()).code)
  await site.must('incident', 'cause', id, 'unknown', '--text', 'Looked for.', '--evidence', 'late=4 %')
  codes.push((await close()).code)
  const bound = 'refused without a cause, refused as unknown without data, closed with it'
  const [none, bare, whole] = codes
  report.hold('an incident closes', bound, codes.join(', '), none !== 0 && bare !== 0 && whole === 0)
  const told = incidents.filter((each) => each.isPublic).length
  report.sight('status', 'causes that the public was told unasked', '0', told, told === 0)
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
