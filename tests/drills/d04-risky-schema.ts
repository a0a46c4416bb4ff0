import { askOnce } from '../harness/ask-site.ts'
import { freePort } from '../harness/free-port.ts'
import type { Sent } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { domain, MailBeside, sendFor, sendWhile } from './d04-mail.ts'
import { UserWork } from './d04-user-work.ts'
import { OtherVersions } from './d04-versions.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { holdAsQuick, measureInTurn } from './in-turn.ts'
import { checkInvariants } from './measure.ts'
import { Witness } from './witness.ts'

/** Changes that would break a version that runs, each as somebody might write it. */
const badChanges = {
  'a column renamed': 'ALTER TABLE managers RENAME COLUMN role TO part',
  'a column dropped': 'ALTER TABLE managers DROP COLUMN display_name',
  'a narrower type':
    'CREATE TABLE tenants_new (id TEXT PRIMARY KEY CHECK (length(id) < 4)); INSERT INTO tenants_new (id) SELECT id FROM tenants; DROP TABLE tenants; ALTER TABLE tenants_new RENAME TO tenants',
  'a new constraint': 'CREATE UNIQUE INDEX one_manager_a_role ON managers (role)',
  'a long lock':
    'CREATE TABLE counted (n INTEGER); INSERT INTO counted (n) WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 30000000) SELECT count(*) FROM c',
} as const

/** One of each kind that the gate lets through. */
const goodChange =
  "CREATE TABLE notes_of_next (id TEXT PRIMARY KEY, text TEXT NOT NULL); ALTER TABLE managers ADD COLUMN tone TEXT NOT NULL DEFAULT 'calm'; CREATE INDEX managers_role ON managers (role); INSERT INTO notes_of_next (id, text) SELECT id, display_name FROM managers"

const asked = [
  '/api/v1/messages',
  '/api/v1/queue',
  '/api/v1/quarantine',
  '/api/v1/audit-log',
  '/health/ready',
]

/**
 * Old and new versions live with every schema; a change that they could not live with is refused before it is made. The
 * planned change is made up, of each kind that the gate lets through: programs of the release before need the tables of
 * their own. A missing grant cannot be: the embedded engine has no rights of its own.
 */
export const riskySchema: Drill = {
  id: 'D04',
  name: 'Risky schema change',
  incidents: ['pre-2022-08-console-500-after-table-change'],
  about: /^console-faults /,
  async run(report, { long }) {
    using versions = new OtherVersions()
    const sink = await Sink.start()
    const site = await drillSite(report, {
      domains: { [domain]: sink.hop },
      users: [`b@${domain}`],
    })
    const stop = new AbortController()
    try {
      using witness = await Witness.beside(site, report)
      await play(report, { site, sink, stop, long, witness, versions })
    } finally {
      stop.abort()
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

interface Stage {
  readonly site: TestSite
  readonly sink: Sink
  readonly stop: AbortController
  readonly long: boolean
  readonly witness: Witness
  readonly versions: OtherVersions
}

async function play(report: DrillReport, stage: Stage): Promise<void> {
  const { site, sink, stop, long } = stage
  const key = await makeKey(site)
  await untilReady(site.consolePort, key)
  const sent: Sent[] = []
  const console_ = askAround(() => site.consolePort, key, stop.signal)
  const work = new UserWork(site, key, domain, stop.signal)
  try {
    await sendFor(site, sent, { letters: 90 })
    const mail = new MailBeside(site, sent)
    await mail.during(() => goOn(report, stage, key))
    await refuse(report, stage, long ? 5 : 1, mail)
    mail.hold(report)
    await sendWhile(site, sent, async () => {
      await goBack(report, site, key, (isPaused) => {
        console_.pause(isPaused)
        work.isPaused = isPaused
      })
      await tellFaults(report, stage, key)
    })
  } finally {
    stop.abort()
  }
  const { answers, faults, busy } = await console_.ended
  holdNoFault(report, 'console of the version before, all along', { answers, faults, busy }, 50)
  await work.judge(report, site, domain)
  await checkInvariants(report, site, [sink], sent)
}

/** A busy machine is told with 503, which is a time; what a schema breaks is a fault of ours. */
function holdNoFault(
  report: DrillReport,
  what: string,
  { answers, faults, busy }: Answered,
  atLeast: number,
): void {
  report.hold(`${what}: faults of ours`, `0 of ${answers}`, faults, faults === 0 && answers > atLeast)
  report.hold(`${what}: answers that it is busy`, `0 of ${answers}`, busy, busy === 0, 'timed')
}

async function makeKey(site: TestSite): Promise<string> {
  await site.must('manager', 'add', 'anna', '--role', 'operator', '--tenant', 'mailkeep')
  const made = await site.json<{ key: string }>(
    'key',
    'add',
    'drill',
    '--tenant',
    'mailkeep',
    ...['logs', 'messages', 'configuration', 'directory'].flatMap((scope) => ['--scope', scope]),
  )
  return made.key
}

interface Answered {
  readonly answers: number
  readonly faults: number
  readonly busy: number
}

/** Asks an address of the console over and over, 20 times a second. */
function askAround(port: () => number, key: string, stop: AbortSignal) {
  let [answers, faults, busy, isPaused, n] = [0, 0, 0, false, 0]
  const ended = (async () => {
    while (!stop.aborted) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      if (isPaused) continue
      const path = asked[n++ % asked.length] ?? '/'
      const answer = await askOnce(port(), path, { key }).catch(() => null)
      if (isPaused) continue
      answers += 1
      // A busy machine is told with 503; what a schema breaks is a fault of ours, a 500.
      if (answer?.code === 503) busy += 1
      else if (answer === null || answer.code >= 500) faults += 1
    }
    return { answers, faults, busy }
  })()
  return {
    ended,
    answers: () => answers,
    /** A process that is being replaced answers nothing; that is no fault of a schema. */
    pause: (value: boolean) => {
      isPaused = value
    },
  }
}

/** The next version brings a planned change, and both versions work on. */
async function goOn(report: DrillReport, { site, stop: all, versions }: Stage, key: string): Promise<void> {
  report.say('a planned change, both versions side by side')
  const consolePort = await freePort()
  await using beside = await TestSite.beside(site, ['console', 'jobs'], {
    program: versions.next(goodChange),
    environment: { MAILKEEP_CONSOLE_LISTEN: `127.0.0.1:${consolePort}` },
  })
  await untilReady(consolePort, key)
  const stop = new AbortController()
  const newer = askAround(() => consolePort, key, AbortSignal.any([stop.signal, all.signal]))
  await site.must('manager', 'add', 'berta', '--role', 'reader', '--tenant', 'mailkeep')
  await site.must('user', 'add', 'c@schema.example')
  await waitUntil('it has answered some', () => newer.answers() > 20)
  stop.abort()
  holdNoFault(report, 'console of the next version beside it', await newer.ended, 20)
  const known = await names(site)
  report.hold('work done with the version before is there', 'anna, berta', known, known === 'anna, berta')
  await beside.stop()
}

/**
 * Bad changes come to nothing: the next version does not start, says why, and the one before goes on. Mail is measured
 * beside programs that start and change nothing, and beside each of them, in turn: a start alone takes a core for seconds.
 * @param times how often each is tried
 */
async function refuse(
  report: DrillReport,
  { site, versions }: Stage,
  times: number,
  mail: MailBeside,
): Promise<void> {
  const changes = Object.entries(badChanges)
  let turn = 0
  const inTurn = await measureInTurn(
    times * changes.length,
    () => {
      const [what, change] = changes[turn++ % changes.length] ?? ['', '']
      return mail.during(() => refuseOne(report, site, what, versions.next(goodChange, change)))
    },
    (letters) => mail.alone(letters),
  )
  holdAsQuick(report, 'mail beside a change that is refused, p99', inTurn)
  const known = await names(site)
  const log = JSON.stringify(await site.json('audit-log', '--what', 'manager', '--limit', '100'))
  report.hold(
    'nothing half done: managers are those of the audit log',
    'anna, berta',
    known,
    known === 'anna, berta' && log.includes('anna') && log.includes('berta'),
  )
}

async function refuseOne(report: DrillReport, site: TestSite, what: string, program: string): Promise<void> {
  report.say(what)
  const since = Date.now()
  const said = await TestSite.beside(site, ['jobs'], { program }).then(
    async (started) => {
      await started.stop()
      return 'it started'
    },
    (cause: Error) => cause.message,
  )
  const seconds = (Date.now() - since) / 1000
  const reason = /is refused: (.{0,90})/s.exec(said)?.[1] ?? said.slice(-300)
  report.hold(`${what}: stopped by the gate`, 'with the reason', reason, said.includes('is refused'))
  report.hold(`${what}: stopped after`, '<= 3 min', `${seconds.toFixed(1)} s`, seconds <= 180, 'timed')
}

/** The version before starts again on the database that the next one has added to. */
async function goBack(
  report: DrillReport,
  site: TestSite,
  key: string,
  pause: (value: boolean) => void,
): Promise<void> {
  report.say('back to the version before')
  pause(true)
  await site.stop()
  const since = Date.now()
  await site.launch()
  const tookMs = Date.now() - since
  report.hold(
    'the version before starts on the newer schema',
    '<= 15 s',
    `${tookMs} ms`,
    tookMs <= 15_000,
    'timed',
  )
  await untilReady(site.consolePort, key)
  pause(false)
}

/** A process that has just started is busy with that for seconds, which is no matter of a schema. */
async function untilReady(port: number, key: string): Promise<void> {
  for (const path of ['/api/v1/messages', '/health/ready'])
    await waitUntil(`${path} answers`, () =>
      askOnce(port, path, { key }).then(
        ({ code }) => code === 200,
        () => false,
      ),
    )
}

/** A fault that no gate can see: the console of a version fails, and says so with what is in force. */
async function tellFaults(
  report: DrillReport,
  { site, witness, versions }: Stage,
  key: string,
): Promise<void> {
  report.say('a version whose console fails')
  const consolePort = await freePort()
  await using beside = await TestSite.beside(site, ['console'], {
    program: versions.broken,
    environment: { MAILKEEP_CONSOLE_LISTEN: `127.0.0.1:${consolePort}` },
  })
  const stop = new AbortController()
  const since = Date.now()
  const around = askAround(() => consolePort, key, stop.signal)
  await witness.sees({
    ...{ what: 'a console that answers 5xx', since, alarm: 'console-faults', withinMs: 60_000 },
    ...{ names: /in force: version .*, schema \d+/, component: 'console' },
  })
  await witness.stayed('a console that answers 5xx', 'gateway-filtering', 'gateway-delivery')
  stop.abort()
  await around.ended
  await beside.stop()
}

async function names(site: TestSite): Promise<string> {
  const managers = await site.json<{ id: string }[]>('manager', 'list')
  return managers
    .map((each) => each.id)
    .sort()
    .join(', ')
}
