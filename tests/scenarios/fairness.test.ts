import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { percentile, transit } from '../drills/measure.ts'
import { settledBooks } from '../harness/books.ts'
import { sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** Mail of a tenant that sends little, evenly, while others do what they like. */
async function sendQuietly(site: TestSite, sink: Sink): Promise<number> {
  const before = sink.messages.length
  const sent = await sendLoad({
    port: () => site.smtpPort,
    messages: 60,
    connections: 2,
    perConnection: 30,
    rate: 12,
    rcptTo: () => 'b@quiet.example',
  })
  assert.deepEqual([...new Set(sent.map((each) => each.outcome))], ['acknowledged'])
  await waitUntil('it arrives', () => sink.messages.length - before >= sent.length, 60_000)
  return percentile(transit(sent, sink), 0.99)
}

describe('one who sends ten times as much costs the others next to nothing (PL-04)', () => {
  test('a tenant with a burst, and a receiver that is slow', async () => {
    await using quietSink = await Sink.start()
    await using loudSink = await Sink.start()
    await using slowSink = await Sink.start({
      behaviour: (stage) => (stage === 'final' ? { kind: 'slow', ms: 300 } : undefined),
    })
    await using site = await TestSite.start({
      domains: { 'quiet.example': quietSink.hop },
      users: ['b@quiet.example'],
    })
    await site.must('tenant', 'add', 'loud')
    for (const [domain, sink] of [
      ['loud.example', loudSink],
      ['slow.example', slowSink],
    ] as const) {
      await site.must('domain', 'add', domain, '--next-hop', sink.hop, '--tenant', 'loud')
      await site.must('user', 'add', `b@${domain}`)
      await site.knows(`b@${domain}`)
    }
    const alone = await sendQuietly(site, quietSink)

    const stop = new AbortController()
    const burst = (domain: string) =>
      sendLoad({
        port: () => site.smtpPort,
        messages: 1500,
        connections: 10,
        perConnection: 50,
        rcptTo: () => `b@${domain}`,
        stop: stop.signal,
      })
    const bursts = [burst('loud.example'), burst('slow.example')]
    const beside = await sendQuietly(site, quietSink)
    const waitingBeside = (await site.waiting('--domain', 'slow.example')).length
    stop.abort()
    const loud = (await Promise.all(bursts)).flat().filter((each) => each.outcome === 'acknowledged')

    assert.ok(loud.length > 600, `the load was ten times as much: ${loud.length}`)
    assert.ok(waitingBeside > 0, 'a queue had formed for the slow receiver')
    // Promised are 30 s; a queue before all would cost more than this.
    assert.ok(beside <= Math.max(8000, 2 * alone), `p99 ${beside} ms beside the burst, ${alone} ms alone`)
    await settledBooks(site, 180_000)
  })
})
