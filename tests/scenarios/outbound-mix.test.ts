import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { steadyP99 } from '../drills/measure.ts'
import { balanced } from '../harness/books.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { mostWithin, type NextHops, openNextHops, type TestHop } from '../harness/next-hops.ts'
import { openOutboundSite, outboundSender } from '../harness/outbound-site.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** Thirty a minute, as a receiver enforces it that looks at stretches of ten seconds. */
const limit = { perMinute: 30, count: 5, windowMs: 10_000 }

/** The short form of `npm run bench outbound`: next hops that are dead, slow or throttle hold up no others. */
describe('a thousand messages to forty next hops', () => {
  let hops: NextHops
  let site: TestSite
  before(async () => {
    const numbers = { healthy: 28, dead: 4, slow: 4, throttling: 4 }
    hops = await openNextHops(numbers, { slowMs: 1000, limit: limit.count, windowMs: limit.windowMs })
    site = await openOutboundSite(hops, limit.perMinute, {
      'delivery.slowWait': '5s',
      'gateway.shutdownGrace': '2s',
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await hops.close()
  })

  const send = (messages: number, to: readonly TestHop[]) =>
    sendLoad({
      port: () => site.smtpPort,
      messages,
      connections: 10,
      perConnection: 100,
      mailFrom: outboundSender,
      rcptTo: (index) => `x@${to[index % to.length]?.domain}`,
    })

  /** Milliseconds from the acceptance of each message for a healthy hop to its arrival, in the order of acceptance. */
  const arrive = async (sent: readonly Sent[]) => {
    const healthy = hops.of('healthy')
    const domains = new Set(healthy.map(({ domain }) => domain))
    const since = new Map(
      sent.filter(({ rcptTo }) => domains.has(rcptTo.slice(2))).map(({ id, at }) => [id, at]),
    )
    return waitUntil('the healthy part arrives', () => {
      const delays = healthy.flatMap(({ sink }) =>
        (sink?.messages ?? []).flatMap(({ headerMessageId, at }) => {
          const sentAt = since.get(headerMessageId)
          return sentAt === undefined ? [] : [{ sentAt, tookMs: at - sentAt }]
        }),
      )
      return delays.length === since.size && delays
    }).then((found) => found.sort((a, b) => a.sentAt - b.sentAt).map(({ tookMs }) => tookMs))
  }

  test('the healthy ones get theirs as if there were no others, limits are kept, and nothing is lost', async () => {
    const alone = steadyP99(await arrive(await send(300, hops.of('healthy'))))
    const sent = await send(1000, hops.all)
    assert.deepEqual([...new Set(sent.map(({ outcome }) => outcome))], ['acknowledged'])
    const beside = steadyP99(await arrive(sent))
    assert.ok(beside <= Math.max(5000, 6 * alone), `p99 ${beside} ms beside the others, ${alone} ms alone`)

    const told = hops.of('throttling').filter((_, nth) => nth % 2 === 0)
    await waitUntil('a stretch of the limit is over', () =>
      told.every(({ takenAt }) => takenAt.length > limit.count),
    )
    for (const { domain, offeredAt, takenAt } of told) {
      assert.equal(offeredAt.length, takenAt.length, `${domain} had to put off nothing`)
      assert.ok(mostWithin(offeredAt, limit.windowMs) <= limit.count, `${domain} got no more than it takes`)
    }
    await waitUntil('the slow ones have theirs', () =>
      hops.of('slow').every(({ takenAt }) => takenAt.length === 25),
    )
    const stopping = Date.now()
    await site.stop()
    const stopMs = Date.now() - stopping
    assert.ok(stopMs < 60_000, `it ends in ${stopMs} ms though some hops say nothing for minutes`)
    const books = await balanced(site)
    const left = hops.all.flatMap(({ sink }) => sink?.messages ?? [])
    assert.equal(books.waiting, 1300 - new Set(left.map((each) => each.headerMessageId)).size)
  })
})
