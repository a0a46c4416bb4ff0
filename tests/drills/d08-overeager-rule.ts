import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Sent, sendLoad } from '../harness/load.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { checkAffectedList } from './closing-list.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { holdPutOff } from './measure.ts'
import { Witness } from './witness.ts'

/** A rule that suddenly keeps far more than yesterday stops itself and undoes what it did. */
export const overeagerRule: Drill = {
  id: 'D08',
  name: 'Overeager verdict rule',
  incidents: ['2024-09-outbound-hold-rule-overreach', '2026-03-brand-impersonation-update-overreach'],
  /** Three of ten clean messages are kept until the set is taken back. */
  about: /^(definitions-taken-back|(quarantined|held)-share) /,
  async run(report, { long }) {
    const sink = await Sink.start({ keep: true })
    const world = await openOutside(['far.example'])
    const senders = await Sink.start({ keep: true })
    const site = await drillSite(report, {
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: world.settings,
      hasUrl: true,
    })
    try {
      using witness = await Witness.beside(site, report)
      await site.must('domain', 'add', 'sender.example', '--next-hop', senders.hop)
      await site.must('user', 'add', 'a@sender.example')
      await site.must('relay', 'add', 'mailkeep', '--network', `${server}/32`)
      await putInForce(site, 'base', [])
      await gate(report, site)
      const shadowed = await inTheShadow(report, site, sink, long ? 1000 : 300)
      await witness.stayed('on trial', 'gateway-filtering', 'gateway-delivery')
      const forced = await forcedPast(report, site, sink, long ? 1000 : 300, { world, senders, witness })
      holdPutOff(report, [...shadowed, ...forced])
      await checkAffectedList(report, site, [sink], [...shadowed, ...forced])
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
      await senders.down()
      await world.close()
    }
  },
}

/** Where the server of our own people sits, whose mail goes out. */
const server = '127.0.0.9'

const control = {
  code: 'control',
  weight: 400,
  kind: 'phishing',
  text: 'A known fraud.',
  places: ['body'],
  any: ['the fund of the late colonel'],
}
/** Stands in three of ten clean messages of the load, and in no golden sample. */
const overeager = {
  code: 'overeager',
  weight: 400,
  kind: 'phishing',
  text: 'Speaks of the canteen.',
  places: ['body'],
  any: ['see you in the canteen'],
}

interface Rule {
  readonly code: string
}

async function add(site: TestSite, version: string, rules: readonly object[], weights: object = {}) {
  const file = join(site.folder, `${version}.json`)
  writeFileSync(file, JSON.stringify({ version, weights, rules: [control, ...rules] }))
  return site.command('definitions', 'add', file)
}

async function putInForce(site: TestSite, version: string, rules: readonly Rule[]): Promise<void> {
  await add(site, version, rules)
  await site.must('definitions', 'activate', version)
  await inForce(site, version)
}

/** Threads look for other sets once a second. */
async function inForce(site: TestSite, version: string): Promise<void> {
  await waitUntil(`${version} is in force`, async () => {
    const [sent] = await send(site, 1)
    const found = await site.json<{ message: { facts: { definitions: { version: string } } } }>(
      'trace',
      sent?.id ?? '',
    )
    return JSON.stringify(found).includes(`"version":"${version}"`)
  })
}

function send(site: TestSite, messages: number, isPlain = false): Promise<Sent[]> {
  return sendLoad({
    comesAgain: true,
    port: () => site.smtpPort,
    messages,
    connections: 4,
    perConnection: 25,
    rcptTo: () => 'b@site.example',
    content: (index) => {
      const text = isPlain
        ? 'the figures are attached'
        : index % 20 === 7
          ? control.any[0]
          : index % 10 < 3
            ? overeager.any[0]
            : 'the figures are attached'
      return `From: a@load.example\r\nSubject: number ${index}\r\n\r\nHello, ${text}.\r\n`
    },
  })
}

/** Until every thread judges by the set and the one beside it: before that, mail would count for the pair before. */
async function comparedByAll(site: TestSite, sink: Sink, version: string): Promise<void> {
  const counted = async () => {
    const { trial } = await site.json<{ trial: { active: string; trial: string; messages: number } | null }>(
      'definitions',
      'list',
    )
    return trial && [trial.active, trial.trial].includes(version) ? trial.messages : 0
  }
  // Counts are written a moment after the mail has gone.
  const countedToTheEnd = async () => {
    let before = await counted()
    return waitUntil('nothing more is counted', async () => {
      await setTimeout(500)
      const now = await counted()
      const isStill = now === before
      before = now
      return isStill && { count: now }
    })
  }
  const probes = 8
  await waitUntil(`all threads judge by ${version}`, async () => {
    const [had, { count: before }] = [sink.messages.length, await countedToTheEnd()]
    await send(site, probes, true)
    await waitUntil('the probes arrive', () => sink.messages.length >= had + probes)
    return (await countedToTheEnd()).count === before + probes
  })
}

/** What the golden samples know never gets to live mail. */
async function gate(report: DrillReport, site: TestSite): Promise<void> {
  const social = { ...overeager, code: 'social', places: ['link'], any: ['facebook.com', 'linkedin.com'] }
  const brand = await add(site, 'brand-rule', [social])
  report.hold(
    'brand rule on social links in signatures: stopped by the golden samples',
    'not taken',
    brand.stderr.split('\n')[0] ?? '',
    brand.code === 2,
  )
  const typo = await add(site, 'weight-typo', [], { 'dkim-none': 1000 })
  report.hold(
    'weight with a digit too many: stopped by the golden samples',
    'not taken',
    typo.stderr.split('\n')[0] ?? '',
    typo.code === 2,
  )
}

/** What they do not know shows on live mail, before it decides anything. */
async function inTheShadow(
  report: DrillReport,
  site: TestSite,
  sink: Sink,
  messages: number,
): Promise<Sent[]> {
  await add(site, 'shadowed', [overeager])
  await comparedByAll(site, sink, 'shadowed')
  const since = Date.now()
  const before = sink.messages.length
  const sent = await send(site, messages)
  await waitUntil('it is taken back', async () => (await stageOf(site, 'shadowed')) === 'taken-back', 60_000)
  await waitUntil('its alarm is raised', () => alarmed(site, 'shadowed'), 120_000).catch(() => undefined)
  report.see(
    'alarm that names the set',
    '<= 2 min',
    `${Date.now() - since} ms`,
    alarmed(site, 'shadowed'),
    'timed',
  )
  const clean = sent.length - sent.length / 20
  await waitUntil('clean mail has arrived', () => sink.messages.length - before >= clean, 300_000).catch(
    () => undefined,
  )
  report.hold(
    'on trial: clean mail that arrived',
    `${clean} of ${clean}`,
    sink.messages.length - before,
    sink.messages.length - before === clean,
  )
  return sent
}

/** A person forces it past its trial: it is taken back by itself, and what it did is put right. */
async function forcedPast(
  report: DrillReport,
  site: TestSite,
  sink: Sink,
  messages: number,
  beyond: Beyond,
): Promise<Sent[]> {
  await add(site, 'forced', [overeager])
  await site.must('definitions', 'activate', 'forced')
  await comparedByAll(site, sink, 'forced')
  const since = Date.now()
  const before = sink.messages.length
  // Too few to judge the set by, so that people act before it is taken back.
  const outgoing = await holdOutgoing(site, beyond.senders)
  const first = await send(site, 20)
  const touched = await touch(site)
  const sent = [...first, ...(await send(site, messages))]
  await waitUntil('it is taken back', async () => (await stageOf(site, 'forced')) === 'taken-back', 300_000)
  report.hold('forced past its trial: taken back by itself', '<= 5 min', `${Date.now() - since} ms`, true)
  await beyond.witness.sees({
    ...{ what: 'an overeager set', since, alarm: 'definitions-taken-back', about: /^forced/ },
    ...{ withinMs: 120_000, names: /definitions forced were taken back/, component: 'gateway-filtering' },
  })
  const bad = sent.length / 20
  const clean = sent.length - bad
  // One that the drill deleted does not come, one that it released has come.
  await waitUntil('all it caught is released', () => arrived(sink, before) >= clean - 1, 300_000).catch(
    () => undefined,
  )
  report.hold(
    'what it caught is released, nobody clicked',
    `<= 15 min, ${clean - 1} of ${clean - 1}`,
    `${arrived(sink, before)} in ${Date.now() - since} ms`,
    arrived(sink, before) === clean - 1,
  )
  const twice = [...sink.copies().values()].filter((copies) => copies > 1).length
  report.invariant('I5', 'messages that came twice', twice, twice === 0)
  const deleted = await site.json<unknown>('trace', touched.deleted)
  report.hold(
    'what a person had deleted stays deleted',
    'discarded',
    stateIn(deleted),
    stateIn(deleted) === 'discarded',
  )
  await outgoingPutRight(report, site, beyond, outgoing, since)
  await controls(report, site, sink)
  return sent
}

/** The world outside, and the mailboxes of our own people who send to it. */
interface Beyond {
  readonly world: Outside
  readonly senders: Sink
  readonly witness: Witness
}

interface Outgoing {
  readonly held: readonly string[]
  readonly bad: string
}

/** Mail of our own people that the set holds before it leaves, of which their notices tell. */
async function holdOutgoing(site: TestSite, senders: Sink): Promise<Outgoing> {
  const held: string[] = []
  for (let index = 0; index < 5; index++)
    held.push(await submit(site, `out ${index}`, overeager.any[0] ?? ''))
  const bad = await submit(site, 'out bad', control.any[0] ?? '')
  await waitUntil('senders hear of held mail', () => {
    const told = noticesOf(senders, 'not sent yet')
    return [...held.keys()].every((index) => told.some((each) => each.includes(`out ${index}`)))
  })
  return { held, bad }
}

async function submit(site: TestSite, subject: string, words: string): Promise<string> {
  await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', server)
  await client.hello()
  for (const each of ['MAIL FROM:<a@sender.example>', 'RCPT TO:<x@far.example>', 'DATA'])
    await client.command(each)
  const content = `From: a@sender.example\r\nSubject: ${subject}\r\n\r\nHello, ${words}.\r\n.`
  const reply = await client.command(content, 60_000)
  return /Accepted as (\w+)/.exec(reply)?.[1] ?? ''
}

function noticesOf(senders: Sink, words: string): string[] {
  return senders.messages
    .filter((each) => each.rcptTo.includes('a@sender.example') && each.content.includes(words))
    .map((each) => each.content)
}

/** The outbound half: held mail is sent by us, once, its senders hear that we were wrong, and what is bad stays. */
async function outgoingPutRight(
  report: DrillReport,
  site: TestSite,
  { world, senders }: Beyond,
  { held, bad }: Outgoing,
  since: number,
): Promise<void> {
  const arrivedOut = () => world.mail.messages.filter((each) => each.content.includes('Subject: out ')).length
  await waitUntil('what it held is sent', () => arrivedOut() >= held.length, 300_000).catch(() => undefined)
  report.hold(
    'outbound: what it held is sent by us, senders click nothing',
    `<= 15 min, ${held.length} of ${held.length}`,
    `${arrivedOut()} in ${Date.now() - since} ms`,
    arrivedOut() === held.length,
  )
  const corrected = () =>
    [...held.keys()].filter((index) =>
      noticesOf(senders, 'That was our mistake').some((each) => each.includes(`out ${index}`)),
    ).length
  await waitUntil('notices are corrected', () => corrected() === held.length, 300_000).catch(() => undefined)
  report.see(
    'outbound: notices already sent are corrected',
    `${held.length} of ${held.length}`,
    corrected(),
    corrected() === held.length,
  )
  const state = stateIn(await site.json<unknown>('trace', bad))
  report.invariant('I12', 'outbound: what is truly bad stays held', state, state === 'held')
}

/** People act on two of the kept messages before the set is taken back. */
async function touch(site: TestSite): Promise<{ deleted: string; released: string }> {
  const lines = await waitUntil('it has kept something', async () => {
    const found = await site.json<{ lines: { messageId: string; subject: string }[] }>('quarantine', 'list')
    const clean = found.lines.filter((each) => Number(each.subject.replace('number ', '')) % 20 !== 7)
    return clean.length >= 2 && clean
  })
  const [deleted = '', released = ''] = lines.map((each) => each.messageId)
  await site.must('quarantine', 'delete', deleted, '--yes')
  await site.must('quarantine', 'release', released)
  return { deleted, released }
}

/** Truly bad mail stays caught before, during and after; and the books balance. */
async function controls(report: DrillReport, site: TestSite, sink: Sink): Promise<void> {
  const through = sink.messages.filter((each) => each.content.includes(control.any[0] ?? '')).length
  report.invariant('I12', 'bad mail that got through', through, through === 0)
  const books = await waitUntil('nothing waits', async () => {
    const found = await site.books()
    return found.waiting === 0 && found
  })
  report.invariant('N-01', 'the books', books.balanced ? 'balance' : 'differ', books.balanced)
  report.invariant('I2', 'bounces', books.returned ?? 0, books.returned === 0)
}

async function stageOf(site: TestSite, version: string): Promise<string> {
  const { sets } = await site.json<{ sets: { version: string; stage: string }[] }>('definitions', 'list')
  return sets.find((each) => each.version === version)?.stage ?? ''
}

function alarmed(site: TestSite, version: string): boolean {
  return site.log.includes(`definitions ${version} were taken back`)
}

function arrived(sink: Sink, before: number): number {
  return sink.messages.length - before
}

function stateIn(trace: unknown): string {
  return /"state":"(discarded|quarantined|delivered|waiting|held)"/.exec(JSON.stringify(trace))?.[1] ?? ''
}
