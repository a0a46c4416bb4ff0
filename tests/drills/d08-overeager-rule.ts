import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'

/** A rule that suddenly keeps far more than yesterday stops itself and undoes what it did. */
export const overeagerRule: Drill = {
  id: 'D08',
  name: 'Overeager verdict rule',
  incidents: ['2026-03-brand-impersonation-update-overreach'],
  async run(report, { long }) {
    const sink = await Sink.start({ keep: true })
    const site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
    })
    try {
      await putInForce(site, 'base', [])
      await gate(report, site)
      await inTheShadow(report, site, sink, long ? 1000 : 300)
      await forcedPast(report, site, sink, long ? 1000 : 300)
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

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
  const probes = 8
  await waitUntil(`all threads judge by ${version}`, async () => {
    const [had, before] = [sink.messages.length, await counted()]
    await send(site, probes, true)
    await waitUntil('the probes arrive', () => sink.messages.length >= had + probes)
    return (await counted()) === before + probes
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
async function inTheShadow(report: DrillReport, site: TestSite, sink: Sink, messages: number): Promise<void> {
  await add(site, 'shadowed', [overeager])
  await comparedByAll(site, sink, 'shadowed')
  const since = Date.now()
  const before = sink.messages.length
  const sent = await send(site, messages)
  await waitUntil('it is taken back', async () => (await stageOf(site, 'shadowed')) === 'taken-back', 60_000)
  report.see('alarm that names the set', '<= 2 min', `${Date.now() - since} ms`, alarmed(site, 'shadowed'))
  const clean = sent.length - sent.length / 20
  await waitUntil('clean mail has arrived', () => sink.messages.length - before >= clean).catch(
    () => undefined,
  )
  report.hold(
    'on trial: clean mail that arrived',
    `${clean} of ${clean}`,
    sink.messages.length - before,
    sink.messages.length - before === clean,
  )
}

/** A person forces it past its trial: it is taken back by itself, and what it did is put right. */
async function forcedPast(report: DrillReport, site: TestSite, sink: Sink, messages: number): Promise<void> {
  await add(site, 'forced', [overeager])
  await site.must('definitions', 'activate', 'forced')
  await comparedByAll(site, sink, 'forced')
  const since = Date.now()
  const before = sink.messages.length
  // Too few to judge the set by, so that people act before it is taken back.
  const first = await send(site, 40)
  const touched = await touch(site)
  const sent = [...first, ...(await send(site, messages))]
  await waitUntil('it is taken back', async () => (await stageOf(site, 'forced')) === 'taken-back', 300_000)
  report.hold('forced past its trial: taken back by itself', '<= 5 min', `${Date.now() - since} ms`, true)
  const toldMs = Date.now() - since
  report.see('time until it was told', '<= 2 min', `${toldMs} ms`, toldMs <= 120_000, 'timed')
  const told = alarmed(site, 'forced')
  report.see('alarm that names the set', 'forced', told ? 'forced' : 'none', told)
  const bad = sent.length / 20
  const clean = sent.length - bad
  // One that the drill deleted does not come, one that it released has come.
  await waitUntil('all it caught is released', () => arrived(sink, before) >= clean - 1, 120_000).catch(
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
  await controls(report, site, sink)
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
  return /"state":"(discarded|quarantined|delivered|waiting)"/.exec(JSON.stringify(trace))?.[1] ?? ''
}
