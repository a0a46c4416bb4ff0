import type { Click } from '../tests/harness/people/click.ts'
import { ClickingPeople } from '../tests/harness/people/clicking-people.ts'
import { MailSource } from '../tests/harness/people/mail-source.ts'
import { type MailWindow, measureWindows } from '../tests/harness/people/mail-windows.ts'
import { furnish } from '../tests/harness/people/people-house.ts'
import { Sink } from '../tests/harness/sink.ts'
import { TestSite } from '../tests/harness/site.ts'
import { measureRate } from './measure-rate.ts'
import { pairedRatio, ratioByChance, writeRatio } from './paired-ratio.ts'
import { processorTime } from './processor-time.ts'
import { percentile, range, type Table } from './table.ts'

export interface PeopleOptions {
  readonly managers: number
  readonly persons: number
  /** Length of a window. */
  readonly seconds: number
  /** Windows alone, and as many with people. */
  readonly pairs: number
  /** Which division of roles is measured, by its name in `forms`; absent: each. */
  readonly only?: string
}

const size = 10_240
/** People click for so long before anything is measured. */
const spreadMs = 15_000
/** p99 of mail with people may be so much more than that of mail alone. */
const mostRatio = 1.1

/** How processes of a site are divided: all in one, or the console by itself. */
const forms: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'one process': [],
  'console apart': [['gateway', 'inspection', 'delivery', 'jobs'], ['console']],
}

/** Answers to mail at 60 % of what this machine can do, alone and while people click, in turn. */
export async function people(options: PeopleOptions): Promise<Table> {
  const rows: string[][] = []
  const faults: string[] = []
  if (options.only !== undefined && !(options.only in forms))
    throw new Error(`there is no form ${options.only}; there are ${Object.keys(forms).join(', ')}`)
  for (const [name, roles] of Object.entries(forms)) {
    if (options.only !== undefined && options.only !== name) continue
    const found = await measureForm(options, roles)
    rows.push([name, ...found.row])
    faults.push(...found.faults.map((each) => `${name}: ${each}`))
  }
  return {
    title: `${options.managers} managers and ${options.persons} people clicking while mail flows at 60 %, 10 KB, ${options.pairs} windows of ${options.seconds} s each, alone and with people in turn`,
    head: [
      'processes',
      'messages/s',
      'answer p50 ms alone',
      'with people',
      'answer p99 ms alone',
      'with people',
      'ratio of all answers (nine draws of ten)',
      'by chance, alone to alone',
      'clicks/s',
      'click p50 / p95 / p99 ms',
      'CPU of the server, alone / with people',
    ],
    rows,
    faults,
  }
}

async function measureForm(
  { managers, persons, seconds, pairs }: PeopleOptions,
  [roles, besideRoles]: readonly (readonly string[])[],
): Promise<{ row: string[]; faults: string[] }> {
  await using started = new AsyncDisposableStack()
  const hop = started.adopt(await Sink.start(), (each) => each.down())
  const postbox = started.adopt(await Sink.start({ keep: true }), (each) => each.down())
  const site = started.use(
    await TestSite.start({
      hasUrl: true,
      settings: { 'inspection.temperror': 'deliver', 'dns.servers': [] },
      ...(roles && { roles }),
    }),
  )
  const servers = [site]
  if (besideRoles) servers.push(started.use(await TestSite.beside(site, besideRoles)))
  console.error('  furnishing the house ...')
  const house = await furnish(site, { managers, persons, asideEach: 3, hop: hop.hop, sink: postbox })
  const source = started.adopt(new MailSource(), (each) => each.stop())
  const clicking = started.adopt(new ClickingPeople(site.consolePort, house, postbox), (each) => each.stop())
  const { mailboxes } = house
  const rate = await measureRate({ site, source, mailboxes, size })
  // All of them begin at once, with the same click: by then they have spread.
  clicking.go()
  await new Promise((resolve) => setTimeout(resolve, spreadMs))
  clicking.rest()
  const cpu = new Map<boolean, number>()
  let before = cpuOf(servers)
  const windows = await measureWindows({
    port: site.smtpPort,
    source,
    people: clicking,
    mailboxes,
    rate,
    size,
    seconds,
    pairs,
    onWindow(window) {
      hop.messages.splice(0)
      const now = cpuOf(servers)
      cpu.set(window.withPeople, (cpu.get(window.withPeople) ?? 0) + now - before)
      before = now
      console.error(
        `  ${window.withPeople ? 'with people' : 'alone      '} p50 ${window.p50.toFixed(1)} p99 ${window.p99.toFixed(1)} ms, ${window.clicks.length} clicks`,
      )
    },
  })
  const cores = (withPeople: boolean) => (cpu.get(withPeople) ?? 0) / 1000 / (seconds * pairs)
  return describe(windows, rate, seconds * pairs, [cores(false), cores(true)])
}

function cpuOf(servers: readonly TestSite[]): number {
  return servers.reduce((sum, { pid }) => sum + processorTime(pid), 0)
}

function describe(
  windows: readonly MailWindow[],
  rate: number,
  seconds: number,
  [cpuAlone, cpuWith]: readonly [number, number],
): { row: string[]; faults: string[] } {
  const of = (withPeople: boolean, pick: (window: MailWindow) => number) =>
    windows.filter((each) => each.withPeople === withPeople).map(pick)
  const tookBy = (withPeople: boolean) =>
    windows.filter((each) => each.withPeople === withPeople).map((each) => each.tookMs)
  const [alone, during] = [tookBy(false), tookBy(true)]
  const p99 = (each: MailWindow) => each.p99
  const p50 = (each: MailWindow) => each.p50
  const clicks = windows.flatMap((each) => each.clicks)
  const took = clicks.map((each) => each.tookMs)
  const ratio = pairedRatio(alone, during)
  const faults = [...wrongClicks(clicks)]
  const refused = windows.flatMap((each) => each.refused)
  if (refused.length > 0) faults.push(`${refused.length} messages were not taken, as: ${refused[0]}`)
  if (ratio.value > mostRatio)
    faults.push(
      `p99 with people is ${((ratio.value - 1) * 100).toFixed(0)} % above that alone, and may be 10 %`,
    )
  return {
    row: [
      rate.toFixed(0),
      range(of(false, p50)),
      range(of(true, p50)),
      `${percentile(alone.flat(), 0.99).toFixed(0)}; windows ${range(of(false, p99))}`,
      `${percentile(during.flat(), 0.99).toFixed(0)}; windows ${range(of(true, p99))}`,
      writeRatio(ratio),
      writeRatio(ratioByChance(alone)),
      (clicks.length / seconds).toFixed(0),
      [0.5, 0.95, 0.99].map((each) => percentile(took, each).toFixed(0)).join(' / '),
      `${cpuAlone.toFixed(2)} / ${cpuWith.toFixed(2)} cores`,
    ],
    faults,
  }
}

/** Clicks that were not answered as they should be, by what was asked. */
function wrongClicks(clicks: readonly Click[]): string[] {
  const wrong = new Map<string, number>()
  for (const { what, code, isPartial } of clicks) {
    if ((code === 200 || code === 303) && !isPartial) continue
    const name = `${what} answered ${isPartial ? 'in part' : code}`
    wrong.set(name, (wrong.get(name) ?? 0) + 1)
  }
  return [...wrong].map(([name, count]) => `${count} x ${name}`)
}
