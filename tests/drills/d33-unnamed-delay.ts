import { createHash, randomBytes, randomInt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sent } from '../harness/load.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { answerWords, type Incident, incidentsSince, judge, type Verdict } from './blind-answer.ts'
import { type BlindFault, type FaultKind, type FaultNote, faultKinds } from './blind-faults.ts'
import { type BlindRig, compressed, inFieldMs, lateMs, openBlindRig } from './blind-rig.ts'
import { compareLate, lateTimes, truthOf } from './blind-truth.ts'
import type { Drill, DrillReport } from './drill.ts'
import { checkInvariants, percentile } from './measure.ts'

/** Bounds of the field: opened within 2 minutes, named within 5; of three rounds two, of twenty eighteen. */
const bounds = { openedMs: 120_000, namedMs: 300_000, share: 0.9 }
const patienceMs = 90_000
/** Alarms by which a fault is known that was taken out already. */
const lasting =
  /^(disk-slow|store-locked|process-halts|process-silent|check-slow|scanners-gone|scanner-away|inspection-slow|next-hop-tls|next-hop-down)$/

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

interface Round {
  readonly note: FaultNote
  readonly sent: readonly Sent[]
  /** From when it was put in (ms); null: not within its time. */
  readonly openedMs: number | null
  readonly namedMs: number | null
  /** As it was named last; one that named wrongly at any time counts as wrong. */
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
    '2025-08-shield-delivery-then-action-backlog',
  ],
  async run(report, { long }) {
    const seed = Number(process.env.MAILKEEP_DRILL_SEED) || randomInt(1, 2 ** 31)
    report.note('seed', `${seed}; the same faults again: MAILKEEP_DRILL_SEED=${seed}`)
    report.note('compressed', `${compressed}`)
    report.say(`seed ${seed}`)
    const kinds = wanted(faultKinds()) ?? draw(faultKinds(), long ? 20 : 3, seed)
    await using rig = await openBlindRig(kinds.some(({ needs }) => needs === 'disk'))
    const rounds: Round[] = []
    for (const kind of kinds) rounds.push(await playRound(report, rig, kind.in(rig, kind.name)))
    scoreNames(report, rounds)
    await assertClosing(report, rig)
    const sent = rounds.flatMap((each) => each.sent)
    await checkInvariants(report, rig.site, [rig.plain, rig.sure], sent)
  },
}

/** Those that were asked for by name, parted by commas; null: none were. @throws Error there is none of that name */
function wanted(kinds: readonly FaultKind[]): FaultKind[] | null {
  const asked = process.env.MAILKEEP_DRILL_FAULT
  if (!asked) return null
  return asked.split(',').map((words) => {
    const found = kinds.find(({ name }) => name.toLowerCase().includes(words.trim().toLowerCase()))
    if (found) return found
    throw new Error(`there is no fault "${words}"; there are: ${kinds.map(({ name }) => name).join(', ')}`)
  })
}

/** So many at random, none twice before all were drawn. */
function draw(kinds: readonly FaultKind[], count: number, seed: number): FaultKind[] {
  const rank = ({ name }: FaultKind, turn: number) =>
    createHash('sha256').update(`${seed} ${turn} ${name}`).digest('hex')
  const turn = (n: number) => kinds.toSorted((one, other) => (rank(one, n) < rank(other, n) ? -1 : 1))
  return Array.from({ length: Math.ceil(count / kinds.length) }, (_, n) => turn(n))
    .flat()
    .slice(0, count)
}

async function playRound(report: DrillReport, rig: BlindRig, fault: BlindFault): Promise<Round> {
  const sealed = seal(fault.note)
  const stop = new AbortController()
  const load = rig.load(stop.signal)
  await sleep(4000)
  await settle(report, rig)
  const since = Date.now()
  const takeOut = await fault.put()
  let seen: Pick<Round, 'openedMs' | 'namedMs'>
  try {
    seen = await watchNaming(rig, since)
  } finally {
    await takeOut()
  }
  // Mail goes on: nothing is good again where nothing is measured.
  const incidents = await overAgain(rig, since)
  stop.abort()
  const sent = await load
  await arrive(rig, sent)
  const note = sealed.open()
  return scoreRound(report, rig, { note, sent, since, incidents, ...seen })
}

/** A note that lies beside, so that nobody can make it fit afterwards: its print is taken before the round. */
function seal(note: FaultNote): { open(): FaultNote } {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-d33-'))
  const path = join(folder, 'note.json')
  const text = JSON.stringify({ ...note, salt: randomBytes(8).toString('hex') })
  writeFileSync(path, text, { mode: 0o600 })
  const print = createHash('sha256').update(text).digest('hex')
  return {
    open() {
      const found = readFileSync(path, 'utf8')
      rmSync(folder, { recursive: true })
      if (createHash('sha256').update(found).digest('hex') !== print) throw new Error('the note was changed')
      return JSON.parse(found) as FaultNote
    },
  }
}

/** Asks again and again, until a cause is named and stays for a while, or the time for it is over. */
async function watchNaming({ site }: BlindRig, since: number): Promise<Pick<Round, 'openedMs' | 'namedMs'>> {
  let opened: number | null = null
  const named = await waitUntil(
    'a cause is named',
    async () => {
      const incidents = await incidentsSince(site, since)
      opened ??= incidents[0]?.openedAt ?? null
      const known = incidents.find((each) => each.cause !== null && each.cause.name !== 'unknown')
      return known?.cause && Math.max(known.openedAt, Date.parse(known.cause.at))
    },
    patienceMs,
    1000,
  ).catch(() => null)
  // Long enough for people to be late by it, and for a wrong name to be taken back.
  await sleep(5000)
  return {
    openedMs: opened === null ? null : opened - since,
    namedMs: named ? named - since : null,
  }
}

async function arrive({ plain, sure }: BlindRig, sent: readonly Sent[]): Promise<void> {
  const taken = sent.filter((each) => each.outcome === 'acknowledged')
  const all = () => {
    const [one, other] = [plain.copies(), sure.copies()]
    return taken.every(({ id, rcptTo }) => one.has(`${id} ${rcptTo}`) || other.has(`${id} ${rcptTo}`))
  }
  await waitUntil('everything arrives', all, 180_000, 200)
}

/** What was opened while no fault was in, on a machine that does something else too, must not hide what the next one opens. */
async function settle(report: DrillReport, rig: BlindRig): Promise<void> {
  const isOpen = ({ state }: Incident) => state !== 'resolved'
  const open = (await incidentsSince(rig.site, 0)).filter(isOpen)
  if (open.length === 0) return
  report.note(`opened without a fault, ${new Date().toISOString()}`, open.map(answerWords))
  report.say(`opened without a fault: ${open.map(answerWords).join('; ')}`)
  for (const { id } of (await overAgain(rig, 0)).filter(isOpen)) await close(rig, id)
}

/** Waits until measurements are good again, closes what the round has opened, and answers it as it was before. */
async function overAgain({ site }: BlindRig, since: number): Promise<Incident[]> {
  const quiet = async () => {
    const { alarms } = await site.json<{ alarms: { name: string; clearedAt: string | null }[] }>(
      'alarm',
      'list',
    )
    const open = alarms.filter(({ name, clearedAt }) => clearedAt === null && lasting.test(name))
    const incidents = await incidentsSince(site, since)
    return open.length === 0 && incidents.every((each) => each.quietSince !== null) && incidents
  }
  return waitUntil('measurements are good again', quiet, 180_000, 1000)
}

async function scoreRound(
  report: DrillReport,
  rig: BlindRig,
  found: Omit<Round, 'verdict' | 'incident'> & { since: number; incidents: readonly Incident[] },
): Promise<Round> {
  const { note, sent, incidents, openedMs, namedMs } = found
  const verdicts = incidents.map((each) => judge(each, note))
  const verdict = verdicts.includes('wrong') ? 'wrong' : verdicts.includes('right') ? 'right' : 'unknown'
  const incident = incidents[verdicts.indexOf(verdict)] ?? null
  const said = incidents.map(answerWords).join('; ') || 'nothing'
  report.say(`${note.fault}: ${verdict}: ${said}`)
  const times = [openedMs, namedMs].map((ms) => (ms === null ? 'never' : seconds(inFieldMs(ms))))
  report.note(`round: ${note.fault}`, {
    said,
    verdict,
    opened: times[0],
    named: times[1],
    refused: refusals(sent),
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
  return { note, sent, openedMs, namedMs, verdict, incident }
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
  report.note(`delays: ${fault}`, {
    site: { ...delays, affected, all },
    truth: {
      p50: percentile(times, 0.5),
      p99,
      max: Math.max(0, ...times),
      late: times.length,
      of: truth.length,
    },
  })
  if (times.length > 0 && !isBlind)
    report.hold(
      `${fault}: p99 of late mail`,
      `within 10 % of ${seconds(p99)}`,
      seconds(own),
      Math.abs(own - p99) <= 0.1 * p99,
    )
}

/** With its cause, or as unknown with what was measured; so that the next round begins anew. */
async function close({ site }: BlindRig, id: string): Promise<void> {
  const end = ['incident', 'update', id, '--state', 'resolved', '--text', 'The fault was taken out.']
  const { code } = await site.command(...end)
  if (code === 0) return
  await site.must('incident', 'cause', id, 'unknown', '--text', 'Nobody knows.', '--evidence', 'late=yes')
  await site.must(...end)
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
  report.see('named wrongly', '0', wrong.map(describeRound).join('; ') || '0', wrong.length === 0)
}

function describeRound({ note, verdict, incident }: Round): string {
  return `${note.fault}: ${verdict}${incident ? ` (${answerWords(incident)})` : ''}`
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
