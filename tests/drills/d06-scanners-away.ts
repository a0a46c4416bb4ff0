import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { attached } from '../harness/attached.ts'
import { Clamd, clamdMissing, eicar } from '../harness/clamd.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { encryptedEntry } from '../mail/sample-files.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, percentile, transit } from './measure.ts'
import { Witness } from './witness.ts'

/** What is sent at a time: with a file, text only, and controls that must stay caught. */
interface Batch {
  readonly files: Sent[]
  readonly texts: Sent[]
  readonly controls: Sent[]
}

interface Kept {
  readonly messageId: string
  readonly state: string
  readonly reason: string
}

const user = 'b@site.example'

/**
 * Four real clamd with a local signature set, and one socket that takes connections and closes them. Three are killed
 * under mail; all are stopped (they take connections and keep silent), longer than mail waits; they go on; they are
 * started anew from what lies on the disk. No network is there at any time: all of it is on loopback.
 */
export const scannersAway: Drill = {
  id: 'D06',
  name: 'Scanners cannot finish',
  incidents: ['incomplete-file-scans-quarantine-clean-mail', '2026-05-scanner-boot-needs-package-repository'],
  // Mail with files stands in inspection, and is set aside unscanned: both are shares of all mail.
  about:
    /^(scanner-away|scanners-gone|inspection-incomplete|slow-message|drain-behind inbound|check-slow antivirus|stage-slow inspect inbound|(incomplete|quarantined)-share inbound)/,
  needs: [{ what: 'clamd', missing: clamdMissing }],
  async run(report, { long }) {
    const waitSeconds = long ? 600 : 5
    report.note('compressed', `mail waits ${waitSeconds} s before it is set aside; the product waits 600 s`)
    const scanners = await Promise.all(Array.from({ length: 4 }, () => Clamd.start()))
    const [closing, closingPort] = await startClosing()
    const sink = await Sink.start()
    const site = await drillSite(report, {
      domains: { 'site.example': sink.hop },
      users: [user],
      settings: {
        'antivirus.backends': [...scanners.map((each) => each.socket), `127.0.0.1:${closingPort}`],
        'inspection.waitUnscanned': `${waitSeconds}s`,
      },
    })
    try {
      using witness = await Witness.beside(site, report)
      const count = long ? 300 : 40
      const batches = [
        await threeOfFourKilled(report, site, sink, scanners, count),
        await allStopped({ report, site, sink, scanners, count, waitSeconds, witness }),
        await startedAnew(report, site, sink, scanners, count),
      ]
      await assertControls(
        report,
        site,
        sink,
        batches.flatMap((each) => each.controls),
      )
      await checkInvariants(
        report,
        site,
        [sink],
        batches.flatMap((each) => [...each.files, ...each.texts]),
      )
    } finally {
      await site[Symbol.asyncDispose]()
      for (const each of scanners) await each[Symbol.asyncDispose]()
      closing.close()
      await sink.down()
    }
  },
}

/** The capacity is a quarter, and nobody notices but the operator. */
async function threeOfFourKilled(
  report: DrillReport,
  site: TestSite,
  sink: Sink,
  scanners: readonly Clamd[],
  count: number,
): Promise<Batch> {
  const sending = send(site, count)
  for (const each of scanners.slice(1)) await each.kill()
  const killedAt = Date.now()
  const batch = await sending
  await waitUntil(
    'mail arrives with one scanner left',
    () => haveArrived(sink, [...batch.files, ...batch.texts]),
    60_000,
  )
  const p99 = percentile(transit([...batch.files, ...batch.texts], sink), 0.99)
  report.hold('3 of 4 scanners killed: all clean mail p99', '<= 30 s', `${p99} ms`, p99 <= 30_000, 'timed')
  await waitUntil(
    'the alarms',
    async () => (await alarms(site)).filter((each) => each === 'scanner-away').length >= 4,
    60_000,
    200,
  )
  const seconds = Math.round((Date.now() - killedAt) / 1000)
  report.see(
    'alarm for each killed scanner, and the one that closes connections',
    '<= 60 s',
    `${seconds} s`,
    seconds <= 60,
    'timed',
  )
  for (const each of scanners.slice(1)) await each.launch()
  await waitUntil(
    'they are taken back',
    async () => (await alarms(site)).filter((each) => each === 'scanner-away').length === 1,
    60_000,
    200,
  )
  return batch
}

/** Nobody scans: mail with files waits, then is set aside as unscanned; text goes on; all of it leaves by itself. */
async function allStopped(parts: {
  readonly report: DrillReport
  readonly site: TestSite
  readonly sink: Sink
  readonly scanners: readonly Clamd[]
  readonly count: number
  readonly waitSeconds: number
  readonly witness: Witness
}): Promise<Batch> {
  const { report, site, sink, scanners, count, waitSeconds, witness } = parts
  for (const each of scanners) each.signal('SIGSTOP')
  const stoppedAt = Date.now()
  const batch = await send(site, count)
  const slowest = Math.max(...[...batch.files, ...batch.texts].map((each) => each.tookMs))
  report.hold(
    'all scanners stopped: the slowest answer to a message',
    '<= 20 s',
    `${Math.round(slowest)} ms`,
    slowest <= 21_000,
    'timed',
  )
  await waitUntil('text only mail arrives', () => haveArrived(sink, batch.texts), 60_000)
  const p99 = percentile(transit(batch.texts, sink), 0.99)
  report.hold('mail without scannable parts p99', '<= 30 s', `${p99} ms`, p99 <= 30_000, 'timed')
  await witness.sees({
    ...{ what: 'all scanners stopped', since: stoppedAt, alarm: 'scanners-gone', withinMs: 60_000 },
    ...{ names: /no virus scanner answers/, component: 'gateway-filtering' },
  })
  const isSetAside = async () => {
    const kept = await quarantined(site)
    return batch.files.every((each) => kept.some((line) => idOf(each) === line.messageId)) && kept
  }
  const kept = await waitUntil('mail with files is set aside', isSetAside, (waitSeconds + 90) * 1000, 500)
  const mine = new Set(batch.files.map(idOf))
  const reasons = new Set(kept.filter((each) => mine.has(each.messageId)).map((each) => each.reason))
  report.hold(
    'its reason',
    'unscanned, never virus or spam',
    [...reasons].join(', '),
    [...reasons].join() === 'unscanned',
  )
  const leaked = batch.files.filter((each) => haveArrived(sink, [each]))
  report.hold('delivered unscanned', '0', leaked.length, leaked.length === 0)
  const isTold = async () => (await alarms(site)).includes('inspection-incomplete')
  await waitUntil('it is told that mail is not inspected', isTold, 120_000, 200)
  report.see('alarm that mail is not inspected', 'open', 'open', true)
  for (const each of scanners) each.signal('SIGCONT')
  const back = Date.now()
  await waitUntil('all of it leaves by itself', () => haveArrived(sink, batch.files), 900_000, 100)
  const seconds = (Date.now() - back) / 1000
  report.hold(
    'released after the scanners are back, without a click',
    '<= 15 min',
    `${seconds.toFixed(1)} s`,
    seconds <= 900,
    'timed',
  )
  const moved = displacement(batch.files, sink)
  report.hold(
    'in the order in which it came: the farthest out of place',
    '<= 84 (what is in hand at a time)',
    moved,
    moved <= 84,
  )
  return batch
}

/** Stopped and started from what lies on the disk, with nothing outside to ask. */
async function startedAnew(
  report: DrillReport,
  site: TestSite,
  sink: Sink,
  scanners: readonly Clamd[],
  count: number,
): Promise<Batch> {
  for (const each of scanners) await each.kill()
  const started = Date.now()
  await Promise.all(scanners.map((each) => each.launch()))
  const batch = await send(site, count)
  await waitUntil('mail is scanned and arrives', () => haveArrived(sink, batch.files), 60_000)
  const seconds = (Date.now() - started) / 1000
  report.hold(
    'scanning after a start without any network',
    '<= 60 s',
    `${seconds.toFixed(1)} s`,
    seconds <= 60,
    'timed',
  )
  return batch
}

/** Viruses and what is encrypted: caught in every phase, delivered in none. */
async function assertControls(
  report: DrillReport,
  site: TestSite,
  sink: Sink,
  controls: readonly Sent[],
): Promise<void> {
  const ids = new Set(controls.map(idOf))
  const kept = await waitUntil(
    'all controls are judged',
    async () => {
      const found = (await quarantined(site)).filter((each) => ids.has(each.messageId))
      return found.length === controls.length && found.every((each) => each.reason !== 'unscanned') && found
    },
    60_000,
    500,
  )
  const delivered = controls.filter((each) => haveArrived(sink, [each]))
  report.invariant('I12', 'controls delivered', delivered.length, delivered.length === 0)
  const viruses = kept.filter((each) => each.reason === 'virus').length
  report.invariant(
    'I12',
    'controls in quarantine, viruses among them by that name',
    `${kept.length}, ${viruses}`,
    viruses >= kept.length / 2,
  )
}

async function send(site: TestSite, count: number): Promise<Batch> {
  const virus = attached('eicar.com', Buffer.from(eicar))
  const locked = attached('locked.zip', encryptedEntry('secret.exe'))
  const load = (messages: number, letter: (index: number) => { header: string; body: string }) =>
    sendLoad({
      comesAgain: true,
      port: () => site.smtpPort,
      messages,
      connections: 4,
      perConnection: 100,
      rcptTo: () => user,
      content: (index) => {
        const { header, body } = letter(index)
        return `From: a@sender.example\r\nSubject: letter ${index}\r\n${header}\r\n${body}`
      },
    })
  const [files, texts, controls] = await Promise.all([
    load(count, (index) =>
      attached('notes.txt', Buffer.from(`harmless notes, number ${index}\n`.repeat(20))),
    ),
    load(count, () => ({ header: '', body: 'nothing but words\r\n' })),
    load(4, (index) => (index % 2 === 0 ? virus : locked)),
  ])
  return { files, texts, controls }
}

function haveArrived(sink: Sink, sent: readonly Sent[]): boolean {
  const there = new Set(sink.messages.map((each) => each.headerMessageId))
  return sent.every((each) => there.has(each.id))
}

function idOf(sent: Sent): string {
  return /Accepted as (\w+)/.exec(sent.reply)?.[1] ?? ''
}

/** How far the message that is farthest from its place in the order of acceptance stands from it. */
function displacement(sent: readonly Sent[], sink: Sink): number {
  const place = new Map(
    [...sent].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1)).map((each, at) => [each.id, at]),
  )
  const order = sink.messages.flatMap((each) => place.get(each.headerMessageId) ?? [])
  return Math.max(0, ...order.map((at, index) => Math.abs(at - index)))
}

async function quarantined(site: TestSite): Promise<Kept[]> {
  return (await site.json<{ lines: Kept[] }>('quarantine', 'list', '--limit', '1000')).lines
}

async function alarms(site: TestSite): Promise<string[]> {
  const { alarms: open } = await site.get<{ alarms: { name: string }[] }>('/api/v1/overview')
  return open.map((each) => each.name)
}

/** Takes connections and closes them. */
async function startClosing(): Promise<[Server, number]> {
  const server = createServer((socket) => socket.on('error', () => undefined).destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return [server, (server.address() as { port: number }).port]
}
