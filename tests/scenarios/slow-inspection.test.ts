import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** Far above what a check takes by itself on a busy machine, far below what tests wait. */
const slowMs = 3000

const zone = {
  'strict.example': { TXT: ['v=spf1 ip4:192.0.2.1 -all'] },
  '_dmarc.strict.example': { TXT: ['v=DMARC1; p=reject'] },
}

const letter = (subject: string, from = 'a@quick.example', more = '') =>
  `${more}From: <${from}>\r\nSubject: ${subject}\r\n\r\nx\r\n`

const settingsFor = (dns: TestDnsServer) => ({ 'dns.servers': [dns.address], 'dns.timeout': '60s' })

/** Sends one message over a connection of its own; the reply and how long it took. */
async function offer(
  site: TestSite,
  mailFrom: string,
  content: string,
): Promise<{ reply: string; id: string; tookMs: number }> {
  await using client = await SmtpDialogue.open(site.smtpPort)
  await client.hello()
  const started = performance.now()
  const reply = await client.message(mailFrom, 'b@site.example', content)
  return { reply, id: /Accepted as (\w{16})/.exec(reply)?.[1] ?? '', tookMs: performance.now() - started }
}

const inSink = (sink: Sink, subject: string) =>
  sink.messages.find((each) => each.content.includes(`Subject: ${subject}\r\n`))

async function findings(site: TestSite, id: string): Promise<string[]> {
  const { traced } = await site.json<{ traced: { explanation: { findings: { code: string }[] } } }>(
    'trace',
    id,
  )
  return traced.explanation.findings.map((each) => each.code)
}

async function openAlarms(site: TestSite): Promise<string[]> {
  const { alarms } = await site.get<{ alarms: { name: string }[] }>('/api/v1/overview')
  return alarms.map((each) => each.name)
}

describe('a check that hangs, and a stage that is slow', () => {
  let sink: Sink
  let dns: TestDnsServer
  let site: TestSite

  before(async () => {
    sink = await Sink.start({ keep: true })
    dns = await startDnsServer({ zone })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: {
        ...settingsFor(dns),
        'inspection.checkBudget': `${2 * slowMs}ms`,
        'inspection.behindAbove': '1s',
        'inspection.behindAfter': '2s',
      },
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), dns.close()])
  })

  /** Sends from many domains at a time, so that none of their records is in the cache. */
  const many = (prefix: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, n) =>
        offer(site, `a@${prefix}${n}.slow.example`, letter(`${prefix}${n}`)),
      ),
    )

  const spoof = (subject: string) => offer(site, 'a@strict.example', letter(subject, 'a@strict.example'))

  test('a check that hangs is a finding; the message goes on, without results that somebody forged', async () => {
    dns.misbehave({ kind: 'timeout', names: /silent\d+\.example$/ })
    const forged = 'Authentication-Results: mx.site.example; dmarc=pass header.from=forged.example\r\n'
    let round = 0
    // Another round where a busy machine took longer for the other one than a check may hang.
    const id = await waitUntil('mail of others passes while the first one still hangs', async () => {
      const from = `silent${++round}.example`
      const hanging = offer(site, `a@${from}`, letter(`hanging${round}`, `a@${from}`, forged))
      let hasAnswer = false
      void hanging.then(() => {
        hasAnswer = true
      })
      await waitUntil('the check waits', () => dns.count(from) > 0)
      const other = await offer(site, 'a@quick.example', letter(`other${round}`))
      assert.match(other.reply, /^250 /)
      await waitUntil('mail of others passes', () => inSink(sink, `other${round}`))
      const isMeanwhile = !hasAnswer
      const { reply, id } = await hanging
      assert.match(reply, /^250 /)
      return isMeanwhile && id
    })
    const { content } = await waitUntil('it is delivered', () => inSink(sink, `hanging${round}`))
    assert.ok((await findings(site, id)).includes('authentication-unavailable'))
    assert.doesNotMatch(content, /forged\.example/)
    assert.match(content, /^Authentication-Results: mx\.site\.example;\r\n\tnone\r\n/m)
    dns.misbehave()
  })

  test('a stage that is slow moves behind the answer: mail is accepted at once and judged afterwards', async () => {
    await waitUntil('a spoof is refused', async () => /^550 5\.7\.1 /.test((await spoof('refused')).reply))
    dns.misbehave({ kind: 'delay', delayMs: slowMs, names: /slow\.example$/ })
    let round = 0
    await waitUntil(
      'it moves',
      async () => {
        const sent = await many(`before${round++}-`, 20)
        assert.ok(sent.every((each) => each.reply.startsWith('250 ')))
        return (await openAlarms(site)).includes('inspection-slow')
      },
      60_000,
    )
    // Each would have waited for the check; what a busy machine held up, in one round or another, is no sign of that.
    const sent = await waitUntil('most answers wait for no check', async () => {
      const found = await many(`behind${++round}-`, 20)
      for (const { reply } of found) assert.match(reply, /^250 /)
      return found.filter(({ tookMs }) => tookMs < slowMs).length > found.length / 2 && found
    })
    const { id } = sent[7] ?? assert.fail()
    await waitUntil('they are delivered after all', () =>
      sent.every((_, n) => inSink(sink, `behind${round}-${n}`)),
    )
    assert.deepEqual(
      (await findings(site, id)).filter((each) => each.startsWith('spf-')),
      ['spf-none'],
      'they were judged as ever',
    )
    // It would move back where nothing slow came for a while.
    const spoofed = await waitUntil('a spoof is taken in', async () => {
      const [found] = await Promise.all([spoof('taken-in'), many(`beside${++round}-`, 20)])
      return found.reply.startsWith('250 ') && found
    })
    await waitUntil('what would have been refused is set aside', async () => {
      const { lines } = await site.json<{ lines: { messageId: string; reason: string }[] }>(
        'quarantine',
        'list',
      )
      return lines.some((each) => each.messageId === spoofed.id && each.reason === 'dmarc-quarantine')
    })
    assert.equal(inSink(sink, 'taken-in'), undefined)
  })

  test('it moves back by itself when it is fast again', async () => {
    dns.misbehave()
    await waitUntil(
      'a spoof is refused in the dialogue again',
      async () => (await spoof('again')).reply.startsWith('550'),
      60_000,
    )
    await waitUntil('its alarm has ended', async () => !(await openAlarms(site)).includes('inspection-slow'))
    await settledBooks(site)
  })
})

describe('checks that cannot finish for a while', () => {
  test('accepted within the budget, set aside as unscanned, delivered by itself when DNS is back', async () => {
    await using sink = await Sink.start({ keep: true })
    await using dns = await startDnsServer({ zone: {} })
    dns.misbehave({ kind: 'timeout' })
    await using site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: {
        ...settingsFor(dns),
        'dns.timeout': '400ms',
        'inspection.budget': '200ms',
        'inspection.checkBudget': '2s',
        'inspection.waitUnscanned': '1s',
        'inspection.temperror': 'auto',
      },
    })
    const { reply } = await offer(site, 'a@x.example', letter('patient', 'a@x.example'))
    assert.match(reply, /^250 /)
    await waitUntil('it is set aside', async () => {
      const { lines } = await site.json<{ lines: { reason: string }[] }>('quarantine', 'list')
      return lines.some((each) => each.reason === 'unscanned')
    })
    await waitUntil('it is told', async () => (await openAlarms(site)).includes('inspection-incomplete'))
    assert.equal(sink.messages.length, 0)
    dns.misbehave()
    await waitUntil('it leaves by itself', () => inSink(sink, 'patient'), 60_000)
    await waitUntil(
      'its alarm has ended',
      async () => !(await openAlarms(site)).includes('inspection-incomplete'),
    )
    const books = await settledBooks(site)
    assert.deepEqual([books.delivered, books.quarantined, books.balanced], [1, 0, true])
  })
})
