import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { freePort } from '../harness/free-port.ts'
import { hasPostfix, Postfix } from '../harness/postfix.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil as waitFor } from '../harness/wait-until.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const office = '127.0.0.9'
const waitUntil: typeof waitFor = (what, condition) => waitFor(what, condition, 120_000)

/** A bounce as somebody else's server writes it. */
const bounce = (to: string) =>
  `From: MAILER-DAEMON@far.test\r\nTo: ${to}\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt failed.\r\n--b--\r\n`

/** Envelope senders with a signature: real bounces come back by them, and those of forged mail are told apart. */
describe('signed envelope senders', unlessInstalled(hasPostfix(), 'postfix'), () => {
  let inside: Sink
  let dns: TestDnsServer
  let site: TestSite
  let receiver: Postfix

  before(async () => {
    inside = await Sink.start({ keep: true })
    dns = await startDnsServer({
      zone: {
        'far.test': { MX: [{ preference: 10, exchange: 'mx.far.test' }] },
        'mx.far.test': { A: ['127.0.0.1'] },
      },
    })
    const mxPort = await freePort()
    site = await TestSite.start({
      domains: { 'one.test': inside.hop },
      users: ['a@one.test'],
      settings: { 'dns.servers': [dns.address], 'delivery.mxPort': mxPort },
    })
    // It takes mail for everybody, and finds out later that some are not there.
    receiver = await Postfix.start({
      port: mxPort,
      main: {
        mydestination: 'far.test',
        local_transport: 'discard:taken',
        transport_maps: 'inline:{{gone@far.test = local:}}',
        relayhost: `[127.0.0.1]:${site.smtpPort}`,
      },
    })
    await site.must('relay', 'add', 'main', '--network', `${office}/32`)
    await set('outbound.signed-senders', 'on')
    await waitUntil('the office may send', async () => {
      await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', office)
      await client.hello()
      await client.command('MAIL FROM:<a@one.test>')
      return (await client.command('RCPT TO:<x@far.test>')).startsWith('250')
    })
    await waitUntil('senders are signed', async () => (await send('x@far.test')).heard.startsWith('prvs='))
  })
  after(async () => {
    await receiver[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await inside.down()
    await dns.close()
  })

  const set = (name: string, value: string) => site.must('policy', 'set', 'tenant:main', `${name}=${value}`)

  /** Sends one message of the office; answers its id and the sender that its receiver heard. */
  async function send(to: string): Promise<{ id: string; heard: string }> {
    const known = new Set(senders())
    await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', office)
    await client.hello()
    const letter = 'From: a@one.test\r\nSubject: hello\r\n\r\nhello\r\n'
    const [, id = ''] = /Accepted as (\w+)/.exec(await client.message('a@one.test', to, letter)) ?? []
    const heard = await waitUntil('its receiver has it', () => senders().find((each) => !known.has(each)))
    return { id, heard: heard.slice(heard.indexOf(' ') + 1) }
  }

  /** Queue ids with their senders, as Postfix tells them. */
  const senders = () =>
    [...receiver.log.matchAll(/qmgr\[\d+\]: (\S+): from=<([^>]+)>/g)].map(([, id, from]) => `${id} ${from}`)

  /** What a stranger hears at the end of a message with an empty sender. */
  async function comeBack(to: string, letter: string): Promise<string> {
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello('mx.far.test')
    return await client.message('', to, letter)
  }

  test('a real bounce finds its sender, its message and the recipient that is not there', async () => {
    const first = await send('gone@far.test')
    assert.match(first.heard, /^prvs=\d{4}[0-9a-f]{6}=a@one\.test$/)
    const returned = await waitUntil('the bounce arrives', () =>
      inside.messages.find((each) => each.mailFrom === '' && each.content.includes('unknown user: "gone"')),
    )
    assert.deepEqual(returned.rcptTo, ['a@one.test'])
    await waitUntil('it stands in the trace', async () =>
      (await site.must('trace', first.id)).includes('bounced-later'),
    )
    const second = await send('gone@far.test')
    assert.notEqual(second.id, first.id)
    await waitUntil('the recipient is stopped', async () =>
      (await site.must('suppression', 'list')).includes('gone@far.test'),
    )
    const [, bounceId = ''] = /\bwith \w+ id (\w{16})\b/.exec(returned.content) ?? []
    assert.doesNotMatch(
      await site.must('trace', bounceId),
      /bounce-unsigned/,
      'a real one is not called forged',
    )
    await settledBooks(site)
  })

  test('a bounce to the plain address is marked, then refused as policy says; receipts and answers come in', async () => {
    const marked = /Accepted as (\w+)/.exec(await comeBack('a@one.test', bounce('a@one.test')))?.[1] ?? ''
    assert.match(await site.must('trace', marked), /bounce-unsigned/)
    await set('outbound.forged-bounces', 'refuse')
    await waitUntil('it is refused', async () =>
      (await comeBack('a@one.test', bounce('a@one.test'))).startsWith('550 5.7.1 This bounce is about no'),
    )
    const receipt = bounce('a@one.test')
      .replace('MAILER-DAEMON', 'x')
      .replace('delivery-status', 'disposition-notification')
    assert.match(await comeBack('a@one.test', receipt), /^250 /)
    const answer = 'From: x@far.test\r\nAuto-Submitted: auto-replied\r\nSubject: away\r\n\r\naway\r\n'
    assert.match(await comeBack('a@one.test', answer), /^250 /)
    const { heard } = await send('x@far.test')
    assert.match(await comeBack(heard, bounce(heard)), /^250 /)
    assert.match(await comeBack(heard.replace(/=(\d{4})/, '=$1f'), bounce(heard)), /^550 5\.1\.1/)
    const other = heard.replace('=a@', '=b@')
    assert.match(await comeBack(other, bounce(other)), /^550 5\.1\.1/)
    await settledBooks(site)
  })

  test('after it is switched off, what was signed still finds its way, and nothing is refused any more', async () => {
    const { heard } = await send('x@far.test')
    await set('outbound.signed-senders', 'off')
    await waitUntil('mail leaves as it is', async () => (await send('x@far.test')).heard === 'a@one.test')
    assert.match(await comeBack(heard, bounce(heard)), /^250 /)
    await waitUntil('a plain bounce is taken', async () =>
      (await comeBack('a@one.test', bounce('a@one.test'))).startsWith('250'),
    )
    await settledBooks(site)
  })
})
