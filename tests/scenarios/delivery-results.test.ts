import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const letter = (subject: string, body = 'words\r\n') =>
  `From: a@sender.example\r\nTo: x@site.example\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@sender.example>\r\n\r\n${body}`

describe('what next hops answer', () => {
  let sink: Sink
  let world: Sink
  let dns: TestDnsServer
  let site: TestSite

  before(async () => {
    sink = await Sink.start({ keep: true })
    world = await Sink.start({ keep: true })
    dns = await startDnsServer({
      zone: {
        'sender.example': { MX: [{ preference: 10, exchange: 'mx.sender.example' }] },
        'mx.sender.example': { A: ['127.0.0.1'] },
      },
    })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['ok@site.example', 'busy@site.example', 'gone@site.example', 'b@site.example'],
      settings: { 'dns.servers': [dns.address], 'delivery.mxPort': world.port, 'delivery.retry': [1, 1, 1] },
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), world.down(), dns.close()])
  })

  test('each recipient gets its own result, and the sender one notice', async () => {
    sink.behaviour = (stage, address, count) => {
      if (stage !== 'rcpt') return undefined
      if (address.startsWith('gone')) return '550 5.1.1 nobody of that name'
      return address.startsWith('busy') && count < 6 ? '451 4.2.1 mailbox busy' : undefined
    }
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    assert.match(
      await client.message(
        'a@sender.example',
        ['ok@site.example', 'busy@site.example', 'gone@site.example'],
        letter('partial'),
      ),
      /^250 /,
    )
    await waitUntil('both good recipients have it', () => sink.copies().size === 2)
    const notice = await waitUntil('the notice arrives at the sender', () => world.messages[0])
    assert.equal(notice.mailFrom, '')
    assert.deepEqual(notice.rcptTo, ['a@sender.example'])
    assert.match(notice.content, /gone@site\.example/)
    assert.match(notice.content, /nobody of that name/)
    assert.doesNotMatch(notice.content, /busy@site\.example/)
    assert.deepEqual([...sink.copies().values()], [1, 1])
    const books = await settledBooks(site)
    assert.equal(books.balanced, true)
    assert.equal(books.returned, 1)
    sink.behaviour = () => undefined
    sink.messages.length = 0
  })

  test('bytes arrive as they came, below the fields that we put on top', async () => {
    const content =
      `X-Odd:\t  kept \r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n\r\n.leading dot\r\n..two\r\n\x80\xff raw bytes \0 and a null\r\n${'y'.repeat(5000)}\r\n.\r\n`.replace(
        /\r\n\.\r\n$/,
        '\r\n',
      )
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    const wire = Buffer.from(content.replace(/\r\n\./g, '\r\n..'), 'latin1')
    assert.match(await client.message('a@sender.example', 'b@site.example', wire), /^250 /)
    const taken = await waitUntil('it arrives', () => sink.messages[0])
    assert.ok(taken.content.endsWith(content), 'the tail is the message, byte by byte')
    const head = taken.content.slice(0, taken.content.length - content.length)
    for (const line of head.split(/\r\n(?![\t ])/).filter((each) => each !== ''))
      assert.match(line, /^(Received|Mailkeep-Trace|Authentication-Results): /)
    sink.messages.length = 0
  })

  test('a message too large for memory goes through a file, unchanged', async () => {
    const line = `${'Z'.repeat(70)}\r\n`
    const content = `Subject: large\r\n\r\n${line.repeat(60_000)}`
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    assert.match(await client.message('a@sender.example', 'b@site.example', content), /^250 /)
    const taken = await waitUntil('it arrives', () => sink.messages[0])
    const tail = Buffer.from(taken.content, 'latin1').subarray(-content.length)
    assert.equal(
      createHash('sha256').update(tail).digest('hex'),
      createHash('sha256').update(content).digest('hex'),
    )
    await settledBooks(site)
    sink.messages.length = 0
  })

  test('what the sender asked about reports is passed on', async () => {
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    await client.command('MAIL FROM:<a@sender.example> RET=HDRS ENVID=e+2B1 BODY=8BITMIME')
    await client.command('RCPT TO:<b@site.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@site.example')
    await client.command('DATA')
    client.send(letter('dsn'))
    assert.match(await client.command('.'), /^250 /)
    const taken = await waitUntil('it arrives', () => sink.messages[0])
    assert.match(taken.mailParameters, /RET=HDRS ENVID=e\+2B1/)
    assert.match(taken.rcptParameters[0] ?? '', /NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@site\.example/)
    sink.messages.length = 0
  })

  test('a bounce that cannot be delivered is discarded and counted, never bounced', async () => {
    sink.behaviour = (stage) => (stage === 'rcpt' ? '550 5.1.1 no' : undefined)
    const before = await site.books()
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    assert.match(await client.message('', 'b@site.example', letter('bounce')), /^250 /)
    const books = await waitUntil('it is discarded', async () => {
      const found = await site.books()
      return (found.discarded ?? 0) > (before.discarded ?? 0) && found
    })
    assert.equal(books.accepted, (before.accepted ?? 0) + 1, 'nothing else was written')
    sink.behaviour = () => undefined
  })

  test('a domain without mail, and one that does not exist, return at once; DNS trouble waits', async () => {
    dns.setZone({
      'null.example': { MX: [{ preference: 0, exchange: '' }] },
      'trouble.example': 'SERVFAIL',
      'sender.example': { MX: [{ preference: 10, exchange: 'mx.sender.example' }] },
      'mx.sender.example': { A: ['127.0.0.1'] },
    })
    for (const [domain, hop] of [
      ['one.example', 'mx:null.example'],
      ['two.example', 'mx:missing.example'],
      ['three.example', 'mx:trouble.example'],
    ] as const) {
      await site.must('domain', 'add', domain, '--next-hop', hop, '--any-recipient')
    }
    await site.knows('x@three.example')
    world.messages.length = 0
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    for (const domain of ['one.example', 'two.example', 'three.example'])
      assert.match(await client.message('a@sender.example', `x@${domain}`, letter(domain)), /^250 /)
    await waitUntil('two notices', () => world.messages.length >= 2)
    await waitUntil('nothing else waits, and that for its route', async () => {
      const lines = await site.waiting()
      const found = lines
        .filter((each) => each.rcptTo.endsWith('example') && !each.rcptTo.includes('site'))
        .map((each) => `${each.rcptTo} ${each.reason}`)
      return found.join() === 'x@three.example no-route'
    })
    assert.equal(world.messages.length, 2)
  })
})
