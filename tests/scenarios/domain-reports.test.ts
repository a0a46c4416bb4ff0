import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { attached } from '../harness/attached.ts'
import { sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const to = 'DMARC-Reports@mx.site.example'
const now = Math.floor(Date.now() / 1000)

const record = (ip: string, count: number, passes: boolean) =>
  `<record><row><source_ip>${ip}</source_ip><count>${count}</count><policy_evaluated><disposition>none</disposition><dkim>${passes ? 'pass' : 'fail'}</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>one.test</header_from></identifiers><auth_results><spf><domain>relay.example</domain><result>fail</result></spf></auth_results></record>`
const aggregate = (domain: string, id: string, records: string) =>
  gzipSync(
    `<feedback><report_metadata><org_name>Receiver</org_name><report_id>${id}</report_id><date_range><begin>${now - 86_400}</begin><end>${now - 1}</end></date_range></report_metadata><policy_published><domain>${domain}</domain><p>none</p></policy_published>${records}</feedback>`,
  )
const tls = gzipSync(
  JSON.stringify({
    'organization-name': 'Receiver',
    'date-range': {
      'start-datetime': new Date((now - 86_400) * 1000).toISOString(),
      'end-datetime': new Date(now * 1000).toISOString(),
    },
    'report-id': 't1',
    policies: [
      {
        policy: { 'policy-type': 'sts', 'policy-domain': 'one.test', 'mx-host': ['mx.one.test'] },
        summary: { 'total-successful-session-count': 40, 'total-failure-session-count': 2 },
        'failure-details': [{ 'result-type': 'certificate-expired', 'failed-session-count': 2 }],
      },
    ],
  }),
)

interface Sources {
  readonly total: number
  readonly failed: number
  readonly sources: readonly {
    readonly source: string
    readonly result: string
    readonly count: number
    readonly isGood: boolean
  }[]
}

describe('DMARC and TLS reports about our domains', () => {
  let sink: Sink
  let site: TestSite
  const cookies: Record<string, string> = {}

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must('user', 'add', `a@${name}.test`)
      const made = await site.json<{ link: string }>(
        ...['manager', 'add', `of-${name}`, '--role', 'reader', '--tenant', name],
      )
      cookies[name] = await signInByLink(site.consolePort, made.link)
    }
    await site.knows('a@two.test')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  let n = 0
  const send = (bytes: Buffer, address = to) =>
    sendLetter(site, { to: address, name: `report-${n++}`, from: '', ...attached('report.gz', bytes) }).then(
      (id) => id,
      (cause: Error) => cause.message,
    )
  const ask = async <Answer>(who: string, path: string) => {
    const answer = await askSite(site.consolePort, `/api/v1${path}`, { cookie: cookies[who] ?? '' })
    assert.equal(answer.code, 200, answer.body)
    return answer.json<Answer>()
  }

  test('are taken whoever sends them, counted once, and shown to whose domain it is alone', async () => {
    const bytes = aggregate('One.test', 'r1', record('192.0.2.7', 12, true) + record('192.0.2.66', 30, false))
    const id = await send(bytes)
    assert.match(id, /^[0-9a-z]{16}$/, id)
    assert.match(await send(bytes), /^[0-9a-z]{16}$/, 'the same again is taken, and counts once')
    assert.match(await send(tls, 'tls-reports@mx.site.example'), /^[0-9a-z]{16}$/)

    const found = await ask<Sources>('one', '/domains/one.test/reported-sources?kind=dmarc')
    assert.deepEqual([found.total, found.failed], [42, 30])
    assert.deepEqual(
      found.sources.map((each) => [each.source, each.count, each.isGood]),
      [
        ['192.0.2.66', 30, false],
        ['192.0.2.7', 12, true],
      ],
    )
    const sessions = await ask<Sources>('one', '/domains/one.test/reported-sources?kind=tlsrpt')
    assert.deepEqual(
      sessions.sources.map((each) => [each.source, each.result, each.count]),
      [
        ['mx.one.test', 'ok', 40],
        ['mx.one.test', 'certificate-expired', 2],
      ],
    )
    const list = await ask<{ lines: { kind: string; isProven: boolean }[] }>('one', '/domain-reports')
    assert.deepEqual(
      list.lines.map((each) => [each.kind, each.isProven]),
      [
        ['tlsrpt', false],
        ['dmarc', false],
      ],
      'nothing vouches for this sender',
    )
    assert.deepEqual((await ask<{ lines: object[] }>('two', '/domain-reports')).lines, [])
    const foreign = await askSite(site.consolePort, '/api/v1/domains/one.test/reported-sources?kind=dmarc', {
      cookie: cookies.two ?? '',
    })
    assert.equal(foreign.code, 404)

    const { traced } = await site.json<{
      traced: {
        deliveries: { state: string; reason: string; tenant: string }[]
      }
    }>('trace', id)
    assert.deepEqual(
      traced.deliveries.map((each) => [each.state, each.reason, each.tenant]),
      [['discarded', 'domain-report-taken', 'one']],
    )
    const books = await site.books()
    assert.deepEqual([books.balanced, books.discarded], [true, 3])
  })

  test('what is none, or of a stranger, is refused with the reason; it goes alone', async () => {
    assert.match(
      await send(aggregate('stranger.test', 'r2', record('192.0.2.7', 1, true))),
      /550 5\.7\.1 .*has no mail here/,
    )
    assert.match(await send(gzipSync('<html/>')), /554 5\.6\.0 .*no DMARC report/)
    assert.match(await send(Buffer.from('words')), /554 5\.6\.0/)
    const both = await sendLetter(site, { to: ['a@one.test', to], name: 'both' })
    await waitUntil('the person gets the mail', () => sink.messages.length === 1)
    const { traced } = await site.json<{ traced: { deliveries: object[] } }>('trace', both)
    assert.equal(traced.deliveries.length, 1)
    assert.equal((await site.books()).balanced, true)
  })
})
