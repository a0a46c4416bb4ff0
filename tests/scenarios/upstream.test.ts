import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface View {
  readonly faults: readonly {
    readonly incident: string
    readonly provider: string | null
    readonly startedAt: string
    readonly endedAt: string | null
    readonly theirs: readonly { readonly name: string }[]
  }[]
  readonly feeds: readonly {
    readonly silentSince: string | null
    readonly incidents: readonly { readonly name: string }[]
    readonly own: { readonly tries: number; readonly deferred: number }
  }[]
}

describe('a provider that is in trouble', () => {
  let sink: Sink
  let site: TestSite
  let feed: Server
  let told: object[] = []
  let failedAt = 0
  let mendedAt = 0

  before(async () => {
    feed = createServer((_request, response) => response.end(JSON.stringify({ incidents: told })))
    await new Promise<void>((resolve) => feed.listen(0, '127.0.0.1', resolve))
    const { port } = feed.address() as AddressInfo
    sink = await Sink.start()
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: {
        'watch.period': '2s',
        'upstream.every': '10s',
        'upstream.feeds': [`Harbour Mail http://127.0.0.1:${port}/incidents.json 127.0.0.1`],
        'web.allowNetworks': ['127.0.0.0/8'],
        'delivery.retry': [1],
      },
    })
    await site.must('status', 'component', 'gateway', '--name', 'Gateway')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
    feed.closeAllConnections()
    feed.close()
  })

  const send = (messages: number) =>
    sendLoad({
      ...{ port: () => site.smtpPort, messages, connections: 4, perConnection: 50, size: 600 },
      rcptTo: () => 'b@site.example',
    })
  const upstream = () => site.get<View>('/api/v1/upstream')
  const page = async () => {
    await site.must('status', 'show')
    return readFileSync(join(site.folder, 'data/status/index.html'), 'utf8')
  }

  test('is named as upstream with the beginning of our own deferrals, though it tells of nothing', async () => {
    failedAt = Date.now()
    sink.behaviour = (stage) => (stage === 'rcpt' ? '451 4.3.2 Busy' : undefined)
    await send(40)
    const [fault] = await waitUntil(
      'the fault is found',
      async () => {
        const { faults } = await upstream()
        return faults.length > 0 && faults
      },
      90_000,
    )
    assert.deepEqual([fault?.provider, fault?.endedAt, fault?.theirs], ['Harbour Mail', null, []])
    const late = Date.parse(fault?.startedAt ?? '') - failedAt
    assert.ok(late > -4000 && late < 30_000, `it begins ${late} ms after the first deferral`)
    const text = await page()
    assert.match(text, /Faults of other providers now/)
    assert.match(text, /Our service works.*Harbour Mail has not told of it/s)
    assert.match(text, /class="whole (unsure|none)"/)
  })

  test('stands beside what it tells of itself', async () => {
    told = [
      {
        ...{ id: 'h1', name: 'Mail in is <slow>', status: 'investigating', impact: 'major' },
        ...{ created_at: new Date().toISOString(), resolved_at: null, incident_updates: [] },
      },
    ]
    const { faults, feeds } = await waitUntil('its feed is read', async () => {
      const view = await upstream()
      return (view.faults[0]?.theirs.length ?? 0) > 0 && view
    })
    assert.equal(faults[0]?.theirs[0]?.name, 'Mail in is <slow>')
    assert.deepEqual([feeds[0]?.silentSince, feeds[0]?.incidents.length], [null, 1])
    assert.ok((feeds[0]?.own.deferred ?? 0) >= 15)
    assert.match(await page(), /Harbour Mail says: Mail in is &lt;slow&gt;/)
    const shown = await site.must('incident', 'show', faults[0]?.incident ?? '')
    assert.match(shown, /Upstream: Harbour Mail. It says: Mail in is <slow>/)
    const listed = await site.command('upstream', 'list')
    assert.equal(listed.code, 1)
    assert.match(listed.stdout, /Harbour Mail .*lasts/)
  })

  test('is over when our deliveries say so, whatever it tells itself', async () => {
    mendedAt = Date.now()
    sink.behaviour = () => undefined
    const ended = await waitUntil(
      'the end is measured',
      async () => {
        await send(20)
        return (await upstream()).faults[0]?.endedAt ?? false
      },
      120_000,
      1000,
    )
    assert.ok(Date.parse(ended) >= failedAt && Date.parse(ended) < mendedAt + 30_000, ended)
    const text = await page()
    assert.doesNotMatch(text, /Faults of other providers now/)
    assert.match(text, /It did not take mail as it should/)
    assert.equal((await site.command('upstream', 'list')).code, 0)
  })
})
