import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { balanced } from '../harness/books.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const [one, two, three] = ['127.0.0.21', '127.0.0.22', '127.0.0.23'] as const

interface Addresses {
  readonly addresses: readonly {
    readonly ip: string
    readonly from: string
    readonly counts: { readonly taken: number }
    readonly listings: readonly { readonly zone: string; readonly state: string }[]
  }[]
}
interface Lines {
  readonly lines: readonly { readonly ip: string; readonly counts: { readonly taken: number } }[]
  readonly next: string | null
}
interface Receivers {
  readonly receivers: readonly {
    readonly ip: string
    readonly state: string
    readonly memory: { readonly perMinute: number | null; readonly words: string } | null
  }[]
}

describe('addresses that mail leaves by are changed while it flows', () => {
  let sink: Sink
  let dns: TestDnsServer
  let site: TestSite
  const zone: Record<string, unknown> = {
    '21.0.0.127.in-addr.arpa': { PTR: ['mx.site.example'] },
    'mx.site.example': { A: [one] },
    '2.0.0.127.bl.example': { A: ['127.0.0.2'] },
  }

  before(async () => {
    sink = await Sink.start()
    dns = await startDnsServer({ zone: zone as never })
    site = await TestSite.start({
      domains: { 'a.example': sink.hop, 'b.example': sink.hop },
      users: ['x@a.example', 'x@b.example'],
      settings: {
        'dns.servers': [dns.address],
        'delivery.inboundSource': [one],
        'delivery.slowWait': '10m',
        'delivery.idleTimeout': '1s',
        'delivery.messagesPerConnection': 1,
        'sending.blocklists': ['bl.example'],
        'sending.askEvery': '1s',
      },
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
    await dns.close()
  })

  /** Sends until the sink has seen what is looked for among new messages; answers them. */
  async function sendUntil(what: string, isSeen: (peers: readonly string[]) => boolean) {
    const from = sink.messages.length
    await waitUntil(
      what,
      async () => {
        const had = sink.messages.length
        await sendLoad({
          port: () => site.smtpPort,
          ...{ messages: 6, connections: 2, perConnection: 3, rcptTo: () => 'x@a.example' },
        })
        await waitUntil('they arrive', () => sink.messages.length >= had + 6, 60_000)
        return isSeen(sink.messages.slice(had).map((each) => each.peer))
      },
      120_000,
    )
    return sink.messages.slice(from)
  }

  const list = () => site.json<Addresses>('sending', 'list')

  test('one that is added carries mail within seconds, and one that rests none, without a restart', async () => {
    const { pid } = site
    await sendUntil('mail leaves by the address of the settings', (peers) =>
      peers.every((each) => each === one),
    )
    const added = await site.json<{ warnings: string[] }>('sending', 'add', two, '--pool', 'inbound')
    assert.match(added.warnings.join('; '), /127\.0\.0\.22 has no reverse name/)
    assert.match(added.warnings.join('; '), /1 addresses of the settings were taken over/)
    const seen = await sendUntil('mail leaves by both', (peers) => peers.includes(one) && peers.includes(two))
    assert.deepEqual([...new Set(seen.map((each) => each.peer))].sort(), [one, two])
    await site.must('sending', 'set', one, '--rest')
    await sendUntil('mail leaves by the new one alone', (peers) => peers.every((each) => each === two))
    assert.equal(site.pid, pid)
    const { addresses } = await list()
    assert.deepEqual(
      addresses.map((each) => `${each.ip} ${each.from}`),
      [`${one} store`, `${two} store`],
    )
    const refused = await site.command('sending', 'set', two, '--rest')
    assert.match(refused.stderr, /last inbound address that works/)
    const foreign = await site.command('sending', 'add', '192.0.2.1', '--pool', 'inbound')
    assert.match(foreign.stderr, /is not on this machine/)
  })

  test('a blocklist that lists one of ours is an alarm, and ends it', async () => {
    const alarmed = async () => {
      const { alarms } = await site.get<{ alarms: { name: string; text: string }[] }>('/api/v1/overview')
      return alarms.find((each) => each.name === 'address-listed')?.text
    }
    const { addresses } = await waitUntil('it was asked', async () => {
      const found = await list()
      return found.addresses.every((each) => each.listings[0]?.state === 'clear') && found
    })
    assert.ok(addresses.every((each) => each.listings.length === 1))
    dns.setZone({ ...zone, '22.0.0.127.bl.example': { A: ['127.0.0.9'], TXT: [['because']] } } as never)
    const text = await waitUntil('the alarm', alarmed, 60_000)
    assert.equal(text, `bl.example lists our address ${two}: 127.0.0.9 because`)
    dns.setZone(zone as never)
    await waitUntil('its end', async () => (await alarmed()) === undefined, 60_000)
  })

  test('what was learnt survives a restart: a receiver that throttles us is not rushed at again', async () => {
    sink.behaviour = (stage) =>
      stage === 'rcpt' ? '421 4.7.28 Your sending rate limit was exceeded, slow down' : undefined
    await sendLoad({
      port: () => site.smtpPort,
      ...{ messages: 2, connections: 1, perConnection: 2, rcptTo: () => 'x@b.example' },
    })
    const learnt = async () => {
      const { receivers } = await site.json<Receivers>('sending', 'show', two)
      return receivers.find((each) => each.memory?.perMinute)
    }
    const before = await waitUntil('it is learnt and kept', learnt, 60_000)
    assert.match(before.memory?.words ?? '', /rate limit was exceeded/)
    await site.kill()
    let tries = 0
    sink.behaviour = (stage) => {
      if (stage === 'mail') tries += 1
      return undefined
    }
    await site.launch()
    await site.knows('x@b.example')
    await sendLoad({
      port: () => site.smtpPort,
      ...{ messages: 3, connections: 1, perConnection: 3, rcptTo: () => 'x@b.example' },
    })
    await waitUntil('the scheduler has looked', async () => (await site.waiting()).length >= 5)
    assert.equal(tries, 0, 'it is left alone for as long as was decided')
    assert.ok(await learnt())
    await balanced(site)
  })
  test('the API tells the same, and changes it', async () => {
    const path = '/api/v1/sending/addresses'
    const boss = await site.json<{ link: string }>('manager', 'add', 'boss', '--role', 'operator')
    const cookie = await signInByLink(site.consolePort, boss.link)
    const ask = async (method: string, where: string, body?: object) => {
      const answer = await askSite(site.consolePort, where, { method, cookie, ...(body && { body }) })
      return { code: answer.code, body: answer.json<Record<string, unknown>>() }
    }
    const added = await ask('POST', path, { ip: three, pool: 'inbound', warmUp: { start: 12 } })
    assert.equal(added.code, 200, JSON.stringify(added.body))
    assert.equal((added.body.warmUp as { start: number }).start, 12)
    assert.equal((await ask('POST', path, { ip: three, pool: 'outbound' })).code, 409)
    assert.equal((await ask('PATCH', `${path}/${three}`, { warmUp: null })).code, 200)
    assert.equal((await ask('PATCH', `${path}/192.0.2.77`, { state: 'active' })).code, 404)
    await waitUntil('figures are kept', async () => {
      const { lines } = (await ask('GET', path)).body as unknown as Lines
      return (lines.find((each) => each.ip === two)?.counts.taken ?? 0) > 0
    })
    const shown = (await ask('GET', `${path}/${two}`)).body as unknown as {
      days: { counts: { taken: number } }[]
    }
    assert.ok((shown.days.at(-1)?.counts.taken ?? 0) > 0)
    assert.equal((await ask('GET', `${path}/192.0.2.77`)).code, 404)
    const receivers = '/api/v1/sending/receivers'
    const first = (await ask('GET', `${receivers}?limit=1`)).body as unknown as Lines
    assert.equal(first.lines.length, 1)
    const rest = await ask('GET', `${receivers}?after=${encodeURIComponent(first.next ?? '')}`)
    assert.equal((rest.body as unknown as Lines).next, null)
    assert.notDeepEqual((rest.body as unknown as Lines).lines[0], first.lines[0])
    assert.equal((await ask('DELETE', `${path}/${three}`)).code, 200)
  })
})
