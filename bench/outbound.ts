import { freePort } from '../tests/harness/free-port.ts'
import { type Sent, sendLoad } from '../tests/harness/load.ts'
import { mostWithin, type NextHops, openNextHops, type TestHop } from '../tests/harness/next-hops.ts'
import { openOutboundSite, outboundSender } from '../tests/harness/outbound-site.ts'
import { waitUntil } from '../tests/harness/wait-until.ts'
import { type BenchPostfix, startPostfix, whyNoPostfix } from './postfix.ts'
import { percentile, type Table } from './table.ts'

const messages = 10_000
const numbers = { healthy: 140, dead: 20, slow: 20, throttling: 20 }
const perMinute = 5
const minute = 60_000
/** Whoever has not brought the healthy part to its end by then is broken off. */
const patienceMs = 120_000

/** What one program made of the mix. */
interface Run {
  readonly sent: readonly Sent[]
  /** From the first connection to the last message at a healthy hop; Infinity: it was broken off. */
  readonly healthyMs: number
  readonly p50: number
  readonly p99: number
}

/**
 * 10,000 messages to 200 next hops, some of which are dead, slow or take five a minute; first ours, then Debian's
 * Postfix with the same mix. Ours inspects every message and looks up where it goes, Postfix does neither.
 */
export async function outbound(): Promise<Table> {
  const missing = whyNoPostfix()
  if (missing !== null) throw new Error(missing)
  const hops = await openNextHops(numbers, { slowMs: 3000, limit: perMinute, windowMs: minute })
  try {
    const ours = await runOurs(hops)
    hops.clear()
    const theirs = await runTheirs(hops)
    return describe(ours, theirs)
  } finally {
    await hops.close()
  }
}

interface OurRun extends Run {
  readonly lost: number
  readonly mostTold: number
  readonly mostTaken: number
  readonly putOff: number
}

async function runOurs(hops: NextHops): Promise<OurRun> {
  const site = await openOutboundSite(hops, perMinute)
  try {
    const started = Date.now()
    const run = await sendMix(hops, site.smtpPort)
    // What throttles is looked at over whole minutes, and longer than it takes to learn its pace.
    const rest = started + 2.5 * minute - Date.now()
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
    const throttling = hops.of('throttling')
    const told = throttling.filter((_, nth) => nth % 2 === 0)
    await site.stop()
    return {
      ...run,
      lost: await countLost(hops, run.sent, async () => {
        const { deliveries } = await site.json<{ deliveries: { rcptTo: string }[] }>(
          ...['queue', 'list', '--state', 'waiting', '--limit', String(messages)],
        )
        return deliveries.length
      }),
      mostTold: Math.max(...told.map(({ offeredAt }) => mostWithin(offeredAt, minute))),
      mostTaken: Math.max(...throttling.map(({ takenAt }) => mostWithin(takenAt, minute))),
      putOff: throttling.reduce((sum, each) => sum + each.offeredAt.length - each.takenAt.length, 0),
    }
  } finally {
    await site[Symbol.asyncDispose]()
  }
}

async function runTheirs(hops: NextHops): Promise<Run> {
  const routes = new Map(hops.all.map(({ domain, ip }) => [domain, `${ip}:${hops.port}`]))
  const postfix: BenchPostfix = startPostfix(await freePort(), routes)
  try {
    return await sendMix(hops, postfix.port)
  } finally {
    postfix.stop()
  }
}

/** Sends the mix as fast as it is taken, and waits for its healthy part. */
async function sendMix(hops: NextHops, port: number): Promise<Run> {
  const healthy = hops.of('healthy')
  const started = Date.now()
  const sent = await sendLoad({
    port: () => port,
    messages,
    connections: 20,
    perConnection: 100,
    size: 4000,
    mailFrom: outboundSender,
    rcptTo: (index) => `x@${hops.all[index % hops.all.length]?.domain}`,
  })
  const taken = sent.filter(({ outcome }) => outcome === 'acknowledged')
  const domains = new Set(healthy.map(({ domain }) => domain))
  const expected = taken.filter(({ rcptTo }) => domains.has(rcptTo.slice(2))).length
  const isDone = () => arrivals(healthy).length >= expected
  await waitUntil('the healthy part arrives', isDone, patienceMs).catch(() => undefined)
  const delays = delaysOf(taken, healthy)
  return {
    sent,
    healthyMs: isDone() ? Math.max(...arrivals(healthy)) - started : Infinity,
    p50: percentile(delays, 0.5),
    p99: percentile(delays, 0.99),
  }
}

function arrivals(hops: readonly TestHop[]): number[] {
  return hops.flatMap(({ takenAt }) => takenAt)
}

/** From the final dot of each message to its arrival. */
function delaysOf(sent: readonly Sent[], hops: readonly TestHop[]): number[] {
  const since = new Map(sent.map(({ id, at, tookMs }) => [id, at - tookMs]))
  return hops.flatMap(({ sink }) =>
    (sink?.messages ?? []).map(({ headerMessageId, at }) => at - (since.get(headerMessageId) ?? at)),
  )
}

/** What was taken and has neither arrived nor waits. */
async function countLost(
  hops: NextHops,
  sent: readonly Sent[],
  waiting: () => Promise<number>,
): Promise<number> {
  const taken = sent.filter(({ outcome }) => outcome === 'acknowledged')
  const left = await waiting()
  const arrived = new Set(
    hops.all.flatMap(({ sink }) => (sink?.messages ?? []).map((each) => each.headerMessageId)),
  )
  return taken.filter(({ id }) => !arrived.has(id)).length - left
}

function describe(ours: OurRun, theirs: Run): Table {
  const ratio = ours.healthyMs / theirs.healthyMs
  const refused = ours.sent.filter(({ outcome }) => outcome !== 'acknowledged').length
  const faults = [
    ours.p99 > 2000 && `p99 of the healthy hops is ${ours.p99.toFixed(0)} ms, more than 2 s`,
    ratio > 0.5 && `the healthy part took ${ratio.toFixed(2)} of the time of Postfix, more than 0.5`,
    ours.mostTold > perMinute * 1.05 && `${ours.mostTold} messages in a minute for a hop that has told 5`,
    ours.mostTaken > perMinute * 1.05 && `${ours.mostTaken} messages in a minute for a hop that takes 5`,
    ours.lost > 0 && `${ours.lost} messages are lost`,
    refused > 0 && `${refused} messages were refused`,
  ]
  const seconds = (ms: number) =>
    ms === Infinity ? `> ${patienceMs / 1000} s` : `${(ms / 1000).toFixed(1)} s`
  const row = (name: string, run: Run) => [
    name,
    seconds(run.healthyMs),
    `${run.p50.toFixed(0)} ms`,
    `${run.p99.toFixed(0)} ms`,
  ]
  return {
    title: `${messages} messages to 200 next hops: 20 dead, 20 slow (3 s), 20 that take 5 a minute (10 of them have said so)`,
    head: [
      '',
      'healthy part',
      'p50',
      'p99',
      'lost',
      'most a minute, told',
      'most a minute, learnt',
      'put off',
    ],
    rows: [
      [...row('Mailkeep', ours), `${ours.lost}`, `${ours.mostTold}`, `${ours.mostTaken}`, `${ours.putOff}`],
      [...row('Postfix', theirs), '', '', '', ''],
      ['ratio', ratio.toFixed(2), '', '', '', '', '', ''],
    ],
    faults: faults.filter((each) => each !== false),
  }
}
