import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { refusalOf } from '../harness/refusal.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { proxyLine, proxyV2 } from '../mail/proxy-headers.ts'

/** Who may hand on clients, and by which means. Everybody else has only its own address. */
const filter = '127.0.0.2'
const balancer = '127.0.0.3'
const stranger = '127.0.0.4'
/** The only addresses that may send for front.example. */
const good = '192.0.2.10'
const good6 = '2001:db8::10'
const bad = '192.0.2.66'

const letter = 'From: a@front.example\r\nTo: b@site.example\r\nSubject: front\r\n\r\nx\r\n'

describe('XCLIENT and PROXY: believed from configured addresses only', () => {
  let sink: Sink
  let dns: TestDnsServer
  let site: TestSite

  before(async () => {
    sink = await Sink.start({ keep: true })
    dns = await startDnsServer({
      zone: {
        'front.example': { TXT: [`v=spf1 ip4:${good} ip6:${good6} -all`] },
        '_dmarc.front.example': { TXT: ['v=DMARC1; p=reject'] },
      },
    })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: {
        'dns.servers': [dns.address],
        'gateway.trustXclient': [`${filter}/32`],
        'gateway.trustProxy': [`${balancer}/32`],
        'gateway.maxConnectionsPerClient': 10,
      },
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), dns.close()])
  })

  const from = (address: string) => SmtpDialogue.open(site.smtpPort, '127.0.0.1', address)

  /** Sends the letter on an open dialogue that has not said EHLO yet. */
  async function sendAs(client: SmtpDialogue): Promise<string> {
    assert.match(await client.command('EHLO mx.front.example'), /^250/)
    return client.message('a@front.example', 'b@site.example', letter)
  }

  /** The letter is accepted, and both our fields name the client that was handed on. */
  async function passes(client: SmtpDialogue, ip: string): Promise<void> {
    const had = sink.messages.length
    assert.match(await sendAs(client), /^250 /)
    const content = (await waitUntil('it arrives', () => sink.messages[had])).content
    assert.match(content, /spf=pass smtp\.mailfrom=a@front\.example/)
    assert.match(
      content,
      new RegExp(`from mx\\.front\\.example \\(\\[(IPv6:)?${ip.replaceAll('.', '\\.')}\\]`),
    )
  }

  /** SPF fails for the client that counts, so that DMARC refuses; the trace names that client. */
  async function isRefusedAs(client: SmtpDialogue, ip: string): Promise<void> {
    const had = sink.messages.length
    const reply = await sendAs(client)
    assert.match(reply, /^550 5\.7\.1 /)
    const refusal = await refusalOf(site, reply)
    assert.equal(refusal.reason, 'dmarc-fail')
    assert.equal(refusal.client.ip, ip)
    assert.equal(sink.messages.length, had)
  }

  test('XCLIENT of a stranger is not offered and refused, and its own address counts', async () => {
    await using client = await from(stranger)
    assert.doesNotMatch(await client.hello(), /XCLIENT/)
    assert.match(await client.command(`XCLIENT ADDR=${good}`), /^550 5\.7\.0 /)
    await isRefusedAs(client, stranger)
  })

  test('XCLIENT of a trusted filter: SPF judges the address handed on', async () => {
    for (const [attribute, ip] of [
      [good, good],
      [`IPV6:${good6}`, good6],
    ] as const) {
      await using client = await from(filter)
      assert.match(await client.hello('filter.example'), /XCLIENT .*ADDR/)
      assert.match(await client.command(`XCLIENT NAME=mx.front.example ADDR=${attribute} PORT=4321`), /^220 /)
      assert.match(await client.command('MAIL FROM:<a@front.example>'), /^503 /, 'it starts anew')
      await passes(client, ip)
    }
    await using client = await from(filter)
    await client.hello('filter.example')
    assert.match(await client.command(`XCLIENT ADDR=${bad} PROTO=ESMTP`), /^220 /)
    await isRefusedAs(client, bad)
  })

  test('one connection of a filter carries clients one after another, each for itself', async () => {
    await using client = await from(filter)
    await client.hello('filter.example')
    await client.command(`XCLIENT ADDR=${good}`)
    await passes(client, good)
    await client.command(`XCLIENT ADDR=${bad}`)
    await isRefusedAs(client, bad)
    await client.command(`XCLIENT ADDR=${good}`)
    await passes(client, good)
  })

  test('XCLIENT with nonsense is refused with its syntax and changes nothing', async () => {
    await using client = await from(filter)
    await client.hello('filter.example')
    for (const lie of [
      '',
      'ADDR',
      `ADDR=${good} COLOUR=red`,
      'ADDR=999.1.1.1',
      'ADDR=IPV6:not-an-address',
      `ADDR=${good}+0D+0AX-Evil:+20yes`,
      `ADDR=${good} HELO=evil+0D+0AX-Evil:+20yes`,
      `ADDR=${good} PORT=1 HELO=<>`,
    ])
      assert.match(await client.command(`XCLIENT ${lie}`), /^501 5\.5\.4 /, lie)
    await client.command('MAIL FROM:<a@front.example>')
    assert.match(await client.command(`XCLIENT ADDR=${good}`), /^503 /, 'not within a transaction')
    await client.command('RSET')
    await isRefusedAs(client, filter)
  })

  for (const [what, header, ip] of [
    ['version 1', proxyLine(good, 4321), good],
    ['version 1, IPv6', proxyLine(good6, 4321), good6],
    ['version 2', proxyV2(good, 4321), good],
    ['version 2 with fields behind the addresses', proxyV2(good, 4321, Buffer.alloc(200, 4)), good],
    ['version 2, IPv6', proxyV2(good6, 4321), '2001:db8:0:0:0:0:0:10'],
  ] as const) {
    test(`PROXY ${what}: SPF judges the address handed on`, async () => {
      await using client = await from(balancer)
      client.send(header)
      assert.match(await client.reply(), /^220 /)
      await passes(client, ip)
    })
  }

  test('PROXY with an address that may not send: refused, and the trace names it', async () => {
    for (const header of [proxyLine(bad, 4321), proxyV2(bad, 4321)]) {
      await using client = await from(balancer)
      client.send(header)
      await client.reply()
      await isRefusedAs(client, bad)
    }
  })

  test('a balancer that speaks for itself (LOCAL, UNKNOWN) has its own address', async () => {
    for (const header of ['PROXY UNKNOWN\r\n', 'PROXY UNKNOWN ff:: ff:: 1 2\r\n', proxyV2(null, 0)]) {
      await using client = await from(balancer)
      client.send(header)
      assert.match(await client.reply(), /^220 /)
      await isRefusedAs(client, balancer)
    }
  })

  test('a header that comes byte by byte is the same header', async () => {
    for (const header of [Buffer.from(proxyLine(good, 4321)), proxyV2(good, 4321)]) {
      await using client = await from(balancer)
      for (const byte of header) {
        client.send(Buffer.of(byte))
        await new Promise((resolve) => setImmediate(resolve))
      }
      assert.match(await client.reply(), /^220 /)
      await passes(client, good)
    }
  })

  test('PROXY of a stranger is no command of ours, and its own address counts', async () => {
    await using line = await from(stranger)
    await line.reply()
    assert.match(await line.command(proxyLine(good, 4321).trimEnd()), /^500 /)
    await isRefusedAs(line, stranger)
    await using binary = await from(stranger)
    await binary.reply()
    binary.send(proxyV2(good, 4321))
    await binary.ended()
    assert.match(binary.unread, /554 5\.5\.2 Lines must end/)
  })

  const garbled: readonly (readonly [string, string | Buffer])[] = [
    ['no header at all', 'EHLO mx.front.example\r\n'],
    ['another word', 'PROXIES TCP4 1.2.3.4 1.2.3.4 1 2\r\n'],
    ['an unknown family', 'PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n'],
    ['no address', 'PROXY TCP4\r\n'],
    ['a wrong address', 'PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n'],
    ['an address of the other family', 'PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n'],
    ['a wrong port', 'PROXY TCP4 1.2.3.4 1.2.3.4 99999 2\r\n'],
    ['a line without end', `PROXY TCP4 ${'1'.repeat(200)}`],
    ['a bare line feed', 'PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n'.padEnd(200, 'x')],
    ['zeros', Buffer.alloc(64)],
    ['version 3', withByte(proxyV2(good, 1), 12, 0x31)],
    ['an unknown command', withByte(proxyV2(good, 1), 12, 0x2f)],
    ['an unknown family in version 2', withByte(proxyV2(good, 1), 13, 0x7f)],
    ['addresses cut short', proxyV2(good, 1).subarray(0, 16).fill(0, 14, 16)],
    ['a length beyond reason', withByte(proxyV2(good, 1), 14, 0xff)],
  ]
  for (const [what, bytes] of garbled) {
    test(`a garbled header, ${what}: a clear end`, async () => {
      await using client = await from(balancer)
      client.send(bytes)
      assert.match(await client.reply(), /^421 4\.3\.0 .*PROXY header/)
      await client.ended()
    })
  }

  test('a header that does not come: a clear end too', async () => {
    await using silent = await from(balancer)
    await using half = await from(balancer)
    half.send(proxyV2(good, 1).subarray(0, 20))
    for (const client of [silent, half]) {
      assert.match(await client.reply(), /^421 4\.3\.0 .*PROXY header/)
      await client.ended()
    }
  })

  test('refused headers are in the trace, with the address of the balancer', async () => {
    const found = await waitUntil('they are listed', async () => {
      const { lines } = await site.json<{ lines: { id: string; reason: string }[] }>('trace', '--since', '5m')
      return lines.find((each) => each.reason === 'bad-proxy-header')
    })
    assert.equal((await refusalOf(site, `[${found.id}]`)).client.ip, balancer)
  })

  test('connections are counted by the address handed on, not by that of the balancer', async () => {
    const open: SmtpDialogue[] = []
    const connectAs = async (ip: string): Promise<string> => {
      const client = await from(balancer)
      open.push(client)
      client.send(proxyLine(ip, 4321))
      return client.reply()
    }
    const ten = (ip: (index: number) => string) =>
      Promise.all(Array.from({ length: 10 }, (_, index) => connectAs(ip(index))))
    for (const reply of await ten(() => '192.0.2.30')) assert.match(reply, /^220 /)
    assert.match(await connectAs('192.0.2.30'), /^421 4\.7\.0 Too many connections/)
    for (const reply of await ten((index) => `192.0.2.${100 + index}`)) assert.match(reply, /^220 /)
    for (const client of open) client.destroy()
    await waitUntil('closed ones are forgotten', async () =>
      (await connectAs('192.0.2.30')).startsWith('220'),
    )
    for (const client of open) client.destroy()
  })

  test('after all this the process is the same, and nothing but good mail got through', async () => {
    const half = await from(balancer)
    half.send(proxyV2(good, 1).subarray(0, 20))
    half.detach().resetAndDestroy()
    await using client = await from(filter)
    await client.hello('filter.example')
    await client.command(`XCLIENT ADDR=${good}`)
    await passes(client, good)
    assert.equal(sink.messages.filter((each) => !each.content.includes('spf=pass')).length, 0)
    assert.doesNotMatch(site.log, /fault of ours|Error:/)
  })
})

function withByte(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = value
  return copy
}
