import { freePort } from '../tests/harness/free-port.ts'
import { sendLoad } from '../tests/harness/load.ts'
import { Sink } from '../tests/harness/sink.ts'
import { TestSite } from '../tests/harness/site.ts'
import { percentile, type Table } from './table.ts'

/** What 100,000 messages that wait for a dead next hop cost the start, the memory, and the mail of others. */
export async function backlog(): Promise<Table> {
  const waiting = 100_000
  const sink = await Sink.start()
  const dead = await freePort()
  const site = await TestSite.start({
    domains: { 'dead.test': `smtp://127.0.0.1:${dead}`, 'example.test': sink.hop },
    users: ['b@example.test', 'd@dead.test'],
    settings: { 'delivery.retry': [60, 120, 240] },
  })
  const send = (rcptTo: string, messages: number, rate?: number) =>
    sendLoad({
      port: () => site.smtpPort,
      messages,
      connections: 20,
      perConnection: 500,
      size: 2000,
      rcptTo: () => rcptTo,
      ...(rate && { rate }),
    })
  try {
    await send('d@dead.test', waiting)
    await site.stop()
    const started = performance.now()
    await site.launch()
    const startMs = performance.now() - started
    const afterStart = site.memory()
    const since = new Map<string, number>()
    const arrived = sink.messages.length
    const sent = await send('b@example.test', 2000, 100)
    for (const each of sent) since.set(each.id, each.at - each.tookMs)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    const delays = sink.messages.slice(arrived).map((each) => {
      const sentAt = since.get(each.headerMessageId)
      if (sentAt === undefined) throw new Error(`nobody sent ${each.headerMessageId}`)
      return each.at - sentAt
    })
    return {
      title: `${waiting} messages wait for a dead next hop; 2,000 messages to another at 100 a second`,
      head: [
        'start',
        'final dot to delivered p50',
        'p99',
        'arrived',
        'memory after start',
        'memory at the end',
      ],
      rows: [
        [
          `${(startMs / 1000).toFixed(2)} s`,
          `${percentile(delays, 0.5).toFixed(0)} ms`,
          `${percentile(delays, 0.99).toFixed(0)} ms`,
          `${delays.length}`,
          `${(afterStart / (1 << 20)).toFixed(0)} MB`,
          `${(site.memory() / (1 << 20)).toFixed(0)} MB`,
        ],
      ],
    }
  } finally {
    await site[Symbol.asyncDispose]()
    await sink.down()
  }
}
