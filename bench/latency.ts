import { type Sent, sendLoad } from '../tests/harness/load.ts'
import { Sink } from '../tests/harness/sink.ts'
import { TestSite } from '../tests/harness/site.ts'
import { waitUntil } from '../tests/harness/wait-until.ts'
import { percentile, type Table } from './table.ts'

/**
 * Time from the final dot to the 250, and to the arrival at the next hop, at 60 % of what this machine can do, generator
 * and sink included.
 */
export async function latency(): Promise<Table> {
  const sink = await Sink.start()
  const site = await TestSite.start({ domains: { 'example.test': sink.hop }, users: ['b@example.test'] })
  const load = (messages: number, rate?: number) =>
    sendLoad({
      port: () => site.smtpPort,
      messages,
      connections: 40,
      perConnection: 100,
      size: 10_240,
      rcptTo: () => 'b@example.test',
      ...(rate && { rate }),
    })
  try {
    await load(3000)
    const started = performance.now()
    await load(6000)
    const capacity = 6000 / ((performance.now() - started) / 1000)
    const sent = await load(Math.round(capacity * 0.6 * 30), capacity * 0.6)
    const took = sent.filter((each) => each.outcome === 'acknowledged').map((each) => each.tookMs)
    await waitUntil('all of it has arrived', async () => (await site.books()).waiting === 0, 120_000)
    const arrived = untilArrival(sent, sink)
    const row = (what: string, times: readonly number[]) => [
      ...[what, capacity.toFixed(0), (capacity * 0.6).toFixed(0), String(times.length)],
      ...[0.5, 0.95, 0.99, 1].map((share) => percentile(times, share).toFixed(1)),
    ]
    return {
      title: 'from the final dot of a message at 60 % load, 10 KB (ms)',
      head: ['until', 'capacity (messages/s)', 'load', 'messages', 'p50', 'p95', 'p99', 'most'],
      rows: [row('its answer', took), row('it has arrived', arrived)],
    }
  } finally {
    await site[Symbol.asyncDispose]()
    await sink.down()
  }
}

/** Milliseconds from the final dot to the arrival of each message at the next hop. */
function untilArrival(sent: readonly Sent[], sink: Sink): number[] {
  const dots = new Map(sent.map(({ id, at, tookMs }) => [id, at - tookMs]))
  return sink.messages.flatMap(({ headerMessageId, at }) => {
    const dot = dots.get(headerMessageId)
    return dot === undefined ? [] : [at - dot]
  })
}
