import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { Sink, type SinkMessage } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const program = '/usr/bin/swaks'
/** Who may hand on clients, as in trusted-front.test.ts. */
const filter = '127.0.0.2'
const balancer = '127.0.0.3'
const client = '192.0.2.10'

/** What swaks says of a conversation: its exit code is 0 where all went well, else the stage (24: no recipient). */
interface Transcript {
  readonly code: number
  readonly text: string
}

/** Another program's idea of SMTP, so that our own client in the tests cannot share a mistake with the gateway. */
describe('swaks talks to the gateway', unlessInstalled(existsSync(program), 'swaks'), () => {
  let sink: Sink
  let site: TestSite

  before(async () => {
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example', 'c@site.example'],
      settings: {
        'gateway.trustXclient': [`${filter}/32`],
        'gateway.trustProxy': [`${balancer}/32`],
      },
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  function swaks(...options: string[]): Promise<Transcript> {
    const server = ['--server', '127.0.0.1', '--port', String(site.smtpPort), '--ehlo', 'mx.swaks.example']
    const envelope = ['--from', 'a@sender.example', '--to', 'b@site.example']
    return new Promise((resolve) => {
      execFile(program, [...server, ...envelope, ...options], (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
      )
    })
  }

  /** Runs a conversation that must succeed; answers it with the message as it arrived. */
  async function arrives(...options: string[]): Promise<{ text: string; message: SinkMessage }> {
    const had = sink.messages.length
    const { code, text } = await swaks(...options)
    assert.equal(code, 0, text)
    return { text, message: await waitUntil('it arrives', () => sink.messages[had]) }
  }

  test('one command after another', async () => {
    const { message } = await arrives('--header', 'Subject: plain', '--body', 'one\n.two\n..three\n')
    assert.match(
      message.content,
      /Received: from mx\.swaks\.example \(\[127\.0\.0\.1\]\)\r\n.* with ESMTP id /,
    )
    assert.match(message.content, /\r\n\r\none\r\n\.two\r\n\.\.three\r\n/)
  })

  test('HELO of an old client', async () => {
    const { text, message } = await arrives('--protocol', 'SMTP')
    assert.match(text, /-> HELO mx\.swaks\.example/)
    assert.match(message.content, /by mx\.site\.example with SMTP id /)
  })

  test('PIPELINING, with one recipient that is not here', async () => {
    const { text, message } = await arrives('--pipeline', '--to', 'no@site.example,c@site.example')
    assert.match(text, /-> DATA\n<- {2}250 .*\n<\*\* 550 5\.1\.1 .*\n<- {2}250 .*\n<- {2}354 /)
    assert.deepEqual(message.rcptTo, ['c@site.example'])
  })

  test('PIPELINING with no recipient that is here: DATA is refused too', async () => {
    const { code, text } = await swaks('--pipeline', '--to', 'no@site.example')
    assert.equal(code, 24)
    assert.match(text, /<\*\* 550 5\.1\.1 .*\n<\*\* 554 5\.5\.1 /)
  })

  for (const version of ['tlsv1_2', 'tlsv1_3']) {
    test(`STARTTLS with ${version}, pipelined behind it`, async () => {
      const { text, message } = await arrives('--tls', '--tls-protocol', version, '--pipeline')
      assert.match(text, /TLS started/)
      assert.doesNotMatch(text.slice(text.indexOf('TLS started')), /STARTTLS/, 'it is offered once')
      assert.match(
        message.content,
        /using TLSv1\.[23] with cipher [^)]+\)\r\n\tby mx\.site\.example with ESMTPS /,
      )
    })
  }

  test('8BITMIME and DSN: parameters and bytes are passed on', async () => {
    // swaks has no option for parameters; it closes the bracket behind the last of them.
    const { message } = await arrives(
      ...['--from', 'a@sender.example> BODY=8BITMIME RET=HDRS ENVID=swaks+2B1'],
      ...['--to', 'b@site.example> NOTIFY=FAILURE ORCPT=rfc822;old@site.example'],
      ...['--body', 'grüße'],
    )
    assert.match(message.mailParameters, / BODY=8BITMIME RET=HDRS ENVID=swaks\+2B1>$/)
    assert.deepEqual(message.rcptParameters, ['NOTIFY=FAILURE ORCPT=rfc822;old@site.example>'])
    assert.match(message.content, new RegExp(Buffer.from('\r\n\r\ngrüße').toString('latin1')))
  })

  test('XCLIENT: the client that a filter names', async () => {
    const attributes = ['--xclient-addr', client, '--xclient-helo', 'mx.front.example']
    const { message } = await arrives('--local-interface', filter, ...attributes)
    assert.match(message.content, new RegExp(`from mx\\.swaks\\.example \\(\\[${client}\\]\\)`))
    const { text } = await swaks('--local-interface', '127.0.0.4', ...attributes)
    assert.match(text, /Host did not advertise XCLIENT/, 'a stranger is not even asked')
  })

  for (const version of ['1', '2']) {
    test(`PROXY version ${version}: the client that a balancer names`, async () => {
      const family = version === '1' ? ['--proxy-family', 'TCP4'] : ['--proxy-family', 'AF_INET']
      const binary = version === '1' ? [] : ['--proxy-protocol', 'STREAM', '--proxy-command', 'PROXY']
      const ends = ['--proxy-source', client, '--proxy-source-port', '4321', '--proxy-dest', '192.0.2.1']
      const { message } = await arrives(
        ...['--local-interface', balancer, '--proxy-version', version, ...family, ...binary],
        ...[...ends, '--proxy-dest-port', '25', '--tls'],
      )
      assert.match(message.content, new RegExp(`from mx\\.swaks\\.example \\(\\[${client}\\]\\)`))
    })
  }

  test('a client that goes away in the middle has sent nothing', async () => {
    const had = sink.messages.length
    for (const stage of ['mail', 'rcpt']) assert.equal((await swaks('--quit-after', stage)).code, 0)
    for (const stage of ['rcpt', 'data', 'dot']) await swaks('--drop-after-send', stage)
    await arrives()
    assert.ok(sink.messages.length - had <= 2, 'only what a final dot was sent for may arrive')
  })

  test('after all this the books balance', async () => {
    assert.equal((await settledBooks(site)).delivered, sink.messages.length)
  })
})
