import { sendLoad } from '../tests/harness/load.ts'
import { Sink } from '../tests/harness/sink.ts'
import { TestSite } from '../tests/harness/site.ts'
import { percentile, type Table } from './table.ts'

/** Time from the final dot to the 250 at 60 % of what this machine can do, generator and sink included. */
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
    const ms = (share: number) => percentile(took, share).toFixed(1)
    return {
      title: 'answer to a message at 60 % load, 10 KB (ms)',
      head: ['capacity (messages/s)', 'load', 'messages', 'p50', 'p95', 'p99', 'most'],
      rows: [
        [
          capacity.toFixed(0),
          (capacity * 0.6).toFixed(0),
          String(took.length),
          ms(0.5),
          ms(0.95),
          ms(0.99),
          ms(1),
        ],
      ],
    }
  } finally {
    await site[Symbol.asyncDispose]()
    await sink.down()
  }
}
