import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AnsweringMailbox } from '../harness/answering-mailbox.ts'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { freePort } from '../harness/free-port.ts'
import { freezable } from '../harness/freeze.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { DrillReport } from './drill.ts'
import { asInTheField } from './drill-site.ts'

/** Who is told of alarms: the operator of the house, and two customers. */
export const operator = 'op@desk.test'
export const customers = ['shop@desk.test', 'other@desk.test'] as const

export const endWithinMs = 8000

export interface AlarmLine {
  readonly name: string
  readonly subject: string
  readonly text: string
  readonly since: string
  readonly clearedAt: string | null
}

/** A site whose watchers can be broken one by one: each part is a process of its own. */
export interface Rig {
  /** Takes mail, and tries its own door. */
  readonly front: TestSite
  /** Sends mail, and has the console; it is the second way of alarms. */
  readonly rest: TestSite
  readonly jobs: TestSite
  readonly dns: TestDnsServer
  /** Next hops of the two customers. */
  readonly shop: Sink
  readonly other: Sink
  /** A mailbox that answers by itself, at its own next hop. */
  readonly box: AnsweringMailbox
  /** Where all who are told of alarms have their mail. */
  readonly desk: Sink
  readonly cookie: string
  close(): Promise<void>
}

export async function openRig(): Promise<Rig> {
  const port = await freePort()
  const dns = await startDnsServer({ zone: {} })
  const [shop, other, desk] = [await Sink.start(), await Sink.start(), await Sink.start({ keep: true })]
  const box = await AnsweringMailbox.start(
    {},
    () => port,
    ({ mailFrom }) =>
      `From: echo@echo.test\r\nTo: ${mailFrom}\r\nSubject: Re\r\nAuto-Submitted: auto-replied\r\n\r\nhere\r\n`,
  )
  const front = await TestSite.start({
    settings: settingsOf(dns, port, desk),
    roles: ['gateway', 'inspection'],
  })
  const rest = await TestSite.beside(front, ['delivery', 'console'])
  const jobs = await TestSite.beside(front, ['jobs'], { environment: freezable })
  const cookie = await addPeople(front, { shop, other, desk, box })
  return {
    ...{ front, rest, jobs, dns, shop, other, box, desk, cookie },
    async close() {
      for (const each of [jobs, rest, front]) each.signal('SIGCONT')
      for (const each of [jobs, rest, front]) await each[Symbol.asyncDispose]()
      for (const each of [shop, other, desk, box.sink]) await each.down()
      await dns.close()
    },
  }
}

/** A tenth of what is usual, or less, but for the beats of processes (5 s) and the rounds of jobs (3 to 5 s). */
function settingsOf(dns: TestDnsServer, port: number, desk: Sink): Record<string, unknown> {
  return {
    'gateway.listen': [`127.0.0.1:${port}`],
    'radar.door': `127.0.0.1:${port}`,
    'dns.servers': [dns.address],
    'radar.networks': ['127.0.0.0/8'],
    'radar.endWithin': `${endWithinMs / 1000}s`,
    'radar.lookWithin': '2s',
    'radar.againAfter': '1s',
    'watch.silentAfter': '6s',
    'spool.stallRefuse': asInTheField['spool.stallRefuse'],
    'console.storeWait': asInTheField['console.storeWait'],
    'watch.probeEvery': '4s',
    // Shorter ones would tell of seconds in which other processes start.
    'watch.period': '5s',
    'alarms.directTo': [operator],
    'alarms.directBy': `127.0.0.1:${desk.port}`,
    'alarms.tellAfter': '2s',
    // Longer than the time between two notes of what is open.
    'alarms.calmFor': '20s',
    'alarms.updateEvery': '1s',
    'alarms.mailsPerHour': 500,
  }
}

async function addPeople(
  site: TestSite,
  { shop, other, desk, box }: Pick<Rig, 'shop' | 'other' | 'desk' | 'box'>,
): Promise<string> {
  await site.must('tenant', 'add', 'house', '--level', 'operator')
  for (const name of ['shop', 'other']) await site.must('tenant', 'add', name, '--parent', 'house')
  const hops = { 'shop.test': shop, 'other.test': other, 'desk.test': desk, 'echo.test': box.sink }
  for (const [domain, { hop }] of Object.entries(hops)) {
    const tenant = domain.startsWith('shop') ? 'shop' : domain.startsWith('other') ? 'other' : 'house'
    await site.must('domain', 'add', domain, '--tenant', tenant, '--next-hop', hop)
  }
  await site.must('user', 'add', 'a@shop.test', 'a@other.test', 'echo@echo.test', operator, ...customers)
  await site.must('alarm', 'tell', operator, '--of', 'tenant:house')
  for (const name of ['shop', 'other'])
    await site.must('alarm', 'tell', `${name}@desk.test`, '--of', `tenant:${name}`)
  const { link } = await site.json<{ link: string }>(
    ...['manager', 'add', 'boss', '--role', 'operator', '--tenant', 'house'],
  )
  const cookie = await signInByLink(site.consolePort, link)
  await site.knows(customers[1])
  return cookie
}

/** What the console answers to the operator. */
export async function ask<Answer>({ rest, cookie }: Rig, path: string): Promise<Answer> {
  const { code, body, json } = await untilSeen(() => askSite(rest.consolePort, `/api/v1${path}`, { cookie }))
  if (code !== 200) throw new Error(`${path}: ${code} ${body.slice(0, 300)}`)
  return json<Answer>()
}

export async function openAlarms(rig: Rig): Promise<AlarmLine[]> {
  return (await alarmLines(rig)).filter((each) => each.clearedAt === null)
}

/** Also those that are over. */
export async function alarmLines(rig: Rig): Promise<AlarmLine[]> {
  return (await ask<{ lines: AlarmLine[] }>(rig, '/alarms')).lines
}

/** Waits for an alarm that is open. */
export function alarmOf(rig: Rig, name: string, subject: RegExp): Promise<AlarmLine> {
  return waitUntil(
    `the alarm ${name} of ${subject}`,
    async () => (await openAlarms(rig)).find((each) => each.name === name && subject.test(each.subject)),
    120_000,
    250,
  )
}

/** A mail about alarms. */
export interface Told {
  readonly subject: string
  /** What it tells: of alarms, of their end, or that they were wrong. */
  readonly news: 'alarm' | 'over' | 'wrong'
  /** Subject and text, on one line. */
  readonly text: string
}

/** The mails that somebody has got since a moment, in order. */
export function toldTo({ desk }: Pick<Rig, 'desk'>, address: string, since = 0): Told[] {
  return desk.messages
    .filter((each) => each.at >= since && each.rcptTo.includes(address))
    .map(({ content }) => {
      const [header = '', ...body] = content.split('\r\n\r\n')
      const subject = (/^Subject: (.*(?:\r\n[ \t].*)*)/im.exec(header)?.[1] ?? '').replace(/\s+/g, ' ').trim()
      const plain = body.join('\r\n\r\n').split('text/html')[0] ?? ''
      const news = subject.startsWith('Over: ')
        ? 'over'
        : subject.startsWith('Wrong alarm')
          ? 'wrong'
          : 'alarm'
      return { subject, news, text: `${subject} ${plain.replace(/\s+/g, ' ')}` }
    })
}

/** How many mails about something somebody has got. */
export function countTold(
  rig: Pick<Rig, 'desk'>,
  address: string,
  { news, what, since = 0 }: { readonly news: Told['news']; readonly what: RegExp; readonly since?: number },
): number {
  return toldTo(rig, address, since).filter((each) => each.news === news && what.test(each.text)).length
}

interface Outage {
  /** In a few words, as its lines are called. */
  readonly what: string
  /** When it began (ms). */
  readonly since: number
}

const direct = (rig: Rig, since: number, head: RegExp) =>
  toldTo(rig, operator, since).filter(({ subject }) => head.test(subject)).length

/** Waits for the mail that goes past the store, and writes down when it came. */
export async function toldDirectly(report: DrillReport, rig: Rig, { what, since }: Outage): Promise<void> {
  await waitUntil(
    `${what}: the operator is told directly`,
    () => direct(rig, since, /^Alarms cannot be told/) > 0,
    300_000,
  )
  const seconds = secondsSince(since)
  report.sight(
    'alarm',
    `${what}: the operator hears of it past the store`,
    '<= 5 min',
    `${seconds} s`,
    seconds <= 300,
    'timed',
    seconds * 1000,
  )
}

/** Waits for the mail that it is over, and writes down how often each came. */
export async function endToldDirectly(report: DrillReport, rig: Rig, { what, since }: Outage): Promise<void> {
  const heads = [/^Alarms cannot be told/, /^Alarms are told again/] as const
  const heard = () => heads.map((head) => direct(rig, since, head))
  await waitUntil(`${what}: the operator hears that it is over`, () => (heard()[1] ?? 0) > 0, 120_000)
  report.hold(
    `${what}: mails past the store, of it and of its end`,
    'one each',
    heard().join(' and '),
    heard().join() === '1,1',
  )
}

/** Parts that do not touch each other, side by side; when one fails the others come to their end first. */
export async function together(parts: readonly Promise<unknown>[]): Promise<void> {
  for (const each of await Promise.allSettled(parts)) if (each.status === 'rejected') throw each.reason
}

/** Changes the store beside the running processes. */
export function change({ front }: Pick<Rig, 'front'>, sql: string): void {
  const database = new DatabaseSync(join(front.folder, 'data', 'mailkeep.db'), { timeout: 10_000 })
  try {
    database.exec(sql)
  } finally {
    database.close()
  }
}

/** Seconds since a moment, as a report shows them. */
export function secondsSince(at: number): number {
  return Math.round((Date.now() - at) / 100) / 10
}
