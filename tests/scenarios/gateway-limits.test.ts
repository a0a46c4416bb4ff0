import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { refusalOf } from '../harness/refusal.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const settings = {
  // The test's own looks at the site must not use up what it measures.
  'gateway.rateExempt': ['127.0.0.1/32'],
  'gateway.greetDelay': '500ms',
  'gateway.maxConnectionsPerClient': 8,
  'gateway.maxErrors': 5,
  'gateway.maxTransactions': 4,
  'gateway.maxMessage': '1MB',
}

const letter = (subject: string) => `Subject: ${subject}\r\n\r\nx\r\n`

describe('limits of the gateway: each with a clear reply, and nobody else is touched', () => {
  let sink: Sink
  let site: TestSite

  before(async () => {
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example', 'c@site.example'],
      settings,
    })
    await site.must('tenant', 'add', 'busy')
    const busy = ['--tenant', 'busy', '--any-recipient']
    await site.must('domain', 'add', 'busy.example', '--next-hop', sink.hop, ...busy)
    await site.knows('x@busy.example')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const from = (address: string) => SmtpDialogue.open(site.smtpPort, '127.0.0.1', address)

  async function greeted(address: string): Promise<SmtpDialogue> {
    const client = await from(address)
    assert.match(await client.hello(), /^250/)
    return client
  }

  /** Puts live settings in force, and waits until a client sees it. */
  async function change(more: Record<string, unknown>, seen: () => Promise<boolean>): Promise<void> {
    site.configure({ ...settings, ...more })
    site.signal('SIGHUP')
    await waitUntil('the settings are in force', seen)
  }

  /** What MAIL hears, from an address that no rate applies to. */
  async function mail(sender = 'a@x.example', parameters = ''): Promise<string> {
    await using client = await greeted('127.0.0.1')
    return await client.command(`MAIL FROM:<${sender}>${parameters}`)
  }

  /** Does something until it is answered otherwise; how often it was answered well, and the other answer. */
  async function until(
    good: RegExp,
    most: number,
    act: (n: number) => Promise<string>,
  ): Promise<[number, string]> {
    for (let n = 0; n < most; n++) {
      const reply = await act(n)
      if (!good.test(reply)) return [n, reply]
    }
    return [most, '']
  }

  test('connections open at a time from one address', async () => {
    const open = await Promise.all(Array.from({ length: 8 }, () => greeted('127.0.0.22')))
    await using ninth = await from('127.0.0.22')
    assert.match(await ninth.reply(), /^421 4\.7\.0 Too many connections from your address/)
    await ninth.ended()
    await using other = await greeted('127.0.0.23')
    assert.match(await other.command('NOOP'), /^250 /)
    open[0]?.destroy()
    await waitUntil('a place is free again', async () => {
      await using again = await from('127.0.0.22')
      return (await again.reply()).startsWith('220')
    })
    for (const client of open) client.destroy()
  })

  test('who talks before the greeting is refused, who waits is greeted', async () => {
    await waitUntil('who is hasty is refused', async () => {
      await using hasty = await from('127.0.0.24')
      hasty.send('EHLO hasty.example\r\n')
      const reply = await hasty.reply()
      // This test may stand still between connecting and talking: then it has waited as others do.
      if (/^220 /.test(reply)) return false
      assert.match(reply, /^554 5\.5\.1 Wait for the greeting/)
      await hasty.ended()
      return true
    })
    await using patient = await from('127.0.0.24')
    assert.match(await patient.reply(), /^220 /)
  })

  test('errors on one connection', async () => {
    await using client = await greeted('127.0.0.25')
    const [good, reply] = await until(/^5\d\d /, 20, () => client.command('RCPT TO:<b@site.example>'))
    assert.equal(good, 6, 'as many as are allowed, and the one that is too many')
    assert.match(reply, /^421 4\.7\.0 Too many errors/)
    await client.ended()
  })

  test('messages on one connection', async () => {
    await using client = await greeted('127.0.0.26')
    const [good, reply] = await until(/^250 /, 10, (n) =>
      client.message('a@x.example', 'b@site.example', letter(`m${n}`)),
    )
    assert.equal(good, 4)
    assert.match(reply, /^421 4\.3\.2 Enough messages on one connection/)
    await client.ended()
    await using next = await greeted('127.0.0.26')
    assert.match(await next.message('a@x.example', 'b@site.example', letter('next')), /^250 /)
  })

  test('size: told by EHLO, refused at MAIL where it is named, after DATA or BDAT where not', async () => {
    await using client = await greeted('127.0.0.27')
    assert.match(await client.command('EHLO again.example'), /^250-SIZE 1048576$/m)
    const named = await client.command('MAIL FROM:<a@x.example> SIZE=1048577')
    assert.match(named, /^552 5\.3\.4 .*larger than 1048576 bytes \[\w{16}\]$/)
    assert.equal((await refusalOf(site, named)).reason, 'too-large')
    const large = `${letter('large')}${`${'y'.repeat(998)}\r\n`.repeat(1100)}`
    assert.match(await client.message('a@x.example', 'b@site.example', large), /^552 5\.3\.4 /)
    await client.command('MAIL FROM:<a@x.example>')
    await client.command('RCPT TO:<b@site.example>')
    client.send(`BDAT ${large.length} LAST\r\n${large}`)
    assert.match(await client.reply(), /^552 5\.3\.4 /)
    assert.match(
      await client.message('a@x.example', 'b@site.example', letter('smaller')),
      /^250 /,
      'and the conversation goes on',
    )
  })

  test('new connections a minute from one address', async () => {
    await change({ 'gateway.connectionsPerMinute': 20, 'gateway.greetDelay': 0 }, async () => {
      const [good] = await until(/^220 /, 60, connectOnce('127.0.0.31'))
      return good < 60
    })
    const [good, reply] = await until(/^220 /, 200, connectOnce('127.0.0.32'))
    assert.ok(good >= 20, `${good} connections were taken`)
    assert.match(reply, /^421 4\.7\.0 Too many new connections from your address, try again in a minute/)
    await using other = await greeted('127.0.0.33')
    assert.match(await other.command('NOOP'), /^250 /)
  })

  function connectOnce(address: string): () => Promise<string> {
    return async () => {
      await using client = await from(address)
      return await client.reply()
    }
  }

  for (const [what, name, code, address, command] of [
    [
      'one client',
      'messagesPerMinute',
      '451 4.7.1',
      '127.0.0.41',
      (n: number) => [`a${n}@x.example`, 'b@site.example'],
    ],
    [
      'one sender',
      'senderMessagesPerMinute',
      '451 4.7.1',
      '127.0.0.42',
      () => ['Loud@x.example', 'b@site.example'],
    ],
    [
      'one recipient',
      'recipientMessagesPerMinute',
      '450 4.2.1',
      '127.0.0.43',
      (n: number) => [`r${n}@x.example`, 'c@site.example'],
    ],
    [
      'one tenant',
      'tenantMessagesPerMinute',
      '451 4.7.1',
      '127.0.0.44',
      (n: number) => [`t${n}@x.example`, `u${n}@busy.example`],
    ],
  ] as const) {
    test(`messages a minute of ${what}`, async () => {
      site.configure({ ...settings, 'gateway.greetDelay': 0, [`gateway.${name}`]: 10 })
      site.signal('SIGHUP')
      await using client = await greeted(address)
      const ask = async (sender: string, recipient: string) => {
        await client.command('RSET')
        const reply = await client.command(`MAIL FROM:<${sender}>`)
        return reply.startsWith('250') ? client.command(`RCPT TO:<${recipient}>`) : reply
      }
      // A bucket that was full before the limit came stays so for a moment: hence the many tries.
      const [good, reply] = await until(/^250 /, 5000, (n) => {
        const [sender = '', recipient = ''] = command(n)
        return ask(sender, recipient)
      })
      assert.ok(good >= 10, `${good} were taken`)
      assert.ok(reply.startsWith(`${code} `), reply)
      assert.match(reply, /\[\w{16}\]$/)
      await using other = await greeted('127.0.0.45')
      assert.match(await other.message('quiet@x.example', 'b@site.example', letter(name)), /^250 /)
    })
  }

  test('memory: 421 while it is short; a full disk: 452; and all is well when it is over', async () => {
    await change({ 'gateway.maxMemory': '1MB' }, async () =>
      (await mail()).startsWith('421 4.3.2 Short of resources'),
    )
    await using patient = await greeted('127.0.0.1')
    await change({ 'spool.diskRefuse': 1, 'spool.diskAlarm': 1 }, async () => {
      await patient.command('RSET')
      return /^452 4\.3\.1 .*room/.test(
        await patient.message('a@x.example', 'b@site.example', letter('full')),
      )
    })
    await patient.command('RSET')
    for (let i = 0; i < 2 * settings['gateway.maxErrors']; i++) {
      assert.match(await patient.message('a@x.example', 'b@site.example', letter('later')), /^452 4\.3\.1 /)
      await patient.command('RSET')
    }
    await change({}, async () => (await mail()).startsWith('250'))
  })

  test('a stop: idle clients are told, the message in flight gets its 250 and is there afterwards, who hangs is cut off', async () => {
    sink.behaviour = (stage) => (stage === 'rcpt' ? '451 4.2.1 later' : undefined)
    await site.stop()
    // The test has to finish its messages within it, also where it stands still for a while.
    site.configure({ ...settings, 'gateway.shutdownGrace': '12s' })
    await site.launch()
    await using idle = await greeted('127.0.0.1')
    await using open = await greeted('127.0.0.1')
    await open.command('MAIL FROM:<a@x.example>')
    await using busy = await inData()
    busy.send('Subject: in-flight\r\n\r\nfirst half, ')
    await using chunked = await greeted('127.0.0.1')
    await chunked.command('MAIL FROM:<a@x.example>')
    await chunked.command('RCPT TO:<c@site.example>')
    chunked.send('BDAT 30 LAST\r\nSubject: in-chunk\r\n\r\n')
    await using hanging = await inData()
    const port = site.smtpPort
    const stopped = site.stop()
    assert.match(await idle.reply(), /^421 4\.3\.2 Service is restarting/)
    assert.match(await open.reply(), /^421 4\.3\.2 /)
    await assert.rejects(SmtpDialogue.open(port), /ECONNREFUSED/)
    assert.match(await busy.command('second half\r\n.'), /^250 2\.0\.0 Accepted/)
    chunked.send('x'.repeat(10))
    assert.match(await chunked.reply(), /^250 2\.0\.0 Accepted/)
    await stopped
    await hanging.ended()
    assert.equal(hanging.unread.includes('250'), false)
    sink.behaviour = () => undefined
    await site.launch()
    for (const subject of ['in-flight', 'in-chunk'])
      await waitUntil(`${subject} is delivered`, () =>
        sink.messages.find((each) => each.content.includes(`Subject: ${subject}\r\n`)),
      )
    assert.match(
      sink.messages.find((each) => each.content.includes('in-flight'))?.content ?? '',
      /first half, second half/,
    )
    await settledBooks(site)
  })

  /** A client that has been told to send its message. */
  async function inData(): Promise<SmtpDialogue> {
    const client = await greeted('127.0.0.1')
    await client.command('MAIL FROM:<a@x.example>')
    await client.command('RCPT TO:<b@site.example>')
    assert.match(await client.command('DATA'), /^354 /)
    return client
  }

  test('silent clients: 421 between commands and within a message; a connection that lasts too long: 421 too', async () => {
    await site.stop()
    site.configure({
      ...settings,
      'gateway.commandTimeout': '3s',
      'gateway.dataTimeout': '2s',
      'gateway.sessionTimeout': '6s',
    })
    await site.launch()
    await using silent = await from('127.0.0.1')
    await silent.reply()
    await using dripping = await from('127.0.0.1')
    await dripping.reply()
    const drops = setInterval(() => dripping.send('N'), 200)
    // Where this test itself stands still for so long, one that talks counts as silent, and is tried again.
    const stopped = waitUntil('one who stops within a message is cut off', stopsInMessage)
    const lasting = waitUntil('a connection lasts too long', async () =>
      /lasted long/.test(await untilOver()),
    )
    assert.match(await silent.reply(), /^421 4\.4\.2 Nothing was heard/)
    assert.match(await dripping.reply(), /^421 4\.4\.2 /)
    clearInterval(drops)
    for (const client of [silent, dripping]) await client.ended()
    await Promise.all([stopped, lasting])
    assert.equal(
      sink.messages.some((each) => each.content.includes('Subject: half')),
      false,
    )
  })

  /** Stops within a message; whether it was told so and cut off. False: it was cut off before it came so far. */
  async function stopsInMessage(): Promise<boolean> {
    await using half = await from('127.0.0.1')
    await half.hello()
    await half.command('MAIL FROM:<a@x.example>')
    await half.command('RCPT TO:<b@site.example>')
    if (!(await half.command('DATA')).startsWith('354')) return false
    half.send('Subject: half')
    assert.match(await half.reply(), /^421 4\.4\.2 /)
    await half.ended()
    return true
  }

  /** Keeps a conversation going; what ends it. */
  async function untilOver(): Promise<string> {
    await using client = await from('127.0.0.1')
    await client.hello()
    const [, reply] = await until(/^250 /, 1000, async () => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return client.command('NOOP')
    })
    return reply
  }
})
