import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { askSite } from '../harness/ask-site.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { arrivals, sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Traced {
  readonly id: string
  readonly linksPending: number
  readonly deliveries: readonly { readonly state: string; readonly reason: string }[]
  readonly events: readonly { readonly kind: string; readonly reason: string }[]
  readonly explanation: {
    readonly findings: readonly { readonly code: string }[]
    readonly late?: readonly { readonly code: string; readonly weight: number }[]
    readonly followed?: {
      readonly links: readonly {
        readonly url: string
        readonly end: { state: string; end: string; why: string } | null
      }[]
    }
    readonly facts: { readonly links: { readonly pending: number; readonly skipped: number } }
  }
}

/** Links that are followed at a time. */
const atATime = 8
/** A name that imitates a well-known one, which is enough for quarantine. */
const evil = 'https://www.paypa1-secure.com/confirm?once=1'

describe('short links are followed beside the mail', () => {
  let sink: Sink
  let site: TestSite
  let dns: TestDnsServer
  let shortener: Server
  let port = 0
  const asked: string[] = []
  /** No answer of the shortener comes before: for tests that look, or stop, meanwhile. */
  let held = Promise.withResolvers<void>()

  before(async () => {
    sink = await Sink.start()
    shortener = createServer((request, response) => {
      asked.push(`${request.method} ${request.headers.host} ${request.url}`)
      const slow = request.url?.includes('slow') === true
      const location = request.url?.includes('good') ? 'https://www.wikipedia.org/' : evil
      const { promise } = held
      const answer = () => promise.then(() => response.writeHead(302, { location }).end())
      setTimeout(() => void answer(), slow ? 1500 : 0)
    })
    await new Promise<void>((resolve) => shortener.listen(0, '127.0.0.1', resolve))
    port = (shortener.address() as AddressInfo).port
    dns = await startDnsServer({
      zone: {
        'sho.example': { A: ['127.0.0.1'] },
        'inside.example': { A: ['10.0.0.1'] },
        'rebind.example': { A: ['127.0.0.1', '169.254.169.254'] },
        'www.paypa1-secure.com': { A: ['127.0.0.1'] },
      },
    })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop, 'away.example': 'smtp://127.0.0.1:1' },
      users: ['a@away.example', 'b@site.example'],
      settings: {
        'dns.servers': [dns.address],
        'links.follow': 'shorteners',
        'links.shorteners': ['sho.example', 'inside.example', 'rebind.example'],
        'links.allowNetworks': ['127.0.0.0/8'],
        'links.queue': 200,
        'links.atATime': atATime,
        // For those that answer when the test has looked.
        'links.timeout': '120s',
        'delivery.retry': [60],
      },
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
    await dns.close()
    shortener.closeAllConnections()
    shortener.close()
  })

  const metrics = async () => (await askSite(site.consolePort, '/metrics')).body

  const read = async (id: string): Promise<Traced> =>
    (await site.json<{ traced: Traced }>('trace', id)).traced

  const told = (id: string) =>
    waitUntil(`${id} hears of its links`, async () => {
      const traced = await read(id)
      return traced.explanation.followed && traced.linksPending === 0 && traced
    })

  test('mail is delivered at once and shows what is pending; what is found later is told', async () => {
    const id = await sendLetter(site, {
      to: 'b@site.example',
      name: 'delivered',
      body: `See http://sho.example:${port}/a for more.\r\n`,
    })
    await waitUntil('it is delivered', () => arrivals(sink, 'delivered') === 1)
    assert.match(await site.must('trace', id), /links +1 link pending/)
    held.resolve()
    const traced = await told(id)
    assert.deepEqual(
      traced.explanation.followed?.links.map(({ end }) => end?.end),
      [evil],
    )
    assert(traced.explanation.late?.some((each) => each.code === 'link-look-alike-host'))
    assert(traced.events.some((each) => each.kind === 'links-followed'))
    assert.deepEqual(
      traced.deliveries.map((each) => each.state),
      ['delivered'],
    )
    const text = await site.must('trace', id)
    assert.match(text, /leads to https:\/\/www\.paypa1-secure\.com/)
    assert.match(text, /late {5}links\/link-look-alike-host/)
    assert(
      asked.every((each) => !each.includes('paypa1')),
      'where it leads was never opened',
    )
  })

  test('mail that comes later is judged by what is known, before its answer', async () => {
    const before = asked.length
    const id = await sendLetter(site, {
      to: 'b@site.example',
      name: 'known',
      body: `See http://sho.example:${port}/a for more.\r\n`,
    })
    const traced = await read(id)
    assert(traced.explanation.findings.some((each) => each.code === 'link-look-alike-host'))
    assert.equal(traced.deliveries[0]?.state, 'quarantined')
    assert.equal(traced.linksPending, 0)
    assert.equal(asked.length, before)
  })

  test('mail that still waits for its next hop is judged again, and set aside', async () => {
    const id = await sendLetter(site, {
      to: 'a@away.example',
      name: 'waiting',
      body: `See http://sho.example:${port}/b for more.\r\n`,
    })
    const traced = await waitUntil('it is set aside', async () => {
      const found = await read(id)
      return found.deliveries[0]?.state === 'quarantined' && found
    })
    assert(traced.explanation.findings.some((each) => each.code === 'link-look-alike-host'))
    assert(traced.events.some((each) => each.kind === 'reopened' && each.reason === 'links-followed'))
    const { balanced } = await site.books()
    assert(balanced)
  })

  test('a good end takes the doubt away, and wakes nobody', async () => {
    const body = `See http://sho.example:${port}/good for more.\r\n`
    const traced = await told(await sendLetter(site, { to: 'b@site.example', name: 'good', body }))
    assert.equal(traced.explanation.late, undefined)
    assert(!traced.events.some((each) => each.kind === 'links-followed'))
    const again = await read(await sendLetter(site, { to: 'b@site.example', name: 'good-2', body }))
    assert(!again.explanation.findings.some((each) => each.code.startsWith('link-')))
  })

  test('nothing within is asked, whatever DNS says, and no link that does something', async () => {
    const before = asked.length
    const traced = await told(
      await sendLetter(site, {
        to: 'b@site.example',
        name: 'inside',
        body: `http://inside.example/x http://rebind.example:${port}/x http://sho.example:${port}/unsubscribe/1 http://sho.example:${port}/reset?token=1\r\n`,
      }),
    )
    const links = traced.explanation.followed?.links ?? []
    assert.equal(links.length, 2, 'links that do something are not even asked for')
    for (const { end } of links) assert.match(end?.why ?? '', /not public/)
    assert.equal(asked.length, before)
  })

  test('a flood of links fills the queue, is told, and holds up no mail', async () => {
    const flood = Array.from({ length: 10_000 }, (_, n) => `http://sho.example:${port}/slow-${n}`)
    const started = Date.now()
    const ids: string[] = []
    for (let n = 0; n < 12; n++)
      ids.push(
        await sendLetter(site, {
          to: 'b@site.example',
          name: `flood-${n}`,
          body: `${flood.slice(n * 20).join('\r\n')}\r\n`,
        }),
      )
    await waitUntil('all are delivered', () => ids.every((_, n) => arrivals(sink, `flood-${n}`) === 1))
    assert(Date.now() - started < 60_000, `${Date.now() - started} ms`)
    const traced = await read(ids.at(-1)!)
    assert(traced.explanation.facts.links.skipped > 9000)
    const isTold = async () => (await metrics()).includes('mailkeep_alarms_open{name="links-queue-full"} 1')
    await waitUntil('it is told', isTold)
    const shown = await metrics()
    assert(Number(/mailkeep_links_skipped_total (\d+)/.exec(shown)?.[1]) > 0)
    assert(Number(/mailkeep_links_pending (\d+)/.exec(shown)?.[1]) <= 200)
    const { balanced } = await site.books()
    assert(balanced)
  })

  test('what waited goes on after a crash', async () => {
    // Should the flood have been worked off by now.
    const links = Array.from({ length: 20 }, (_, n) => `http://sho.example:${port}/slow-crash-${n}`)
    await sendLetter(site, { to: 'b@site.example', name: 'crash', body: `${links.join('\r\n')}\r\n` })
    await site.kill()
    await site.launch()
    // What was being followed comes again when its lease has ended, two minutes later; it may be all that waited.
    await waitUntil(
      'links are followed again',
      async () => /mailkeep_links_followed_total\{what="led"\} [1-9]/.test(await metrics()),
      180_000,
      500,
    )
    const { balanced } = await site.books()
    assert(balanced)
  })

  test('whom it reached is found by the reason', async () => {
    const { rows } = await site.json<{ rows: { messageId: string; happened: string }[] }>(
      'affected',
      '--since',
      '1h',
      '--reason',
      'links-followed',
    )
    assert(rows.some((each) => each.happened === 'links-followed'))
  })

  test('a stop waits for no shortener, and tells no fault', async () => {
    for (let n = 0; n < 5; n++) {
      const links = Array.from({ length: 20 }, (_, at) => `http://sho.example:${port}/slow-stop-${n}-${at}`)
      await sendLetter(site, { to: 'b@site.example', name: `stop-${n}`, body: `${links.join('\r\n')}\r\n` })
    }
    await waitUntil(
      'there is much to wait for',
      async () => Number(/mailkeep_links_pending (\d+)/.exec(await metrics())?.[1]) > 2 * atATime,
    )
    // Whoever asks from now on hears nothing, however long the stop takes.
    held = Promise.withResolvers()
    const before = asked.length
    await site.stop()
    // What was under way may have asked once more each; the rest of a full queue is left for later.
    assert(asked.length - before <= atATime, `${asked.length - before} links were asked for`)
    assert(!site.log.includes('job-failed'), site.log.slice(-1000))
  })
})
