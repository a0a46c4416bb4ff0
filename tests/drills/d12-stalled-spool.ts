import { setTimeout as sleep } from 'node:timers/promises'
import { type LoadOptions, type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { SiteOptions, TestSite } from '../harness/site.ts'
import { TestDisk, whyNoDisk } from '../harness/test-disk.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, percentile, transit } from './measure.ts'
import { Witness } from './witness.ts'

interface Rig {
  readonly site: TestSite
  readonly sink: Sink
  readonly disk: TestDisk
  readonly sent: Sent[]
  readonly load: (more: Partial<LoadOptions>) => Promise<Sent[]>
}

/** Tries of our own write all the time, and what writes while files are made immutable is ended (see readOnly). */
const quiet = { 'watch.probeEvery': 0, 'supervise.silentAfter': '10s' }
/** A disk that stands still stops all that writes, and who watches; nothing of ours is tried that could fail. */
const untried =
  /^(content-unavailable|process-(silent|restarted|keeps-ending)|disk-(slow|full|filling)|store-locked|process-halts|drain-behind|slow-message|inspection-slow|first-try-late|stage-slow|queue-grows|refused-share|settlement-waits|job-failed|watcher-silent [a-z-]+$)/

/** A spool whose disk stops, fills and turns read-only; then the next limit, then the same again. */
export const stalledSpool: Drill = {
  id: 'D12',
  name: 'Stalled spool and moving bottleneck',
  incidents: ['2022-08-inbound-delay-returns', '2022-08-transport-disk-then-next-bottleneck'],
  about:
    /^(content-unavailable|process-(silent|restarted|keeps-ending)|disk-(slow|full|filling)|store-locked|process-halts|drain-behind|slow-message|inspection-slow|first-try-late|stage-slow|queue-grows|refused-share|settlement-waits|job-failed|watcher-silent|probe-fails)/,
  needs: [{ what: 'disks of its own', missing: whyNoDisk }],
  async run(report, { long }) {
    await withRig(
      report,
      TestDisk.ext4(400),
      { settings: quiet, about: untried, supervised: true },
      async (rig) => {
        await stutter(report, rig, long ? 30 : 8)
        await freeze(report, rig, long ? 60 : 14)
        await killFrozen(report, rig)
        await slowDelivery(report, rig)
        await stutter(report, rig, long ? 30 : 5)
        await readOnly(report, rig)
        await checkInvariants(report, rig.site, [rig.sink], rig.sent, { doubles: 20 })
      },
    )
    await withRig(report, TestDisk.tmpfs(128), { about: report.about }, async (rig) => {
      await fullDisk(report, rig)
      await checkInvariants(report, rig.site, [rig.sink], rig.sent)
    })
  },
}

async function withRig(
  report: DrillReport,
  disk: TestDisk,
  { settings = {}, ...options }: Pick<SiteOptions, 'settings' | 'supervised'> & { readonly about: RegExp },
  work: (rig: Rig) => Promise<void>,
): Promise<void> {
  using kept = disk
  const sink = await Sink.start()
  const site = await drillSite(report, {
    folder: kept.folder,
    domains: { 'site.example': sink.hop },
    users: ['b@site.example'],
    settings: { 'gateway.maxConnectionsPerClient': 200, ...settings },
    ...options,
  })
  const sent: Sent[] = []
  try {
    const load = async (more: Partial<LoadOptions>) => {
      const part = await sendLoad({
        port: () => site.smtpPort,
        messages: 200,
        connections: 10,
        perConnection: 20,
        size: 5000,
        rcptTo: () => 'b@site.example',
        ...more,
      })
      sent.push(...part)
      return part
    }
    await work({ site, sink, disk: kept, sent, load })
  } finally {
    kept.thaw()
    await site[Symbol.asyncDispose]()
    await sink.down()
  }
}

/** 200 ms of every second nothing is written. */
async function stutter(report: DrillReport, { disk, load, sink }: Rig, seconds: number): Promise<void> {
  let on = true
  const stutters = (async () => {
    for (let i = 0; on && i < seconds; i++) {
      disk.freeze()
      await sleep(200)
      disk.thaw()
      await sleep(800)
    }
  })()
  const sent = await load({ messages: seconds * 60, rate: 60 })
  on = false
  await stutters
  await waitUntil(
    'the mail of the stutter has left',
    () => transit(sent, sink).length >= sent.filter((each) => each.outcome === 'acknowledged').length,
    60_000,
  )
  const p99 = percentile(transit(sent, sink), 0.99)
  report.hold('disk stutters 200 ms a second: delay p99', '<= 5 min', `${p99} ms`, p99 <= 300_000, 'timed')
  report.hold(
    'disk stutters: messages taken',
    '>= 95 %',
    `${sent.filter((each) => each.outcome === 'acknowledged').length} of ${sent.length}`,
    sent.filter((each) => each.outcome === 'acknowledged').length >= 0.95 * sent.length,
    'timed',
  )
}

/** The disk stands still: new mail hears 451 in time, what is in flight waits for the thaw and is answered truly. */
async function freeze(report: DrillReport, { site, disk, load, sink }: Rig, seconds: number): Promise<void> {
  using witness = await Witness.beside(site, report)
  const since = Date.now()
  const first = site.pid
  disk.freeze()
  const during = load({ messages: seconds * 40, rate: 40, connections: 30, perConnection: 1 })
  // Those that came first wait for the thaw; who comes when it has lasted is refused.
  await sleep(seconds * 500)
  const late = load({ messages: 20, connections: 20, perConnection: 1 })
  await sleep(seconds * 500)
  disk.thaw()
  const thawed = Date.now()
  const sent = [...(await during), ...(await late)]
  const refused = sent.filter((each) => each.outcome === 'refused')
  report.hold(
    `disk frozen for ${seconds} s: new mail is refused for now`,
    '451 or 452, at least one',
    `${refused.length} refused`,
    refused.length > 0 && refused.every((each) => /^45[12] 4\.3\.[01]/.test(each.reply)),
  )
  const after = await load({ messages: 50, connections: 5 })
  await waitUntil(
    'mail flows again',
    () =>
      after.every(
        (each) => each.outcome !== 'acknowledged' || sink.copies().has(`${each.id} ${each.rcptTo}`),
      ),
    60_000,
  )
  const back = Date.now() - thawed
  await witness.sees({
    ...{ what: 'a disk that stands still', since, alarm: 'disk-slow', withinMs: 60_000 + seconds * 1000 },
    ...{ names: /writing to the disk of the store takes .* of node node-1/, component: null },
  })
  report.hold(
    'a disk that stands still is no process that hangs',
    'the same process',
    site.pid === first ? 'the same' : 'another',
    site.pid === first,
  )
  report.hold('after the thaw new mail passes', '<= 10 s', `${back} ms`, back <= 10_000, 'timed')
}

/** kill -9 while the disk is frozen: the process dies at the thaw and comes back; nothing acknowledged may be gone. */
async function killFrozen(report: DrillReport, { disk, site, sink, load }: Rig): Promise<void> {
  const had = sink.messages.length
  const killed = site.pid
  const during = load({ messages: 4000, connections: 10, perConnection: 100 })
  await waitUntil('some of it has arrived', () => sink.messages.length > had)
  disk.freeze()
  await sleep(500)
  site.signal('SIGKILL')
  await sleep(500)
  disk.thaw()
  const sent = await during
  report.hold(
    'killed while frozen: another process takes the rest by itself',
    'acknowledged before and after',
    `${sent.filter((each) => each.outcome === 'acknowledged').length} acknowledged, last: ${sent.at(-1)?.outcome}`,
    site.pid !== killed && sent.at(-1)?.outcome === 'acknowledged',
  )
}

/** The disk is well again, and the next limit shows: the hop takes mail slowly. */
async function slowDelivery(report: DrillReport, { sink, load }: Rig): Promise<void> {
  sink.behaviour = (stage) => (stage === 'final' ? { kind: 'slow', ms: 250 } : undefined)
  const sent = await load({ messages: 1000, connections: 10, perConnection: 100 })
  sink.behaviour = () => undefined
  await waitUntil(
    'the backlog drains',
    () =>
      sent.every((each) => each.outcome !== 'acknowledged' || sink.copies().has(`${each.id} ${each.rcptTo}`)),
    120_000,
  )
  const most = Math.max(...transit(sent, sink))
  report.hold('slow next hop: longest delay', '<= 5 min', `${most} ms`, most <= 300_000, 'timed')
}

/**
 * Making files immutable, which stands for a remount here, may end a process that writes to a mapped file (SIGBUS), and
 * the index of the write-ahead log is one. Where it does not, the process is ended so in the end: who starts then finds
 * a disk that cannot be written.
 */
async function readOnly(report: DrillReport, { site, disk, load }: Rig): Promise<void> {
  await waitUntil('nothing waits', async () => (await site.books()).waiting === 0)
  const first = site.pid
  disk.readOnly(true)
  const sent = await load({ messages: 40, connections: 5, stop: AbortSignal.timeout(10_000) })
  if (site.pid === first) site.signal('SIGBUS')
  await waitUntil('another start', () => site.pid !== first)
  await sleep(2000)
  disk.readOnly(false)
  const taken = sent.filter((each) => each.outcome === 'acknowledged')
  const replies = new Set(
    sent.filter((each) => each.outcome === 'refused').map((each) => each.reply.slice(0, 9)),
  )
  report.hold(
    'disk read-only: no mail is taken, none is refused for good',
    '451 or 452, or no answer',
    `${taken.length} of ${sent.length} taken; ${[...replies].join('; ') || 'nobody answered'}`,
    taken.length === 0 && [...replies].every((each) => /^45[12]/.test(each)),
  )
  const again = await waitUntil('mail is taken again', async () => {
    const after = await load({ messages: 40, connections: 5 })
    return after.every((each) => each.outcome === 'acknowledged') && after
  })
  report.hold(
    'disk writable again: mail is taken by itself, by a process that came after one ended by SIGBUS',
    '40 of 40',
    again.length,
    site.pid !== first,
  )
}

/** ENOSPC, slowly and at once. */
async function fullDisk(report: DrillReport, { site, disk, sink, load }: Rig): Promise<void> {
  using witness = await Witness.beside(site, report)
  await load({ messages: 200 })
  const since = Date.now()
  disk.fill(200_000)
  // Room within the database may take some; the disk is measured every two seconds.
  const full = await waitUntil('mail is refused', async () => {
    const sent = await load({ messages: 100, size: 60_000 })
    return sent.some((each) => each.outcome === 'refused') && sent
  })
  const taken = full.filter((each) => each.outcome === 'acknowledged')
  const replies = full.filter((each) => each.outcome !== 'acknowledged').map((each) => each.reply)
  const others = replies.filter((each) => !/^45[12]/.test(each))
  report.hold(
    'disk full: refused in time',
    '452 or 451 alone',
    [`${replies.length} refused`, ...new Set(others)].join('; '),
    others.length === 0,
  )
  await waitUntil('what was taken is settled although the disk is full', () =>
    taken.every((each) => sink.copies().has(`${each.id} ${each.rcptTo}`)),
  )
  await witness.sees({
    ...{ what: 'a disk that is full', since, alarm: 'disk-full', withinMs: 60_000, component: 'gateway' },
    names: /the disk of the spool is full: new mail hears 452/,
  })
  await witness.stayed('a disk that is full', 'console', 'gateway-logs')
  disk.empty()
  const emptied = Date.now()
  const again = await waitUntil('there is room again', async () => {
    const sent = await load({ messages: 20, connections: 2 })
    return sent.every((each) => each.outcome === 'acknowledged') && sent
  })
  report.hold('room again: mail is taken by itself', '20 of 20', again.length, true)
  await witness.returns('there is room again', 'gateway', emptied)
}
