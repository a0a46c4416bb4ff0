import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { after, before, describe, test } from 'node:test'
import { balanced } from '../harness/books.ts'
import type { ZoneJson } from '../harness/dns-server.ts'
import { freePort } from '../harness/free-port.ts'
import { arrivals, sendLetter } from '../harness/letter.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink, type SinkMessage } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { plot, settledStory, storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

const to = 'b@site.example'

/** Spellings of our own addresses, as somebody's MX may have them. */
const ownAddresses: Record<string, string> = {
  loopback: '127.0.0.1',
  otherloopback: '127.9.8.7',
  zero: '0.0.0.0',
  loopback6: '::1',
  zero6: '::',
  mapped: '::ffff:127.0.0.1',
  interface:
    Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .find((each) => !each.internal)?.address ?? '127.0.0.1',
}
/** Names that are ours whatever they resolve to. */
const ownNames: Record<string, string> = {
  host: 'mx.site.example',
  customer: 'other-example.in.mx.site.example',
}

const address = (ip: string) => (ip.includes(':') ? { AAAA: [ip] } : { A: [ip] })
const mx = (...exchanges: string[]) => ({
  MX: exchanges.map((exchange, index) => ({ preference: 10 * (index + 1), exchange })),
})

function zone(): ZoneJson {
  const names: ZoneJson = {
    'mx.site.example': address('192.0.2.200'),
    'other-example.in.mx.site.example': address('192.0.2.200'),
    'nomx.example': address('127.0.0.1'),
    'alias.example': mx('alias.hosts.example'),
    'alias.hosts.example': { CNAME: ['loopback.hosts.example'] },
    'worse.example': mx('mx.site.example', 'mx.outside.example'),
    'worst.example': mx('mx.site.example', 'mx.outside.example'),
    'better.example': mx('mx.outside.example', 'mx.site.example'),
  }
  for (const [name, ip] of Object.entries(ownAddresses)) {
    names[`${name}.hosts.example`] = address(ip)
    names[`${name}.example`] = mx(`${name}.hosts.example`)
  }
  for (const [name, host] of Object.entries(ownNames)) names[`${name}.example`] = mx(host)
  return names
}

describe('mail that would go round', () => {
  let outside: Outside
  let sink: Sink
  let site: TestSite
  let delivery: TestSite
  let port: number
  let back: (message: SinkMessage) => void = () => undefined

  before(async () => {
    outside = await openOutside([], zone())
    sink = await Sink.start({ keep: true, onMessage: (message) => back(message) })
    port = await freePort()
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: [to],
      // Delivery is a process of its own: it must know where its gateway listens without being it.
      roles: ['gateway', 'inspection', 'jobs', 'console'],
      settings: {
        ...outside.settings,
        'gateway.listen': [`127.0.0.1:${port}`],
        'delivery.mxPort': port,
        'delivery.retry': [600],
      },
    })
    delivery = await TestSite.beside(site, ['delivery'])
  })
  after(async () => {
    await delivery[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), outside.close()])
  })

  async function addDomains(hops: ReadonlyMap<string, string>): Promise<void> {
    for (const [name, hop] of hops)
      await site.must('domain', 'add', name, '--next-hop', hop, '--any-recipient')
    await site.knows(`x@${[...hops.keys()].at(-1)}`)
  }

  /** Sends a message to each domain; they must all wait, without a connection having been tried. */
  async function mustWait(hops: ReadonlyMap<string, string>): Promise<void> {
    await addDomains(hops)
    const { accepted = 0 } = await site.books()
    for (const domain of hops.keys()) await sendLetter(site, { to: `x@${domain}`, name: domain })
    const found = await waitUntil('each was tried', async () => {
      const waiting = await site.waiting()
      const tried = waiting.filter((each) => each.lastAttempt !== null && hops.has(domainOf(each.rcptTo)))
      return tried.length === hops.size && tried
    })
    for (const { rcptTo, reason, lastAttempt } of found) {
      assert.deepEqual(
        [reason, lastAttempt?.phase],
        ['next-hop-is-ourselves', 'lookup'],
        `${rcptTo}: ${lastAttempt?.reply}`,
      )
      const hop = hops.get(domainOf(rcptTo)) ?? ''
      const alarm = `"route-loop","subject":"inbound ${hop}"`
      await waitUntil(`the alarm of ${hop}`, () => delivery.log.includes(alarm))
    }
    const books = await balanced(site)
    assert.equal(books.accepted, accepted + hops.size, 'nothing came back in')
  }

  test('an MX that is one of our names or addresses is never connected to; the mail waits and says why', async () => {
    const names = [...Object.keys(ownAddresses), ...Object.keys(ownNames), 'nomx', 'alias', 'worse']
    await mustWait(new Map(names.map((name) => [`${name}.example`, `mx:${name}.example`])))
    assert.equal(outside.mail.connections, 0, 'servers that are worse than ourselves are not tried either')
  })

  test('so is a next hop that is written down, and one that is chosen by hand', async () => {
    const hosts = ['localhost', '[::1]', '0.0.0.0', '127.0.0.1', 'mx.site.example']
    await mustWait(new Map(hosts.map((host, index) => [`written${index}.example`, `smtp://${host}:${port}`])))
    sink.behaviour = (stage) => (stage === 'rcpt' ? '451 4.2.1 later' : undefined)
    const id = await sendLetter(site, { to, name: 'by-hand' })
    const reason = async () => (await storyOf(site, id)).deliveries[0]?.reason
    await waitUntil('it waits', async () => (await reason()) === 'deferred')
    sink.behaviour = () => undefined
    await site.must('queue', 'reroute', id, '--next-hop', `smtp://127.0.0.2:${port}`)
    await waitUntil('it waits with its reason', async () => (await reason()) === 'next-hop-is-ourselves')
    await balanced(site)
  })

  test('a message that comes back is held the third time, with the trace that proves it; a forged trace counts for nothing', async () => {
    const forged = 'Mailkeep-Trace: v=1; host=mx.site.example; id=x; pass=7; sig='.concat(
      'A'.repeat(43),
      '\r\n',
    )
    const passed: string[] = []
    back = ({ rcptTo, content, headerMessageId }) => {
      if (headerMessageId !== '<ring@letter.example>') return
      passed.push(content)
      void sendBack(port, rcptTo, content)
    }
    const first = await sendLetter(site, { to, name: 'ring', header: forged })
    const last = await waitUntil('it is held', async () => {
      const { lines } = await site.json<{ lines: { id: string; states: string[] }[] }>(
        'trace',
        '<ring@letter.example>',
      )
      return lines?.find((each) => each.states.includes('held'))
    })
    const before = await waitUntil('the first has settled', () => settledStory(site, first))
    const story = await storyOf(site, last.id)
    assert.ok(before.explanation.findings.some((each) => each.code === 'foreign-trace'))
    assert.equal(before.deliveries[0]?.state, 'delivered', 'the forged pass did not count')
    assert.deepEqual(plot(story), ['accepted mail-loop'])
    assert.ok(story.explanation.findings.some((each) => each.code === 'own-loop'))
    assert.deepEqual(
      [passed.length, (passed[1]?.match(/^Mailkeep-Trace: .*pass=[12];/gm) ?? []).length],
      [2, 2],
    )
    await waitUntil('its alarm', () => site.log.includes('"alarm":"mail-loop","subject":"site.example"'))
    back = () => undefined
    await site.must('queue', 'release', last.id)
    await waitUntil('released, it goes on once', () => arrivals(sink, 'ring') === 3)
    await waitUntil('it is settled', () => settledStory(site, last.id))
    assert.equal((await balanced(site)).returned, 0)
  })

  test('a message with more than 50 hops is held, one with 50 is not; each domain of its recipients is told', async () => {
    await addDomains(new Map([['two.example', sink.hop]]))
    const hop = 'Received: from a.example by b.example; Sat, 21 Nov 2026 10:00:00 +0000\r\n'
    const [few, many] = [
      await sendLetter(site, { to, name: 'hops50', header: hop.repeat(50) }),
      await sendLetter(site, { to: [to, 'x@two.example'], name: 'hops51', header: hop.repeat(51) }),
    ]
    await waitUntil('the one arrives', () => arrivals(sink, 'hops50') === 1)
    const passed = await waitUntil('it is settled', () => settledStory(site, few))
    assert.equal(passed.deliveries[0]?.state, 'delivered')
    const story = await storyOf(site, many)
    assert.deepEqual(plot(story), ['accepted mail-loop', 'accepted mail-loop'])
    assert.ok(story.explanation.findings.some((each) => each.code === 'received-loop'))
    for (const domain of ['site.example', 'two.example'])
      await waitUntil(`${domain} is told`, () =>
        site.log.includes(`"alarm":"mail-loop","subject":"${domain}"`),
      )
    assert.equal(arrivals(sink, 'hops51'), 0)
  })

  test('of several MX those that are better than ourselves get the mail', async () => {
    const names = ['better.example', 'worst.example']
    await addDomains(new Map(names.map((name) => [name, `mx:${name}`])))
    // A port that nobody of ours listens on: now our names alone tell that it is we.
    await delivery.stop()
    site.configure({
      ...outside.settings,
      'gateway.listen': [`127.0.0.1:${port}`],
      'delivery.mxPort': outside.mail.port,
      'delivery.retry': [600],
    })
    await delivery.launch()
    await sendLetter(site, { to: 'x@better.example', name: 'better' })
    await waitUntil('it arrives', () => arrivals(outside.mail, 'better') === 1)
    await sendLetter(site, { to: 'x@worst.example', name: 'worst' })
    await waitUntil('it was tried', async () => {
      const [found] = await site.waiting('--domain', 'worst.example')
      return found?.reason === 'next-hop-is-ourselves'
    })
    assert.equal(arrivals(outside.mail, 'worst'), 0)
    await balanced(site)
  })
})

function domainOf(address: string): string {
  return address.slice(address.indexOf('@') + 1)
}

/** A server of a customer that sends what it gets back to us. */
async function sendBack(port: number, rcptTo: readonly string[], content: string): Promise<void> {
  await using client = await SmtpDialogue.open(port)
  await client.hello('connector.example')
  await client.message(
    'a@sender.example',
    rcptTo,
    Buffer.from(content.replace(/(^|\r\n)\./g, '$1..'), 'latin1'),
  )
}
