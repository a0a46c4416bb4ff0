import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { deepMime, manyParts } from '../mail/monsters.ts'

const megabyte = 1 << 20

describe('bad input: a clear reply, no growth, nobody else is held up', () => {
  let sink: Sink
  let site: TestSite
  let memoryBefore = 0
  /** How long an ordinary letter took just before (ms). */
  let aloneMs = 0

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
    })
    memoryBefore = site.memory()
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  beforeEach(async () => {
    aloneMs = await pass()
  })

  /**
   * Mail of others must pass, whatever goes on, about as fast as before. Twice where it did not: a machine that stood
   * still for a moment holds up one letter, bad input each.
   */
  async function othersPass(): Promise<void> {
    const mostMs = Math.max(10_000, 10 * aloneMs)
    let tookMs = await pass()
    if (tookMs >= mostMs) tookMs = await pass()
    assert.ok(tookMs < mostMs, `mail of others took ${tookMs} ms, and ${aloneMs} ms before`)
  }

  /** How long an ordinary letter takes until it is at its next hop (ms). */
  async function pass(): Promise<number> {
    const had = sink.messages.length
    const started = Date.now()
    await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', '127.0.0.9')
    await client.hello()
    assert.match(
      await client.message('a@x.example', 'b@site.example', 'Subject: other\r\n\r\nx\r\n'),
      /^250 /,
    )
    await waitUntil('it arrives', () => sink.messages.length > had)
    return Date.now() - started
  }

  async function offer(content: string | Buffer): Promise<string> {
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    await client.command('MAIL FROM:<a@x.example>')
    await client.command('RCPT TO:<b@site.example>')
    await client.command('DATA')
    client.send(content)
    client.send('\r\n.\r\n')
    return await client.reply()
  }

  /** A connection in DATA; false where this process stood still between two commands, and was cut off for that. */
  async function beginData(): Promise<SmtpDialogue | false> {
    const client = await SmtpDialogue.open(site.smtpPort)
    const replies = [await client.hello()]
    for (const line of ['MAIL FROM:<a@x.example>', 'RCPT TO:<b@site.example>', 'DATA'])
      replies.push(await client.command(line))
    const isCut = replies.some((each) => each === '' || each.startsWith('421'))
    if (!isCut) assert.match(replies.join('\n'), /\n354 /)
    else client.destroy()
    return !isCut && client
  }

  const smuggled = 'MAIL FROM:<evil@x.example>\r\nRCPT TO:<b@site.example>\r\nDATA\r\nsmuggled\r\n.\r\n'
  for (const end of [
    '\n.\n',
    '\n.\r\n',
    '\r.\r',
    '\r.\r\n',
    '\r\n.\n',
    '\r\n.\r',
    '\r\n\0.\r\n',
    '\r\r\n.\r\n',
    '\r\n.\r\r\n',
    '\n\n.\r\n',
  ]) {
    test(`a false end of data ${JSON.stringify(end)} is refused, and nothing is smuggled`, async () => {
      const had = sink.messages.length
      const reply = await offer(`Subject: x\r\n\r\nbefore${end}${smuggled}`)
      if (end.includes('\0'))
        assert.match(reply, /^(250|5\d\d) /, 'a null is a byte like any other, and no end')
      else assert.match(reply, /^5\d\d /)
      await othersPass()
      assert.ok(sink.messages.slice(had).every((each) => each.mailFrom !== 'evil@x.example'))
    })
  }

  test('a line of 1 MB', async () => {
    assert.match(await offer(`Subject: ${'x'.repeat(megabyte)}\r\n\r\nb`), /^554 5\.6\.0 .*line longer/)
    assert.match(await offer(`Subject: x\r\n\r\n${'y'.repeat(megabyte)}`), /^554 5\.6\.0 /)
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    client.send(`MAIL FROM:<${'a'.repeat(megabyte)}@x.example>\r\n`)
    assert.match(await client.reply(), /^500 /)
    assert.match(await client.command('NOOP'), /^250 /)
  })

  test('a header without end', async () => {
    assert.match(
      await offer(Array.from({ length: 20_000 }, (_, index) => `X-${index}: ${'z'.repeat(40)}`).join('\r\n')),
      /^554 5\.6\.0 .*header/i,
    )
  })

  test('NUL bytes and 8-bit rubbish pass as the bytes that they are', async () => {
    assert.match(
      await offer(Buffer.from(`Subject: \0\0\xff\r\n\r\n${'\0\x01\x80\xfe'.repeat(1000)}`, 'latin1')),
      /^250 /,
    )
  })

  test('100,000 recipients: the first thousand are taken, the others hear 452, and the connection ends', async () => {
    await site.must('domain', 'add', 'many.example', '--next-hop', sink.hop, '--any-recipient')
    await site.knows('x@many.example')
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    await client.command('MAIL FROM:<a@x.example>')
    let sent = 0
    const pump = (async () => {
      while (sent < 100_000 && !client.isClosed) {
        client.send(Array.from({ length: 1000 }, () => `RCPT TO:<u${sent++}@many.example>\r\n`).join(''))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    let [good, later] = [0, 0]
    for (let reply = await client.reply(); reply !== ''; reply = await client.reply()) {
      if (reply.startsWith('250')) good += 1
      else if (reply.startsWith('452')) later += 1
      else if (reply.startsWith('421')) break
    }
    await pump
    assert.equal(good, 1000)
    assert.ok(later > 0 && later < 100)
    await othersPass()
  })

  test('10,000 parts pass, more are refused; nesting 1,000 deep is refused', async () => {
    assert.match(await offer(manyParts(9000)), /^250 /)
    assert.match(await offer(manyParts(20_000)), /^554 5\.6\.0 /)
    assert.match(await offer(deepMime(1000)), /^554 5\.6\.0 /)
    await othersPass()
  })

  test('commands out of order, unknown, cut, repeated', async () => {
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.reply()
    for (const [line, code] of [
      ['RCPT TO:<b@site.example>', '503'],
      ['DATA', '503'],
      ['BDAT 5', '503'],
      ['MAIL FROM:<a@b>', '503'],
      ['EHLO', '501'],
      ['XYZZY', '500'],
      ['', '500'],
      ['EHLO ok.example', '250'],
      ['MAIL FROM:<a@x.example>', '250'],
      ['MAIL FROM:<a@x.example>', '503'],
      ['BDAT x', '501'],
      ['EHLO again.example', '250'],
      ['RCPT TO:<b@site.example>', '503'],
    ] as const) {
      if (line.startsWith('BDAT 5')) client.send('BDAT 5\r\nabcde')
      assert.ok(
        (line.startsWith('BDAT 5') ? await client.reply() : await client.command(line)).startsWith(code),
        line,
      )
    }
    await othersPass()
  })

  test('10,000 half-open connections from one address: fifty stay, the others are told, and mail of others passes', async () => {
    const sockets: Socket[] = []
    let refused = 0
    for (let batch = 0; batch < 100; batch++) {
      await Promise.all(
        Array.from(
          { length: 100 },
          () =>
            new Promise<void>((resolve) => {
              const socket = connect({ port: site.smtpPort, host: '127.0.0.1', localAddress: '127.0.0.7' })
              sockets.push(socket)
              socket.once('data', (chunk: Buffer) => {
                if (chunk.toString().startsWith('421')) refused += 1
                resolve()
              })
              socket.once('error', () => resolve())
            }),
        ),
      )
      if (batch % 25 === 0) await othersPass()
    }
    await othersPass()
    assert.ok(refused >= 9900, `${refused} were refused`)
    for (const socket of sockets) socket.destroy()
  })

  test('after all this the books balance and memory has not grown by much', async () => {
    await settledBooks(site)
    const grown = (site.memory() - memoryBefore) / megabyte
    assert.ok(grown < 200, `memory grew by ${grown.toFixed(0)} MB`)
  })

  test('silent and slow clients are cut off', async () => {
    // Not before: half-open connections have to stay, and this test may itself stand still for longer.
    await site.stop()
    site.configure({ 'gateway.commandTimeout': '5s', 'gateway.dataTimeout': '5s' })
    await site.launch()
    await using silent = await SmtpDialogue.open(site.smtpPort)
    await silent.reply()
    assert.match(await silent.reply(), /^421 4\.4\.2 /)
    await silent.ended()
    await using slow = await waitUntil('its commands come in time', beginData)
    slow.send('Subject: never')
    await slow.ended()
    await settledBooks(site)
  })
})
