import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import { askPage } from '#ground/platform/web/ask-page.ts'
import { openIncident } from '#services/incidents/open-incident.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { parseFeedSpec, providerOf } from './feed-spec.ts'
import { mostFeedBytes, pollFeeds } from './poll-feeds.ts'
import { readFeed } from './read-feed.ts'
import { upstreamFaults } from './upstream-faults.ts'
import type { UpstreamStore } from './upstream-store.ts'

const minute = 60_000
const noon = Date.parse('2027-06-10T12:00:00Z')
const iso = (at: number) => new Date(at).toISOString()
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))
const told = (more: object = {}) => ({
  ...{ id: 'abc1', name: 'Mail in is slow', status: 'monitoring', impact: 'minor', components: [] },
  ...{ started_at: iso(noon), created_at: iso(noon + 9 * minute), resolved_at: null },
  shortlink: 'https://stspg.example/abc1',
  incident_updates: [{ status: 'investigating', created_at: iso(noon + 9 * minute), body: 'We look.' }],
  ...more,
})

/** As the server has it. */
const storeOf = ({ stores: { upstream } }: TestSite): UpstreamStore => ({
  feeds: async () => upstream.feeds(),
  noteFeed: async (state, incidents) => upstream.noteFeed(state, incidents),
  incidents: async (since, limit) => upstream.incidents(since, limit),
  told: async (since, limit) => upstream.told(since, limit),
  forgetFeeds: async (kept, before) => upstream.forgetFeeds(kept, before),
})

describe('what a provider says', () => {
  test('is read with its beginning, end, first post and page', () => {
    const over = told({ id: 'abc2', status: 'resolved', resolved_at: iso(noon + 40 * minute) })
    const [open, ended] = readFeed('P', bytes({ incidents: [told(), over] }), noon + 60 * minute) ?? []
    assert.deepEqual(
      [open?.id, open?.name, open?.severity, open?.state, open?.startedAt, open?.endedAt],
      ['abc1', 'Mail in is slow', 'minor', 'monitoring', noon, null],
    )
    assert.deepEqual(
      [open?.firstPostAt, open?.link, ended?.endedAt],
      [noon + 9 * minute, 'https://stspg.example/abc1', noon + 40 * minute],
    )
  })

  test('is no such answer, or is left out, where it cannot be right', () => {
    for (const wrong of [
      '',
      '<html>',
      '[]',
      '[7]',
      '[{"id":"x"}]',
      '<rss>',
      '{}',
      'null',
      '{"incidents":{}}',
      '{"incidents":',
    ])
      assert.equal(readFeed('P', Buffer.from(wrong), noon), null, wrong)
    const hostile = [
      ...[null, 7, 'x', [], {}, told({ id: 8 }), told({ id: '' })],
      told({ started_at: 'soon', created_at: null }),
      told({ started_at: '+270000-01-01T00:00:00Z' }),
      told({ started_at: iso(noon + 3 * 86_400_000) }),
    ]
    assert.deepEqual(readFeed('P', bytes({ incidents: hostile }), noon), [])
    const many = Array.from({ length: 3000 }, (_each, n) => told({ id: `i${n}` }))
    assert.equal(readFeed('P', bytes({ incidents: many }), noon)?.length, 200)
  })

  test('is cut and cleaned, and leads nowhere but to the web', () => {
    const nasty = told({
      name: `\u001b[31m${'x'.repeat(9000)}\u202e`,
      shortlink: 'javascript:alert(1)',
      resolved_at: iso(noon - 5 * minute),
    })
    const [found] = readFeed('P', bytes({ incidents: [nasty] }), noon + minute) ?? []
    assert.ok((found?.name.length ?? 0) <= 300)
    assert.doesNotMatch(found?.name ?? '', /[\u001b\u202e]/)
    assert.deepEqual([found?.link, found?.endedAt], [null, noon])
  })

  test('is read from a list by product; what tells no end has none', () => {
    const lists = [
      {
        ...{ id: 'Ab1', number: '17', begin: iso(noon), created: iso(noon + 4 * minute) },
        ...{ external_desc: '**Summary:**\n\nMail to some is late\n\nMore of it.', uri: 'incidents/Ab1' },
        ...{ status_impact: 'SERVICE_DISRUPTION', service_name: 'Mail' },
        most_recent_update: { status: 'SERVICE_DISRUPTION', when: iso(noon + 9 * minute) },
        updates: [{ when: iso(noon + 9 * minute) }, { when: iso(noon + 6 * minute) }],
      },
      { id: 'Ab0', begin: iso(noon - 90 * minute), end: iso(noon - 30 * minute), service_name: 'Calendar' },
      { id: 7, begin: iso(noon) },
      { id: 'x', begin: 'soon' },
    ]
    const found = readFeed('P', bytes(lists), noon + 10 * minute, 'https://status.example/a/incidents.json')
    const [open, ended] = found ?? []
    assert.equal(found?.length, 2)
    assert.deepEqual(
      [open?.id, open?.name, open?.severity, open?.state, open?.startedAt, open?.endedAt, open?.firstPostAt],
      ['Ab1', 'Mail to some is late', 'minor', 'service disruption', noon, null, noon + 6 * minute],
    )
    assert.equal(open?.link, 'https://status.example/a/incidents/Ab1')
    assert.deepEqual(
      [ended?.name, ended?.severity, ended?.state, ended?.endedAt, ended?.firstPostAt],
      ['Calendar', null, null, noon - 30 * minute, null],
    )
  })

  test('is read from a feed of posts: what is about the same is one, and over when a post says so', () => {
    const item = (guid: string, at: number, title: string) =>
      `<item><title><![CDATA[${title}]]></title><link>https://s.example/</link><pubDate>${new Date(at).toUTCString()}</pubDate>
       <guid>https://s.example/#mail_${guid}</guid><description>We look &lt;b&gt;at it&lt;/b&gt;.</description></item>`
    const rss = (...items: string[]) =>
      Buffer.from(
        `<?xml version="1.0"?><rss version="2.0"><channel><title>S</title>${items.join('')}</channel></rss>`,
      )
    const [late, queue] = ['Service disruption: Mail is late', 'Informational message: Queue is long']
    const posts = [
      item('5', noon + 50 * minute, 'Service is operating normally: [RESOLVED] Mail is late'),
      item('4', noon + 20 * minute, late),
      item('3', noon + 10 * minute, queue),
      item('2', noon, late),
    ]
    const read = (now: number, ...items: string[]) =>
      readFeed('P', rss(...items), now)?.map(({ id, name, startedAt, endedAt }) => [
        id,
        name,
        startedAt,
        endedAt,
      ])
    const day = 1440 * minute
    assert.deepEqual(read(noon + 60 * minute, ...posts), [
      ['https://s.example/#mail_2', 'Mail is late', noon, noon + 50 * minute],
      ['https://s.example/#mail_3', 'Queue is long', noon + 10 * minute, null],
    ])
    // Of what no end was told, nothing is known days later; what was over is over.
    assert.deepEqual(
      read(noon + 3 * day, ...posts)?.map((each) => each[1]),
      ['Mail is late'],
    )
    assert.equal(read(noon + 30 * minute, ...posts.slice(1))?.[0]?.[3], null)
    assert.deepEqual(read(noon), [])
    assert.equal(
      read(noon + day, ...Array.from({ length: 300 }, (_each, n) => item(`${n}`, noon, `No. ${n}`)))?.length,
      200,
    )
  })

  test('is read from a feed of incidents with their posts', () => {
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>S</title><entry><id>tag:s.example,2027:Incident/9</id>
      <published>${iso(noon)}</published><updated>${iso(noon + 40 * minute)}</updated>
      <link rel="alternate" type="text/html" href="https://s.example/incidents/9"/><title>Sign-in fails</title>
      <content type="html">&lt;p&gt;&lt;small&gt;Jun 10, 12:40 UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Resolved&lt;/strong&gt; - Over.&lt;/p&gt;&lt;p&gt;&lt;small&gt;Jun 10, 12:05 UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Investigating&lt;/strong&gt; - We look.&lt;/p&gt;</content></entry></feed>`
    const [found] = readFeed('P', Buffer.from(atom), noon + 60 * minute) ?? []
    assert.deepEqual(
      [found?.id, found?.name, found?.state, found?.startedAt, found?.endedAt, found?.link],
      [
        ...['tag:s.example,2027:Incident/9', 'Sign-in fails', 'resolved', noon, noon + 40 * minute],
        'https://s.example/incidents/9',
      ],
    )
    const hostile = `<!DOCTYPE x [<!ENTITY a "b">]><rss><channel><item><title>&a;</title></item></channel></rss>`
    assert.equal(readFeed('P', Buffer.from(hostile), noon), null)
  })

  test('is not read where it is more XML than may be read beside the sockets', () => {
    const rss = (more: string) =>
      Buffer.from(`<rss><channel><item><title>M</title><guid>1</guid>
        <pubDate>${new Date(noon).toUTCString()}</pubDate></item>${more}</channel></rss>`)
    assert.equal(readFeed('P', rss('<b/>'.repeat(40_000)), noon)?.length, 1)
    assert.equal(readFeed('P', rss('<b/>'.repeat(60_000)), noon), null)
    assert.equal(readFeed('P', rss(' '.repeat(500_000)), noon), null)
  })

  test('belongs to next hops by name, with all names below them', () => {
    const specs = [parseFeedSpec('Big Mail https://s.example/api/v2/incidents.json Mail.example 192.0.2.7')]
    assert.equal(specs[0]?.name, 'Big Mail')
    for (const hop of ['mail.example', 'mx1.mail.example', 'smtp:eu.mail.example:25', 'smtp:192.0.2.7:2525'])
      assert.equal(providerOf(specs, hop)?.name, 'Big Mail', hop)
    for (const hop of ['othermail.example', 'mail.example.net', 'maildir:/mail.example/x', ''])
      assert.equal(providerOf(specs, hop), null, hop)
  })
})

describe('feeds of providers', () => {
  let port = 0
  let answer: RequestListener
  const seen: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers)
    answer(request, response)
  })
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => void seen.splice(0))
  let alarms = createAlarms({ now: () => noon }, createSilentLog())

  const resolver = { lookup: async () => ({ status: 'nxdomain' }) } as unknown as Resolver
  const specOf = (name = 'P', path = '/') =>
    parseFeedSpec(`${name} http://127.0.0.1:${port}${path} mail.example`)
  const poll = (
    it: TestSite,
    now: number,
    { isAllowed = true, specs = [specOf()], timeoutMs = 60_000 } = {},
  ) =>
    pollFeeds({
      upstream: storeOf(it),
      alarms,
      feeds: () => specs,
      everyMs: () => 2 * minute,
      now: () => now,
      read: async (...given) => readFeed(...given),
      ask: (url, sent) =>
        askPage(
          url,
          'GET',
          {
            ...{ resolver, timeoutMs, userAgent: 'Mailkeep', mostBytes: mostFeedBytes + 1 },
            allowed: new NetworkList(isAllowed ? ['127.0.0.0/8'] : []),
          },
          sent,
        ),
    })
  const stateOf = async (it: TestSite) => (await storeOf(it).feeds())[0]

  test('are asked every two minutes, and say nothing again where nothing is new', async () => {
    using it = openTestSite()
    answer = (request, response) =>
      request.headers['if-none-match'] === '"one"'
        ? response.writeHead(304).end()
        : response.writeHead(200, { etag: '"one"' }).end(bytes({ incidents: [told()] }))
    await poll(it, noon)
    await poll(it, noon + minute)
    assert.equal(seen.length, 1)
    await poll(it, noon + 2 * minute)
    assert.equal(seen[1]?.['if-none-match'], '"one"')
    const state = await stateOf(it)
    assert.deepEqual([state?.answeredAt, state?.changedAt, state?.fault], [noon + 2 * minute, noon, ''])
    assert.equal((await storeOf(it).incidents(0, 10)).length, 1)
    await poll(it, noon + 3 * minute, { specs: [] })
    assert.equal(await stateOf(it), undefined)
  })

  test('that say nothing new for days are read anew each hour: what told no end is over by then', async () => {
    using it = openTestSite()
    const rss = `<rss><channel><item><title>Mail is late</title><guid>1</guid>
      <pubDate>${new Date(noon).toUTCString()}</pubDate></item></channel></rss>`
    answer = (request, response) =>
      request.headers['if-none-match'] === '"one"'
        ? response.writeHead(304).end()
        : response.writeHead(200, { etag: '"one"' }).end(rss)
    const isNamed = async () => {
      const { feeds, incidents } = await storeOf(it).told(0, 10)
      return incidents.some((each) => each.seenAt >= (feeds[0]?.changedAt ?? 0))
    }
    await poll(it, noon)
    await poll(it, noon + 2 * minute)
    assert.equal(seen[1]?.['if-none-match'], '"one"')
    assert.equal(await isNamed(), true)
    await poll(it, noon + 49 * 60 * minute)
    assert.equal(seen[2]?.['if-none-match'], undefined)
    assert.equal(await isNamed(), false)
  })

  test('that answer wrongly, too much or not at all are silent, and what was known stays', async () => {
    using it = openTestSite()
    answer = (_request, response) => response.end(bytes({ incidents: [told()] }))
    await poll(it, noon)
    const faults: [RequestListener, RegExp, timeoutMs?: number][] = [
      [(_request, response) => response.writeHead(500).end(), /answers 500/],
      [(_request, response) => response.writeHead(302, { location: 'http://[::1]/' }).end(), /points to/],
      [(_request, response) => response.end('{"incidents":1}'), /form/],
      [(_request, response) => response.end(Buffer.alloc(mostFeedBytes + 10, 0x20)), /more than 4 MB/],
      [() => undefined, /no answer in 400 ms/, 400],
    ]
    for (const [n, [behaviour, words, timeoutMs]] of faults.entries()) {
      answer = behaviour
      await poll(it, noon + (n + 1) * 2 * minute, timeoutMs === undefined ? {} : { timeoutMs })
      const state = await stateOf(it)
      assert.match(state?.fault ?? '', words)
      assert.equal(state?.answeredAt, noon)
    }
    await poll(it, noon + 20 * minute, { isAllowed: false })
    assert.match((await stateOf(it))?.fault ?? '', /not public/)
    assert.equal((await storeOf(it).incidents(0, 10)).length, 1)
  })

  test('that cannot be read raise an alarm, after three rounds of silence or from the first where they never could', async () => {
    using it = openTestSite()
    alarms = createAlarms({ now: () => noon }, createSilentLog())
    const silent = () => alarms.open().map((each) => `${each.name} ${each.subject} ${each.text}`)
    answer = (request, response) =>
      request.url === '/never' ? response.end('<html>') : response.end(bytes({ incidents: [told()] }))
    const specs = [specOf('P'), specOf('Never', '/never')]
    await poll(it, noon, { specs })
    assert.deepEqual(
      alarms.open().map((each) => each.subject),
      ['Never'],
    )
    answer = (_request, response) => response.writeHead(500).end()
    for (let n = 1; n <= 3; n++) await poll(it, noon + n * 2 * minute, { specs: [specOf('P')] })
    assert.deepEqual(silent(), [], 'what is not asked any more is silent no more')
    await poll(it, noon + 8 * minute, { specs: [specOf('P')] })
    assert.match(silent().join(), /^upstream-silent P .*\d\d:\d\d UTC \(it answers 500\); .* unknown/)
    answer = (_request, response) => response.end(bytes({ incidents: [] }))
    await poll(it, noon + 10 * minute, { specs: [specOf('P')] })
    assert.deepEqual(silent(), [])
  })

  test('stand beside faults of the same hops and time, and are unknown where they are silent', async () => {
    using it = openTestSite()
    const other = told({
      id: 'old',
      started_at: iso(noon - 600 * minute),
      resolved_at: iso(noon - 500 * minute),
    })
    answer = (_request, response) => response.end(bytes({ incidents: [told(), other] }))
    await poll(it, noon + 30 * minute)
    const order = {
      ...{ ...it.order, at: noon + 12 * minute, status: it.site.status, incidents: it.site.incidents },
    }
    await openIncident(order, {
      ...{ name: 'deferred', text: 'Measured.', isTold: false, impact: 'minor', isUpstream: true },
      ...{ startedAt: noon + 10 * minute, startFrom: 'telemetry', hop: 'mx.mail.example' },
    })
    const faultsAt = (now: number) =>
      upstreamFaults(
        { incidents: it.site.incidents, upstream: storeOf(it), specs: [specOf()] },
        ...([0, 2 * minute, now] as const),
      )
    const [fault, ...more] = await faultsAt(noon + 31 * minute)
    assert.equal(more.length, 0)
    assert.deepEqual([fault?.provider, fault?.startedAt, fault?.endedAt], ['P', noon + 10 * minute, null])
    assert.deepEqual(
      fault?.theirs.map((each) => each.id),
      ['abc1'],
    )
    assert.equal(fault?.silentSince, null)
    assert.equal((await faultsAt(noon + 40 * minute))[0]?.silentSince, noon + 30 * minute)
  })
})
