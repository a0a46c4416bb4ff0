import { randomBytes } from 'node:crypto'
import type { Sent } from '../harness/load.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { arrives } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants } from './measure.ts'
import { Witness } from './witness.ts'

const people = Array.from({ length: 6 }, (_, n) => `p${n}@own.test`)
const laneConnections = 4
const leaseSeconds = 10
const clientsAtATime = 40
const leastClients = 200

const settings = {
  'delivery.lease': leaseSeconds,
  'delivery.laneConnections': laneConnections,
  'flow.drainWindow': '15s',
  'flow.lateAfter': '20s',
  'submission.queueLimit': 150,
  'supervise.silentAfter': '15s',
}

interface Parts {
  readonly witness: Witness
  readonly report: DrillReport
  readonly world: Outside
  readonly site: TestSite
  readonly workers: readonly TestSite[]
  readonly passwords: ReadonlyMap<string, string>
}

interface AlarmLine {
  readonly name: string
  readonly subject: string
  readonly since: number
  readonly clearedAt: number | null
}

/** One client: what it was answered to AUTH, and what became of its message. */
interface Visit {
  readonly auth: string
  readonly sent: Sent | null
}

/** Mail leaves slower than it comes, and a process that sends hangs: people log in all the same, and it is told apart. */
export const outboundDrain: Drill = {
  id: 'D31',
  name: 'Outbound drain and submission',
  incidents: [
    'pre-2022-08-outbound-deferred-smtp-auth-failing',
    'pre-2022-08-outbound-queue-30-60-minutes',
    '2022-q4-smarthost-34-minute-delay',
  ],
  // Of what is tried, only that of the process which stands still is unknown.
  about:
    /^(process-(silent|halts|restarted)|drain-behind|logins-fail|first-try-late|receiver-trouble|own-hop-waiting|queue-grows outbound|stage-slow (wait|deliver) outbound|watcher-silent (process node-1 |(dns|outbound): .*delivery \d+ at ))/,
  notSeen: { status: 'another process sends, so no component of the page is without one' },
  async run(report) {
    report.note(
      'compressed',
      'leases of 10 s stand for 1 min, a look back of 15 s for 2 min, a queue of 150 is full; a hang is one after 15 s, not 20',
    )
    const world = await openOutside(['far.test'])
    const site = await drillSite(report, {
      settings: { ...settings, ...world.settings },
      roles: ['gateway', 'inspection', 'console', 'jobs'],
    })
    const workers: TestSite[] = []
    try {
      const passwords = await addPeople(site)
      for (let n = 0; n < 2; n++)
        workers.push(await TestSite.beside(site, ['delivery'], { supervised: n === 1 }))
      using witness = await Witness.beside(site, report)
      const parts = { report, world, site, workers, passwords, witness }
      const sent = await drainSlowly(parts)
      await failLogins(parts)
      await recover(parts, sent)
      await checkInvariants(report, site, [world.mail], sent, { doubles: laneConnections })
    } finally {
      for (const each of workers) each.signal('SIGCONT')
      for (const each of workers) await each[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
      await world.close()
    }
  },
}

async function addPeople(site: TestSite): Promise<Map<string, string>> {
  await site.must('tenant', 'add', 'own')
  await site.must('domain', 'add', 'own.test', '--tenant', 'own', '--next-hop', 'smtp://127.0.0.1:1')
  const passwords = new Map<string, string>()
  for (const person of people) {
    await site.must('user', 'add', person)
    passwords.set(person, (await site.must('mail-password', 'add', person, '--name', 'drill')).trim())
  }
  const last = people.at(-1) ?? ''
  await waitUntil('the passwords are in force', async () => {
    await using client = await openSubmission(site)
    return (await logIn(client, last, passwords.get(last) ?? '')).startsWith('235')
  })
  return passwords
}

/** Each message takes the receiver a second and a half, and one of two processes that send stands still, until its supervisor replaces it. */
async function drainSlowly({ report, world, site, workers, passwords, witness }: Parts): Promise<Sent[]> {
  world.mail.behaviour = (stage) => (stage === 'final' ? { kind: 'slow', ms: 1500 } : undefined)
  const visits: Visit[] = []
  const stop = new AbortController()
  const clients = sendFromMany(site, passwords, visits, stop.signal)
  await waitUntil('both processes have mail on the wire', () => world.mail.open > laneConnections)
  const [, sleeper] = workers
  const hung = sleeper?.pid
  sleeper?.signal('SIGSTOP')
  const stoppedAt = Date.now()
  const behind = await waitForAlarm(site, 'drain-behind', 'outbound')
  const isEnough = () =>
    visits.length >= leastClients && visits.some(({ sent }) => sent?.reply.startsWith('452') === true)
  await waitUntil('the queue is full, and people were told so', isEnough, 120_000)
  stop.abort()
  await clients
  await witness.sees({
    ...{ what: 'a process that hangs', since: stoppedAt, alarm: 'process-restarted', withinMs: 30_000 },
    names: new RegExp(
      `\\(delivery\\) was started again: process ${hung} hung: its event loop was not heard of`,
    ),
    component: null,
  })
  report.hold(
    'the process that hangs is replaced',
    'by another',
    sleeper?.pid === hung ? 'the same' : 'another',
    sleeper?.pid !== hung,
  )
  const sent = visits.flatMap((each) => (each.sent ? [each.sent] : []))
  const good = visits.filter(({ auth }) => auth.startsWith('235')).length
  const refused = sent.filter(({ outcome }) => outcome === 'refused')
  report.hold(
    'log-ins that went well',
    '>= 99.9 %',
    `${good} of ${visits.length}`,
    good / visits.length >= 0.999,
  )
  report.hold(
    'answers of a full queue, after AUTH',
    'all 452 4.3.1',
    `${refused.filter(({ reply }) => reply.startsWith('452 4.3.1')).length} of ${refused.length}`,
    refused.length > 0 && refused.every(({ reply }) => reply.startsWith('452 4.3.1')),
  )
  const alarms = await allAlarms(site)
  const late = alarms.find(({ name }) => name === 'first-try-late')
  report.see(
    'more comes than leaves: told before mail is late',
    'before first-try-late',
    late ? `${late.since - behind.since} ms before` : 'nothing was late by then',
    late === undefined || behind.since <= late.since,
    'timed',
  )
  report.see(
    'slow sending is not told as failing log-ins',
    'no logins-fail',
    alarms.filter(({ name }) => name === 'logins-fail').length,
    !alarms.some(({ name }) => name === 'logins-fail'),
  )
  return sent
}

/** People whose passwords are refused are an alarm of their own. */
async function failLogins({ report, site }: Parts): Promise<void> {
  const since = Date.now()
  await Promise.all(
    people.map(async (person) => {
      await using client = await openSubmission(site)
      await logIn(client, person, 'not the password')
    }),
  )
  const told = await waitForAlarm(site, 'logins-fail', 'submission')
  const seconds = Math.round((told.since - since) / 1000)
  report.see('failing log-ins are an alarm of their own', '<= 60 s', `${seconds} s`, seconds <= 60, 'timed')
}

/** The receiver is quick again: everything arrives, by those that live, and what was told is over. */
async function recover({ report, world, site }: Parts, sent: readonly Sent[]): Promise<void> {
  const since = Date.now()
  world.mail.behaviour = () => undefined
  const expected = sent.filter(({ outcome }) => outcome === 'acknowledged').length
  await arrives(expected, world.mail)
  const seconds = Math.round((Date.now() - since) / 1000)
  report.hold(
    'what the process that hung had in hand is brought on',
    '<= 2 min',
    `${seconds} s`,
    seconds <= 120,
    'timed',
  )
  const over = await waitUntil('the alarms are over by themselves', async () => {
    const found = await allAlarms(site)
    // Whether the silence of a process is told before another is in its place is a matter of seconds.
    const mine = found.filter(
      ({ name, subject }) => name === 'process-silent' || (name === 'drain-behind' && subject === 'outbound'),
    )
    return mine.every(({ clearedAt }) => clearedAt !== null) && mine
  })
  report.see(
    'each has its from and to',
    'those of the queue and of the process',
    over.length,
    over.length > 0 && over.every(({ since: from, clearedAt }) => (clearedAt ?? 0) > from),
  )
}

/** Clients that come one after another, some at a time: each logs in and sends one message. */
async function sendFromMany(
  site: TestSite,
  passwords: ReadonlyMap<string, string>,
  visits: Visit[],
  stop: AbortSignal,
): Promise<void> {
  const run = randomBytes(4).toString('hex')
  let next = 0
  const work = async () => {
    while (!stop.aborted) {
      const index = next++
      const person = people[index % people.length] ?? ''
      visits.push(await visit(site, person, passwords.get(person) ?? '', `<${run}.${index}@own.test>`))
      // A full queue is asked again, as programs do, but not as fast as it can answer.
      if (visits.length > leastClients * 2) await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
  await Promise.all(Array.from({ length: clientsAtATime }, work))
}

async function visit(site: TestSite, person: string, password: string, id: string): Promise<Visit> {
  let auth = ''
  const rcptTo = 'x@far.test'
  const end = (outcome: Sent['outcome'], reply: string): Visit => ({
    auth,
    sent: { id, rcptTo, outcome, reply, at: Date.now(), tookMs: 0, putOff: null },
  })
  try {
    await using client = await openSubmission(site)
    auth = await logIn(client, person, password)
    if (!auth.startsWith('235')) return { auth, sent: null }
    const content = `From: ${person}\r\nTo: ${rcptTo}\r\nMessage-ID: ${id}\r\nSubject: drill\r\n\r\ndrill\r\n`
    const reply = await client.message(person, rcptTo, content)
    return end(reply.startsWith('250') ? 'acknowledged' : reply === '' ? 'unknown' : 'refused', reply)
  } catch (cause) {
    return auth === '' ? { auth: String(cause), sent: null } : end('unknown', String(cause))
  }
}

async function openSubmission(site: TestSite): Promise<SmtpDialogue> {
  const client = await SmtpDialogue.open(site.submissionPort)
  await client.hello('phone.example')
  await client.startTls()
  await client.command('EHLO phone.example')
  return client
}

function logIn(client: SmtpDialogue, login: string, password: string): Promise<string> {
  return client.command(`AUTH PLAIN ${Buffer.from(`\0${login}\0${password}`).toString('base64')}`)
}

async function allAlarms(site: TestSite): Promise<AlarmLine[]> {
  const { alarms } = await site.json<{ alarms: (Omit<AlarmLine, 'since'> & { since: string })[] }>(
    'alarm',
    'list',
  )
  return alarms.map((each) => ({ ...each, since: Date.parse(each.since) }))
}

async function waitForAlarm(site: TestSite, name: string, subject: string): Promise<AlarmLine> {
  return waitUntil(
    `the alarm ${name} ${subject}`,
    async () => (await allAlarms(site)).find((each) => each.name === name && each.subject === subject),
    120_000,
    500,
  )
}
