import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { testMail } from '../../scripts/fetch-test-mail.ts'
import { balanced, settledBooks } from '../harness/books.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { unlessInstalled } from './missing-package.ts'

/**
 * Three thousand messages that people and spammers really sent, through the whole product.
 *
 * Files have Unix line ends, on the wire each is CRLF, as a client makes it; nothing else is done to them. So 8-bit
 * bytes without a charset, headers that break every rule and lines of 3 KB come as they are. The sets hold no NUL and
 * no bare CR (a test looks), which bad-input.test.ts sends instead. Every other message comes by BDAT, cut in the
 * middle. Every tenth claims within its header to have passed our own checks: that line, and the line of a mailbox
 * file, are the only bytes that may be missing behind our fields.
 *
 * DNS knows no name at all: the names in old mail belong to somebody.
 */
const to = 'b@site.example'
const forged = 'Authentication-Results: mx.site.example; dmarc=pass header.from=forged.example\r\n'

interface RealMessage {
  /** Names it in the envelope, since bytes may say anything. */
  readonly sender: string
  readonly file: string
  /** As it is sent, and as it must arrive below our fields; latin1 code units. */
  readonly wire: string
  readonly expected: string
}

function readMessages(): RealMessage[] {
  const files = testMail.sets.flatMap((set) =>
    readdirSync(join(testMail.folder, set))
      .filter((name) => name.endsWith('.txt'))
      .sort()
      .map((name) => join(set, name)),
  )
  return files.map((file, index) => {
    const bytes = readFileSync(join(testMail.folder, file), 'latin1').replaceAll('\n', '\r\n')
    const mboxLine = /^From .*\r\n/.exec(bytes)?.[0] ?? ''
    const expected = bytes.slice(mboxLine.length)
    const firstField = /^.*\r\n(?:[\t ].*\r\n)*/.exec(expected)?.[0] ?? ''
    const lie = index % 10 === 0 ? forged : ''
    const wire = `${mboxLine}${firstField}${lie}${expected.slice(firstField.length)}`
    return { sender: `m${index}@sender.example`, file, wire, expected }
  })
}

const messages = existsSync(testMail.folder) ? readMessages() : []

describe('the sets of SpamAssassin', unlessInstalled(messages.length > 0, testMail.package), () => {
  let dns: TestDnsServer
  let sink: Sink
  let site: TestSite

  before(async () => {
    dns = await startDnsServer()
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      settings: { 'dns.servers': [dns.address] },
    })
    // A sixth of it is spam and would be kept; here everything must arrive.
    await site.must('policy', 'set', 'site.example', 'tolerance=100000')
    // Who knows whom was added later knows what was set before.
    await site.must('user', 'add', to)
    await site.knows(to)
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), dns.close()])
  })

  test('hold what they held: 3,000 messages, none with a NUL or a bare CR, each ending its last line', () => {
    assert.equal(messages.length, 3000)
    assert.deepEqual(
      messages.filter(({ expected }) => /\0|\r(?!\n)|[^\n]$/.test(expected)).map(({ file }) => file),
      [],
    )
  })

  test('are all accepted', async () => {
    assert.deepEqual(await sendAll(site.smtpPort), [])
  })

  test('arrive once each, unchanged below our own fields', async () => {
    await waitUntil('all have arrived', () => sink.messages.length >= messages.length, 60_000)
    const arrived = new Map(sink.messages.map((each) => [each.mailFrom, each]))
    assert.deepEqual([sink.messages.length, arrived.size], [messages.length, messages.length])
    const changed = messages.filter(({ sender, expected }) => {
      const { content = '' } = arrived.get(sender) ?? {}
      return !content.endsWith(expected) || !isOurs(content.slice(0, content.length - expected.length))
    })
    assert.deepEqual(
      changed.map(({ file }) => file),
      [],
    )
  })

  test('cost no inspection thread, wait for nothing, and are in the books', async () => {
    const books = await settledBooks(site)
    assert.deepEqual([books.accepted, books.delivered], [messages.length, messages.length])
    await balanced(site)
    assert.equal(site.log, '', 'nobody had to be told of anything')
  })
})

/** Whether a header has our fields and no other, each once. */
function isOurs(header: string): boolean {
  const names = header
    .split(/\r\n(?![\t ])/)
    .filter((each) => each !== '')
    .map((each) => each.split(':')[0])
  return names.sort().join(' ') === 'Authentication-Results Mailkeep-Trace Received'
}

/** Sends all over a few connections; answers those that were refused, with the reply. */
async function sendAll(port: number): Promise<string[]> {
  const refused: string[] = []
  let next = 0
  const send = async () => {
    await using client = await SmtpDialogue.open(port)
    await client.hello()
    while (next < messages.length) {
      const index = next++
      const { sender, file, wire } = messages[index]!
      const body = /[\x80-\xff]/.test(wire) ? ' BODY=8BITMIME' : ''
      const opening = `MAIL FROM:<${sender}>${body}\r\nRCPT TO:<${to}>\r\n`
      const reply = await (index % 2 === 0 ? sendByData : sendByChunks)(client, opening, wire)
      if (!reply.startsWith('250 2.0.0 Accepted')) refused.push(`${file} ${reply}`)
    }
  }
  await Promise.all(Array.from({ length: 10 }, send))
  return refused
}

async function sendByData(client: SmtpDialogue, opening: string, wire: string): Promise<string> {
  client.send(`${opening}DATA\r\n`)
  for (const _ of ['MAIL', 'RCPT', 'DATA']) await client.reply()
  client.send(Buffer.from(`${wire.replace(/^\./gm, '..')}.\r\n`, 'latin1'))
  return client.reply(60_000)
}

async function sendByChunks(client: SmtpDialogue, opening: string, wire: string): Promise<string> {
  const cut = Math.floor(wire.length / 2)
  const [first, last] = [wire.slice(0, cut), wire.slice(cut)]
  const chunks = `BDAT ${first.length}\r\n${first}BDAT ${last.length} LAST\r\n${last}`
  client.send(Buffer.from(opening + chunks, 'latin1'))
  for (const _ of ['MAIL', 'RCPT', 'BDAT']) await client.reply()
  return client.reply(60_000)
}
