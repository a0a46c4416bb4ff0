import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type {
  AlarmList,
  BypassState,
  DmarcDays,
  DomainFlow,
  FlowList,
  HopTest,
  Lights,
  Overview,
  RouteAnswer,
  StatisticsAnswer,
  TopsAnswer,
} from '../../contract/src/index.ts'
import { askSite } from '../harness/ask-site.ts'
import { makeCertificate } from '../harness/certificate.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const goodZone = {
  'good.test': {
    MX: [{ preference: 10, exchange: 'good-test.in.mx.site.example' }],
    TXT: ['v=spf1 mx -all'],
  },
  'good-test.in.mx.site.example': { A: ['127.0.0.1'] },
  'autodiscover.good.test': { A: ['192.0.2.9'] },
  'selector1._domainkey.good.test': { TXT: ['v=DKIM1; p=MIGf'] },
  'mx.site.example': { A: ['192.0.2.25'] },
  '_dmarc.good.test': { TXT: ['v=DMARC1; p=reject'] },
  'extra.test': {
    MX: [
      { preference: 10, exchange: 'extra-test.in.mx.site.example' },
      { preference: 20, exchange: 'backup.elsewhere.test' },
    ],
    TXT: ['v=spf1 +all'],
  },
}

describe('how domains are', () => {
  let dns: TestDnsServer
  let sink: Sink
  let desk: Sink
  let site: TestSite
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-tls-'))
  const keys: Record<string, string> = {}

  before(async () => {
    dns = await startDnsServer({ zone: goodZone })
    sink = await Sink.start({ tls: makeCertificate(folder, 'sink.example') })
    desk = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: {},
      users: [],
      settings: {
        'dns.servers': [dns.address],
        'dns.timeout': '800ms',
        'alarms.tellAfter': '1s',
        'alarms.calmFor': '1s',
        'jobs.every': '1s',
      },
    })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) await site.must('tenant', 'add', name, '--parent', 'house')
    await site.must('domain', 'add', 'good.test', '--tenant', 'one', '--next-hop', sink.hop)
    await site.must('domain', 'add', 'extra.test', '--tenant', 'one', '--next-hop', sink.hop)
    await site.must('domain', 'add', 'desk.test', '--tenant', 'house', '--next-hop', desk.hop)
    await site.must('domain', 'add', 'two.test', '--tenant', 'two', '--next-hop', sink.hop)
    await site.must('user', 'add', ...['a@good.test', 'b@good.test', 'help@desk.test'])
    await site.must('manager', 'add', 'boss', '--role', 'operator')
    for (const tenant of ['house', 'one', 'two'])
      keys[tenant] = (
        await site.json<{ key: string }>(
          ...['key', 'add', 'k', '--tenant', tenant, '--scope', 'directory', '--scope', 'logs'],
        )
      ).key
    await site.knows('help@desk.test')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), desk.down(), dns.close()])
    rmSync(folder, { recursive: true, force: true })
  })

  const ask = (key: string, path: string, body?: object, method = body ? 'POST' : 'GET') =>
    askSite(site.consolePort, `/api/v1${path}`, { key: keys[key] ?? '', method, ...(body && { body }) })
  async function did<Answer>(...args: Parameters<typeof ask>): Promise<Answer> {
    const { code, body, json } = await ask(...args)
    assert.equal(code, 200, `${args[1]}: ${body}`)
    return json<Answer>()
  }
  /** Lights of a domain, once those that are named could be told: DNS, which has a second here, may have been late. */
  function lights(
    domain: string,
    ...told: readonly string[]
  ): Promise<Record<string, Lights['lights'][number]>> {
    return waitUntil(`DNS tells of ${domain}`, async () => {
      const found = await did<Lights>('one', `/domains/${domain}/lights`)
      const byName = Object.fromEntries(found.lights.map((each) => [each.name, each]))
      return told.every((each) => byName[each]?.state !== 'unknown') && byName
    })
  }

  test('lights: what is right is green, what is wrong is red with the value to enter', async () => {
    const fine = ['mx', 'spf', 'autodiscover', 'dkim', 'dmarc']
    const good = await lights('good.test', ...fine, 'mta-sts', 'tls-rpt')
    for (const name of fine) assert.equal(good[name]?.state, 'green', JSON.stringify(good[name]))
    for (const name of ['mta-sts', 'tls-rpt']) assert.equal(good[name]?.state, 'red', name)
    assert.match(good['tls-rpt']?.wanted ?? '', /v=TLSRPTv1/)
    assert.equal(good['mail-seen']?.state, 'unknown')
    const extra = await lights('extra.test', 'mx', 'autodiscover', 'spf', 'dmarc')
    assert.equal(extra.mx?.state, 'red')
    assert.equal(extra.autodiscover?.state, 'amber', 'mail flows without it')
    assert.match(extra.mx?.says ?? '', /past us/)
    assert.match(extra.mx?.found ?? '', /backup\.elsewhere\.test/)
    assert.equal(extra.mx?.wanted, '10 extra-test.in.mx.site.example.')
    assert.deepEqual([extra.spf?.state, extra.dmarc?.state, extra.dkim?.state], ['red', 'red', 'unknown'])
    assert.match(extra.dmarc?.wanted ?? '', /^"v=DMARC1/)
  })

  test('lights: the SPF of a domain that relays has to let our addresses send', async () => {
    await site.must('relay', 'add', 'one', '--network', '192.0.2.77/32', '--domain', 'good.test')
    const { spf } = await lights('good.test', 'spf')
    assert.equal(spf?.state, 'red')
    assert.match(spf?.says ?? '', /does not let 192\.0\.2\.25 send/)
    assert.equal(spf?.wanted, '"v=spf1 mx ip4:192.0.2.25 -all"')
    dns.setZone({
      ...goodZone,
      'good.test': { ...goodZone['good.test'], TXT: ['v=spf1 mx ip4:192.0.2.25 -all'] },
    })
    const mended = await waitUntil('it is mended', async () => {
      const { spf: now } = await lights('good.test')
      return now?.state === 'green' && now
    })
    assert.match(mended.says, /lets our addresses send/)
    dns.setZone(goodZone)
  })

  test('where DNS is silent a light is unknown, and the answer still comes in time', async () => {
    dns.setZone({ ...goodZone })
    dns.misbehave({ kind: 'timeout' })
    const times: number[] = []
    for (let n = 0; n < 2; n++) {
      const started = Date.now()
      const two = await did<Lights>('two', '/domains/two.test/lights')
      times.push(Date.now() - started)
      for (const each of two.lights) assert.equal(each.state, 'unknown', JSON.stringify(each))
      // Once more only where the machine may have stood still.
      if (times[0]! < 10_000) break
    }
    assert.ok(Math.min(...times) < 10_000, `${times} ms`)
    dns.misbehave()
  })

  test('the next hop is talked to as mail would be, over TLS, and gets no message', async () => {
    assert.equal((await ask('two', '/domains/good.test/next-hop-test', {})).code, 404)
    const refused = await did<HopTest>('one', '/domains/good.test/next-hop-test', {})
    assert.deepEqual([refused.ok, refused.transcript.some((each) => each.who === 'them')], [false, false])
    assert.match(refused.why, /only the operator/)
    const before = sink.connections
    const { probeHop } = await import('../../server/src/flow/delivery/probe-hop.ts')
    const options = {
      routes: { nextHopOf: () => sink.hop },
      resolver: { lookup: async () => ({ status: 'nxdomain' as const }) },
      own: { isOurName: () => false, isOurPort: () => false, isOurAddress: () => false },
      mxPort: 25,
      helo: 'mx.site.example',
      clock: { now: () => Date.now() } as never,
      mayReach: () => true,
    }
    const found = await probeHop('good.test', 'postmaster@good.test', options)
    assert.equal(found.ok, true, found.why)
    assert.match(found.tls, /^TLSv1\.[23]/)
    const said = found.transcript.map((each) => `${each.who} ${each.text}`).join('\n')
    for (const line of [
      /us EHLO mx\.site\.example/,
      /us STARTTLS/,
      /note TLS: TLSv1/,
      /us MAIL FROM:<>/,
      /us RCPT TO:<postmaster@good\.test>/,
      /them 250 2\.1\.5 ok/,
    ])
      assert.match(said, line)
    assert.doesNotMatch(said, /DATA/)
    assert.equal(sink.connections, before + 1)
    sink.behaviour = (stage) => (stage === 'rcpt' ? '550 5.1.1 nobody here' : undefined)
    const none = await probeHop('good.test', 'postmaster@good.test', options)
    assert.deepEqual([none.ok, none.why], [false, 'RCPT was answered 550 nobody here'])
    sink.behaviour = () => undefined
    assert.equal(sink.messages.length, 0)
  })

  test('the way of a mail is explained without sending any, and the connector described', async () => {
    const way = await did<RouteAnswer>('one', '/route', { sender: 'x@y.test', recipient: 'a@good.test' })
    assert.deepEqual([way.wouldFlow, way.nextHop], [true, sink.hop])
    assert.match(way.reply, /^250/)
    assert.equal((await ask('two', '/route', { sender: '', recipient: 'a@good.test' })).code, 404)
    const { steps } = await did<{ steps: string[] }>('one', '/domains/good.test/connector')
    assert.ok(steps.some((each) => each.includes('mx.site.example')))
  })

  const flowOf = (domain: string) => did<DomainFlow>('one', `/domains/${domain}/flow`)
  const alarms = async (key: string) => (await did<AlarmList>(key, '/alarms')).lines
  const told = () => desk.messages.map((each) => /^Subject: (.*)$/m.exec(each.content)?.[1]?.trim())

  test('flow is unknown, then good by real mail, then bad, and those who asked are told once', async () => {
    assert.equal((await flowOf('good.test')).state, 'unknown')
    const targets = [{ form: 'mail', address: 'help@desk.test', afterMinutes: 0 }]
    const subscription = { scope: 'tenant:one', names: [], targets }
    await site.must('alarm', 'tell', 'help@desk.test', '--of', subscription.scope)
    assert.equal((await ask('one', '/alarm-subscriptions', subscription)).code, 409)
    assert.equal((await ask('two', '/alarm-subscriptions', subscription)).code, 404)
    for (let n = 0; n < 4; n++) await sendLetter(site, { to: 'a@good.test', name: `fine-${n}` })
    await waitUntil('it is good by all four', async () => {
      const { state, messages } = await flowOf('good.test')
      return state === 'good' && messages === 4
    })
    assert.equal((await lights('good.test'))['mail-seen']?.state, 'green')
    sink.behaviour = (stage) => (stage === 'mail' ? '451 4.3.0 not now' : undefined)
    for (let n = 0; n < 4; n++) await sendLetter(site, { to: 'b@good.test', name: `late-${n}` })
    const bad = await waitUntil('it is bad', async () => {
      const found = await flowOf('good.test')
      return found.state === 'bad' && found
    })
    assert.ok(bad.failures >= 3 && bad.reasons[0]?.reason === 'deferred')
    await waitUntil('the desk hears of it', () => told().some((each) => /^Alarm: mail-flow/.test(each ?? '')))
    assert.ok((await alarms('one')).some((each) => each.name === 'mail-flow' && each.clearedAt === null))
    assert.deepEqual(
      (await alarms('two')).filter((each) => each.name === 'mail-flow'),
      [],
    )
    const line = (await did<FlowList>('one', '/flow')).lines.find((each) => each.domain === 'good.test')
    assert.equal(line?.state, 'bad')
    assert.deepEqual(
      (await did<FlowList>('two', '/flow')).lines.map((each) => each.domain),
      ['two.test'],
    )
  })

  test('when mail gets through again it is over, and the same people hear of that once', async () => {
    sink.behaviour = () => undefined
    await waitUntil('it is good again', async () => (await flowOf('good.test')).state === 'good')
    await waitUntil('the desk hears of it', () => told().some((each) => /^Over: mail-flow/.test(each ?? '')))
    const about = told().filter((each) => /mail-flow/.test(each ?? ''))
    assert.deepEqual(about, ['Alarm: mail-flow, good.test', 'Over: mail-flow, good.test'])
    const why = 'the meter was broken'
    const wrong = { name: 'mail-flow', subject: 'good.test', why }
    assert.equal((await ask('two', '/alarms/withdraw', wrong)).code, 404)
    await did('one', '/alarms/withdraw', wrong)
    await waitUntil('it is corrected', () => told().some((each) => /^Wrong alarm/.test(each ?? '')))
    assert.match(desk.messages.at(-1)?.content ?? '', /the meter was broken/)
  })

  test('figures by hour: what came in, how long it took, why it was late; of each his own', async () => {
    const found = await waitUntil('all eight are counted', async () => {
      const now = await did<StatisticsAnswer>('one', '/statistics?scope=domain:good.test')
      const { accepted, delivered, verdicts } = now.totals
      return isDeepStrictEqual([accepted, delivered, verdicts.clean], [8, 8, 8]) && now
    })
    assert.equal(found.span, 'hour')
    assert.ok(found.totals.deferred >= 3)
    assert.ok((found.totals.delay.p50 ?? 99) <= 60)
    assert.ok(found.reasons.some((each) => each.what === 'deferred' && each.text !== ''))
    assert.equal((await did<StatisticsAnswer>('two', '/statistics')).totals.accepted, 0)
    const overview = async (domain: string) => {
      const { books, minutes } = await did<Overview>('house', `/overview?scope=domain:${domain}`)
      const { accepted, delivered } = books.value?.totals ?? {}
      return [accepted, delivered, minutes.value?.reduce((sum, each) => sum + each.delivered, 0)]
    }
    await waitUntil('home tells of the domain alone', async () =>
      isDeepStrictEqual(await overview('good.test'), [8, 8, 8]),
    )
    assert.deepEqual(await overview('two.test'), [0, 0, 0])
    const house = await did<StatisticsAnswer>('house', '/statistics')
    assert.ok(house.totals.accepted >= 8)
    assert.equal((await ask('two', '/statistics?scope=tenant:one')).code, 404)
    const month = `?since=${new Date(Date.now() - 30 * 86_400_000).toISOString()}`
    assert.equal((await did<StatisticsAnswer>('one', `/statistics${month}`)).span, 'day')
    await waitUntil('so are the deliveries of each sender', async () => {
      const tops = await did<TopsAnswer>('one', '/statistics/tops?kind=sender')
      return isDeepStrictEqual(tops.lines, [{ name: 'a@sender.example', deliveries: 8 }])
    })
    const judgedBy = async () => (await flowOf('good.test')).messages
    assert.ok((await judgedBy()) > 5)
    await site.must('policy', 'set', 'domain:good.test', 'flow.messages=5')
    await waitUntil('the domain is judged by its own limit', async () => (await judgedBy()) === 5)
    const csv = await ask('one', '/statistics.csv')
    assert.match(csv.body, /^at,accepted,refused,delivered.*,verdict-clean,verdict-bulk,.*\r\n20/)
    assert.ok(Array.isArray((await did<DmarcDays>('one', '/statistics/dmarc')).days))
  })

  test('a domain sends past us for a while: it is told, and ends when somebody says so', async () => {
    const path = '/domains/two.test/bypass'
    const steps = await did<BypassState>('two', path)
    assert.equal(steps.bypass, null)
    assert.match(steps.away.join(' '), /SPF record of two\.test/)
    assert.equal((await ask('one', path)).code, 404)
    await did('two', path, { why: 'the road is slow', hours: 2 }, 'PUT')
    const open = async () =>
      (await did<AlarmList>('two', '/alarms')).lines.some(
        (each) => each.name === 'bypass-on' && each.subject === 'two.test' && each.clearedAt === null,
      )
    await waitUntil('it is told', open, 90_000)
    assert.equal((await did<BypassState>('two', path)).bypass?.why, 'the road is slow')
    await did('two', path, undefined, 'DELETE')
    assert.equal((await ask('two', path, undefined, 'DELETE')).code, 404)
    await waitUntil('its alarm ends', async () => !(await open()), 90_000)
  })
})
