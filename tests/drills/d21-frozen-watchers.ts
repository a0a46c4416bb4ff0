import { freezeBetweenWrites, freezeInWrite } from '../harness/freeze.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import {
  alarmLines,
  alarmOf,
  countTold,
  endToldDirectly,
  endWithinMs,
  openAlarms,
  operator,
  type Rig,
  secondsSince,
  toldDirectly,
  toldTo,
} from './d21-rig.ts'
import type { DrillReport } from './drill.ts'
import type { Witness } from './witness.ts'

interface RadarTest {
  readonly id: string
  readonly state: string
  readonly outcome: string | null
  readonly score: number | null
  readonly again: string | null
  readonly node: string
}

interface Trip {
  readonly id: string
  readonly state: string
  readonly startedAt: number
  readonly endedAt: number | null
}

const testOf = async ({ front }: Rig, id: string) =>
  (await front.json<{ test: RadarTest }>('radar', 'show', id)).test
const tripsOf = async ({ front }: Rig, path: string) =>
  (await front.json<{ trips: Trip[] }>('radar', 'trips', path)).trips

/**
 * The process with the jobs stands still in the middle of a write, so that nobody can be told by the store. Then others
 * can write, and while it still stands a next hop goes down: another process tells of it.
 */
export async function frozenJobs(report: DrillReport, rig: Rig, witness: Witness): Promise<void> {
  const { front, jobs, other } = rig
  const what = 'jobs frozen in a write'
  const { test } = await front.json<{ test: RadarTest }>('radar', 'test', 'echo@echo.test')
  const letWrite = await freezeInWrite(jobs, front.folder)
  const since = Date.now()
  await toldDirectly(report, rig, { what, since })
  await letWrite()
  await secondWay(report, rig)
  await endToldDirectly(report, rig, { what, since })
  await witness.sees({
    ...{ what: 'jobs frozen', since, alarm: 'watcher-silent', about: silentJobs(jobs), withinMs: 180_000 },
    ...{ names: /the process that watches \(jobs node-1 \d+\) says nothing any more/, component: null },
  })
  await testOfAnother(report, rig, test.id)
  jobs.signal('SIGCONT')
  await other.listen()
  await waitUntil(
    'nobody misses the process any more',
    async () => !(await openAlarms(rig)).some(({ subject }) => subject.startsWith('jobs ')),
    120_000,
    250,
  )
}

const silentJobs = ({ pid }: Rig['jobs']) => new RegExp(`^jobs .* ${pid}:`)

/** The process with the jobs stands still, and a next hop goes down. */
async function secondWay(report: DrillReport, rig: Rig): Promise<void> {
  const since = Date.now()
  await rig.other.down()
  await waitUntil(
    'the operator is told of the fault',
    () => countTold(rig, operator, { news: 'alarm', what: hopOf(rig), since }) > 0,
    300_000,
  )
  const seconds = secondsSince(since)
  report.sight(
    'alarm',
    'jobs frozen: the second way tells of a real fault',
    '<= 5 min',
    `${seconds} s`,
    seconds <= 300,
    'timed',
    seconds * 1000,
  )
}

/** Long after the process is awake again the operator has had no mail twice, and has heard of the end at most once. */
export async function toldOnce(report: DrillReport, rig: Rig): Promise<void> {
  await waitUntil(
    'the fault is over',
    async () => !(await openAlarms(rig)).some((each) => hopOf(rig).test(`${each.name}, ${each.subject}`)),
    120_000,
    250,
  )
  const texts = toldTo(rig, operator)
    .filter(({ subject, text }) => !subject.startsWith('Alarms ') && hopOf(rig).test(text))
    .map(({ text }) => text)
  const twice = texts.filter((each, at) => texts.indexOf(each) < at)
  report.hold(
    'jobs frozen and awake again: mails about the fault that the operator had twice',
    'none',
    twice.map((each) => each.slice(0, 100)).join('; ') || 'none',
    twice.length === 0,
  )
  const ends = countTold(rig, operator, { news: 'over', what: hopOf(rig) })
  report.hold('how often the operator heard of its end', 'once at most', ends, ends <= 1)
}

/** What mails say of the next hop of the second customer. */
function hopOf({ other }: Rig): RegExp {
  return new RegExp(`next-hop-down, inbound smtp://127\\.0\\.0\\.1:${other.port}`)
}

/** A test that was in the hands of the frozen process ends, and runs again at another node. */
async function testOfAnother(report: DrillReport, rig: Rig, id: string): Promise<void> {
  const shown = await waitUntil('the test is over', async () => {
    const found = await testOf(rig, id)
    return found.outcome !== null && found
  })
  if (shown.outcome === 'passed')
    return report.note('radar test', 'it had ended before the process was frozen')
  await using elsewhere = await TestSite.beside(rig.front, ['jobs'], {
    environment: { MAILKEEP_NODE_NAME: 'node-2' },
  })
  const again = await waitUntil(
    'it runs again',
    async () => {
      const ended = await testOf(rig, id)
      let next = ended.again === null ? null : await testOf(rig, ended.again)
      // One for which a busy machine takes longer than it may is run again too.
      while (next?.outcome === 'inconclusive' && next.again !== null) next = await testOf(rig, next.again)
      return next?.outcome && next.outcome !== 'inconclusive' ? { ended, next } : null
    },
    120_000,
    250,
  )
  report.hold(
    'a test in the hands of a frozen process',
    'inconclusive, no score',
    `${again.ended.outcome}, score ${again.ended.score}`,
    again.ended.outcome === 'inconclusive' && again.ended.score === null,
  )
  report.hold(
    'it runs again elsewhere',
    'passed at node-2',
    `${again.next.outcome} at ${again.next.node}`,
    again.next.outcome === 'passed' && again.next.node === 'node-2',
  )
  await elsewhere.stop()
}

const frozen = ({ pid }: Rig['front']) => new RegExp(`^node-1 ${pid}:`)
/** The door of the process that is frozen, as it is tried. */
const ourDoor = /^door \S+ of node-1$/

/** Our own door stands still: own tries and the way back of round trips with it. Nobody else is blamed for that. */
export async function frozenDoor(
  report: DrillReport,
  rig: Rig,
  path: string,
  witness: Witness,
): Promise<void> {
  const { front } = rig
  const count = async (state: string) => (await tripsOf(rig, path)).filter((each) => each.state === state)
  await waitUntil('trips come back', async () => (await count('passed')).length > 0, 120_000)
  await doorIsKnown(rig)
  await freezeBetweenWrites(front, front.folder)
  await witness.sees({
    ...{ what: 'door frozen', since: Date.now(), alarm: 'process-silent', about: frozen(front) },
    ...{ withinMs: 180_000, names: /\(gateway, inspection\).*unknown since then/, component: null },
  })
  let results: string[] = []
  await waitUntil('nobody knows of the door', async () => {
    results = await doorResults(rig)
    return results.every((each) => each === 'unknown')
  }).catch(() => undefined)
  report.hold(
    'what is said of the door',
    'unknown',
    results.join(' '),
    results.every((each) => each === 'unknown'),
  )
  await stuckTrips(report, rig, () => count('inconclusive'))
  // One fault, told once: by the process, and not by each path that only it tries, also when those have been silent for long.
  const door = (await alarmLines(rig)).filter(
    ({ name, subject }) => name === 'watcher-silent' && subject.startsWith('inbound: door'),
  )
  const again = door.filter(({ subject }) => ourDoor.test(subject.slice('inbound: '.length)))
  report.hold('door frozen: alarms about the door beside that', '0', again.length, again.length === 0)
  front.signal('SIGCONT')
  const awakeAt = Date.now()
  await waitUntil(
    'trips come back again',
    async () => (await count('passed')).some((each) => each.startedAt > awakeAt),
    120_000,
  )
  const failed = (await count('failed')).length
  report.hold('trips counted against the domain', '0', failed, failed === 0)
  await doorIsKnown(rig)
}

/** Trips that cannot come back end as our own fault, and are told with their list. */
async function stuckTrips(
  report: DrillReport,
  rig: Rig,
  inconclusive: () => Promise<readonly Trip[]>,
): Promise<void> {
  const stuck = await waitUntil('trips end', async () => {
    const found = await inconclusive()
    return found.length >= 2 && found
  })
  const longest = Math.max(...stuck.map((each) => (each.endedAt ?? Infinity) - each.startedAt)) / 1000
  report.hold(
    'trips without a way back end as inconclusive',
    `<= 10 min; ${endWithinMs / 1000} s and a round here`,
    `${longest.toFixed(1)} s`,
    longest <= endWithinMs / 1000 + 20,
    'timed',
  )
  const { text } = await alarmOf(rig, 'radar-unfinished', /^radar$/)
  const listed = stuck.filter(({ id }) => text.includes(id))
  report.sight(
    'list',
    'alarm of trips that do not end, with their list',
    'their ids',
    text,
    listed.length > 0,
  )
}

async function doorResults({ front }: Rig): Promise<string[]> {
  const { probes } = await front.json<{ probes: { path: string; result: string }[] }>(
    ...['probe', 'list', '--component', 'inbound'],
  )
  return probes.filter(({ path }) => ourDoor.test(path)).map((each) => each.result)
}

/** It is tried, and nobody misses its process any more. */
function doorIsKnown(rig: Rig): Promise<unknown> {
  return waitUntil(
    'the door is known',
    async () => {
      const results = await doorResults(rig)
      const isMissed = (await openAlarms(rig)).some(
        ({ name, subject }) => name === 'process-silent' && frozen(rig.front).test(`${subject}:`),
      )
      return results.includes('ok') && !isMissed
    },
    120_000,
    250,
  )
}
