import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { refusalOf } from '../harness/refusal.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const most = 1 << 20
const opening = 'MAIL FROM:<a@sender.example>\r\nRCPT TO:<b@site.example>\r\n'
/** What DATA would have to stuff, and what looks like an end or a command. */
const content = 'Subject: x\r\n\r\n.dot\r\n..two\r\n.\r\nQUIT\r\nRSET\r\n\x80\xff\0 odd bytes\r\n'

const head = 'Subject: x\r\n\r\n'
const large = `${'x'.repeat(998)}\r\n`

const chunk = (text: string, last = false) => `BDAT ${text.length}${last ? ' LAST' : ''}\r\n${text}`

describe('BDAT (RFC 3030)', () => {
  let sink: Sink
  let site: TestSite
  let client: SmtpDialogue

  before(async () => {
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example', 'c@site.example'],
      settings: { 'gateway.maxMessage': '1MB', 'gateway.maxHeader': '16KB', 'gateway.maxLine': '8KB' },
    })
  })
  after(async () => {
    client.destroy()
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  async function connect(): Promise<void> {
    client?.destroy()
    client = await SmtpDialogue.open(site.smtpPort)
    assert.match(await client.hello(), /CHUNKING/)
  }

  /** Sends bytes and reads that many replies. */
  async function say(text: string, replies: number): Promise<string[]> {
    client.send(Buffer.from(text, 'latin1'))
    const heard: string[] = []
    for (let i = 0; i < replies; i++) heard.push(await client.reply())
    return heard
  }

  const codes = (replies: readonly string[]) => replies.map((each) => each.slice(0, 9).trim()).join(' | ')

  /** The one message that has arrived since the last call, without our fields. */
  async function arrived(): Promise<string> {
    const message = await waitUntil('it arrives', () => sink.messages.shift())
    return message.content.replace(
      /^(?:(?:Received|Mailkeep-Trace|Authentication-Results):.*\r\n(?:\t.*\r\n)*)*/,
      '',
    )
  }

  /** The conversation is still in step, and nothing of what came before it has arrived. */
  async function goesOn(): Promise<void> {
    const [, , reply] = await say(opening + chunk('Subject: next\r\n\r\n', true), 3)
    assert.match(reply ?? '', /^250 2\.0\.0 Accepted/)
    assert.equal(await arrived(), 'Subject: next\r\n\r\n')
    assert.equal(sink.messages.length, 0)
  }

  test('chunks of any size, in one packet with their transaction, are one message', async () => {
    await connect()
    for (const size of [1, 2, 3, 7, 1000]) {
      const pieces = content.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      const chunks = pieces.map((piece, index) => chunk(piece, index === pieces.length - 1))
      const replies = await say(opening + chunks.join(''), 2 + pieces.length)
      assert.match(replies.at(-1) ?? '', /^250 2\.0\.0 Accepted/)
      assert.ok(replies.slice(2, -1).every((each) => /^250 2\.0\.0 \d+ octets received$/.test(each)))
      assert.equal(await arrived(), content)
    }
  })

  test('a last chunk of no bytes ends the message; alone it is a message of no bytes', async () => {
    assert.equal(
      codes(await say(opening + chunk(content) + chunk('', true), 4)),
      '250 2.1.0 | 250 2.1.5 | 250 2.0.0 | 250 2.0.0',
    )
    assert.equal(await arrived(), content)
    await say(opening + chunk('', true), 3)
    assert.equal(await arrived(), '')
  })

  test('a last line without its end gets one, since DATA cannot do without', async () => {
    await say(opening + chunk('Subject: x\r\n\r\nno end', true), 3)
    assert.equal(await arrived(), 'Subject: x\r\n\r\nno end\r\n')
  })

  test('without LAST nothing was promised: RSET, a new EHLO and a lost connection drop it', async () => {
    for (const drop of ['RSET\r\n', 'EHLO again.example\r\n']) {
      assert.match((await say(opening + chunk(content) + drop, 4)).at(-1) ?? '', /^250/)
      await goesOn()
    }
    await say(opening + chunk(content), 3)
    await connect()
    await goesOn()
  })

  test('only BDAT may follow BDAT, and what it began can still be ended', async () => {
    const between = 'DATA\r\nRCPT TO:<c@site.example>\r\nMAIL FROM:<c@sender.example>\r\nNOOP\r\n'
    const replies = await say(opening + chunk(content), 3)
    assert.equal(codes(replies), '250 2.1.0 | 250 2.1.5 | 250 2.0.0')
    // DATA ends a group, so it comes alone.
    assert.match(await client.command('DATA'), /^503 5\.5\.1 Only BDAT may follow BDAT/)
    assert.equal(codes(await say(between.slice('DATA\r\n'.length), 3)), '503 5.5.1 | 503 5.5.1 | 250 2.0.0')
    assert.match((await say(chunk('', true), 1))[0] ?? '', /^250 2\.0\.0 Accepted/)
    assert.equal(await arrived(), content)
  })

  test('a chunk that has no place is read and forgotten, never obeyed', async () => {
    assert.equal(codes(await say(chunk('QUIT\r\n'), 1)), '503 5.5.1')
    const nobody = 'MAIL FROM:<a@sender.example>\r\nRCPT TO:<no@site.example>\r\n'
    const replies = await say(`${nobody}${chunk('QUIT\r\n')}${chunk('QUIT\r\n', true)}RSET\r\n`, 5)
    assert.equal(codes(replies), '250 2.1.0 | 550 5.1.1 | 554 5.5.1 | 554 5.5.1 | 250 2.0.0')
    await goesOn()
  })

  for (const [what, code, first, reason] of [
    ['a chunk larger than a message may be', '552 5.3.4', head + large.repeat(1100), 'too-large'],
    ['a line too long', '554 5.6.0', head + 'y'.repeat(9000), 'long-line'],
    ['a header too large', '554 5.6.0', `X: ${'z'.repeat(990)}\r\n`.repeat(20), 'header-too-large'],
  ] as const) {
    test(`${what}: read to its end, refused at once, and so is what was sent behind it`, async () => {
      await connect()
      const replies = await say(opening + chunk(first) + chunk('QUIT\r\n') + chunk('', true), 5)
      assert.equal(codes(replies.slice(2)), `${code} | 503 5.5.1 | 503 5.5.1`)
      assert.equal((await refusalOf(site, replies[2] ?? '')).reason, reason)
      await goesOn()
    })
  }

  test('chunks that are too large together: the one that is too much is refused', async () => {
    const half = large.repeat(600)
    const replies = await say(opening + chunk(head + half) + chunk(half), 4)
    assert.equal(codes(replies.slice(2)), '250 2.0.0 | 552 5.3.4')
    await goesOn()
  })

  test('a chunk that would never end is not waited for', async () => {
    for (const size of [2 * most + 1, '99999999999999999999']) {
      await connect()
      const [, , reply] = await say(`${opening}BDAT ${size} LAST\r\n`, 3)
      assert.match(reply ?? '', /^552 5\.3\.4 /)
      await client.ended()
    }
  })

  for (const bad of ['a\nb', 'a\rb', '\n', '\r\n.\n', 'a\r\r\n']) {
    test(`${JSON.stringify(bad)} is refused as it is after DATA, and ends the connection`, async () => {
      await connect()
      const replies = await say(`${opening}${chunk(head + bad)}QUIT\r\n`, 3)
      assert.match(replies[2] ?? '', /^554 5\.5\.2 /)
      await client.ended()
    })
  }

  test('a line end may be cut by the end of a chunk, not by the end of the message', async () => {
    await connect()
    await say(opening + chunk('Subject: x\r') + chunk('\n\r\nb\r\n', true), 4)
    assert.equal(await arrived(), 'Subject: x\r\n\r\nb\r\n')
    const replies = await say(opening + chunk('Subject: x\r\n\r\nb\r', true), 3)
    assert.match(replies[2] ?? '', /^554 5\.5\.2 /)
    await client.ended()
  })

  test('what is not offered or no number is refused with the right form', async () => {
    await connect()
    assert.match(await client.command('MAIL FROM:<a@sender.example> BODY=BINARYMIME'), /^501 5\.5\.4 /)
    for (const words of ['', '-1', '1e3', '0x10', '5 FIRST', '5 LAST LAST', 'LAST'])
      assert.match(await client.command(`BDAT ${words}`), /^501 5\.5\.4 Syntax: BDAT size \[LAST\]/, words)
    await goesOn()
  })

  test('after all this the books balance', async () => {
    await settledBooks(site)
    assert.equal(sink.messages.length, 0)
  })
})
