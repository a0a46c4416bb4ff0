import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultPolicy } from '#flow/inspection/verdict.ts'
import { signSender } from '#ground/mail/signed-sender.ts'
import { StoreError } from '#ground/platform/store-error.ts'
import type { Admission } from './admission.ts'
import { codesOf, openSession, signingKey } from './fake-session.ts'

describe('an SMTP session', () => {
  test('takes a message, and says under which id', async () => {
    const { say, accepted } = openSession()
    assert.match(
      await say('EHLO a.example\r\n'),
      /250-PIPELINING\r\n250-SIZE 157286400\r\n250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING/,
    )
    assert.equal(codesOf(await say('MAIL FROM:<a@x.example> SIZE=20 BODY=8BITMIME\r\n')), '250')
    assert.equal(
      codesOf(await say('RCPT TO:<b@example.test> NOTIFY=FAILURE ORCPT=rfc822;b@example.test\r\n')),
      '250',
    )
    assert.equal(codesOf(await say('DATA\r\n')), '354')
    assert.match(await say('Subject: x\r\n\r\n..dot\r\n.\r\n'), /^250 2\.0\.0 Accepted as \w+\r\n$/)
    assert.deepEqual(accepted, [
      { mailFrom: 'a@x.example', rcptTo: ['b@example.test'], content: 'Subject: x\r\n\r\n.dot\r\n' },
    ])
  })

  test('answers a pipelined group in order and in one piece, the final dot with QUIT included', async () => {
    const { say, accepted } = openSession()
    await say('EHLO a\r\n')
    assert.equal(
      codesOf(await say('MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\nRCPT TO:<no@example.test>\r\nDATA\r\n')),
      '250 250 550 354',
    )
    assert.equal(codesOf(await say('a: b\r\n\r\nc\r\n.\r\nQUIT\r\n')), '250 221')
    assert.equal(accepted.length, 1)
  })

  test('a bounce to a signed sender comes to the plain address; one with another signature finds nobody', async () => {
    const { say, accepted } = openSession()
    const signed = signSender('B@example.test', signingKey, Date.now())
    const elsewhere = signSender('x@other.test', signingKey, Date.now())
    await say('EHLO a\r\nMAIL FROM:<>\r\n'.slice(0, 8))
    await say('MAIL FROM:<>\r\n')
    assert.equal(codesOf(await say(`RCPT TO:<${signed.replace('B@', 'b@')}>\r\n`)), '250')
    assert.equal(codesOf(await say(`RCPT TO:<${signed.replace(/=....../, '=0000aa')}>\r\n`)), '550')
    assert.equal(codesOf(await say(`RCPT TO:<${elsewhere}>\r\n`)), '550')
    assert.equal(codesOf(await say('DATA\r\n')), '354')
    assert.equal(codesOf(await say('x: y\r\n\r\nz\r\n.\r\n')), '250')
    assert.deepEqual(accepted[0]?.rcptTo, ['b@example.test'])
  })

  test('the same in any pieces', async () => {
    const text = 'EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\n'
    const { say } = openSession()
    let out = ''
    for (const letter of text) out += await say(letter)
    out += await say('DATA\r\n')
    for (const letter of 'x\r\n.\r\n') out += await say(letter)
    assert.equal(codesOf(out), '250 250 250 354 250')
  })

  test('BDAT: chunks, last chunk, commands behind chunks in one packet', async () => {
    const { say, accepted } = openSession()
    await say('EHLO a\r\nMAIL FROM:<a@x.example>\r\n'.slice(0, 8))
    await say('MAIL FROM:<a@x.example>\r\nRCPT TO:<b@example.test>\r\n')
    assert.equal(
      codesOf(await say('BDAT 6\r\nabc\r\n.BDAT 3 LAST\r\n\r\nzMAIL FROM:<c@x.example>\r\n')),
      '250 250 250',
    )
    assert.deepEqual(accepted[0]?.content, 'abc\r\n.\r\nz')
    assert.equal(codesOf(await say('RCPT TO:<b@example.test>\r\nBDAT 0 LAST\r\n')), '250 250')
    assert.equal(
      codesOf(await say('BDAT 4\r\nQUITRSET\r\n')),
      '503 250',
      'a chunk that has no place is skipped, not obeyed',
    )
  })

  test('where nothing can be stored each recipient hears that it may come again, and who is nobody hears so', async () => {
    let stopped: 'disk-full' | 'spool-slow' | null = 'spool-slow'
    const admission = { mayAccept: () => stopped, mayTake: () => true } as unknown as Admission
    const { say, refused, session } = openSession({}, { admission })
    await say('EHLO a\r\n')
    const heard = await say(
      'MAIL FROM:<a@x.example>\r\nRCPT TO:<b@example.test>\r\nRCPT TO:<nobody@example.test>\r\nRCPT TO:<c@example.test>\r\n',
    )
    assert.match(heard, /^250 [^\n]+\n451 4\.3\.0 [^\n]+\n550 5\.1\.1 [^\n]+\n451 4\.3\.0 [^\n]+\n$/)
    stopped = 'disk-full'
    const full = await say('RSET\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@example.test>\r\n')
    assert.match(full, /^250 [^\n]+\n250 [^\n]+\n452 4\.3\.1 [^\n]+\n$/)
    stopped = null
    assert.equal(codesOf(await say('RCPT TO:<b@example.test>\r\n')), '452', 'as it was when it began')
    assert.equal(codesOf(await say('RSET\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\n')), '250 250 250')
    await session.context.refusals.close()
    const lines = refused.map(({ code, reason, tenant, mailFrom, rcptTo }) => [
      ...[code, reason, tenant, mailFrom, rcptTo],
    ])
    assert.deepEqual(lines, [
      [451, 'spool-slow', 'acme', 'a@x.example', 'b@example.test'],
      [550, 'unknown-recipient', 'acme', 'a@x.example', 'nobody@example.test'],
      [451, 'spool-slow', 'acme', 'a@x.example', 'c@example.test'],
      [452, 'disk-full', 'acme', 'a@x.example', 'b@example.test'],
      [452, 'disk-full', 'acme', 'a@x.example', 'b@example.test'],
    ])
    assert.equal(new Set(refused.map(({ id }) => id)).size, lines.length)
  })

  test('DATA does not follow BDAT', async () => {
    const { say } = openSession()
    await say('EHLO a\r\n')
    assert.equal(
      codesOf(await say('MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\nBDAT 1\r\nxDATA\r\n')),
      '250 250 250 503',
    )
  })

  test('recipients: unknown 550 5.1.1, foreign 550 5.7.1, and 451 whenever we cannot tell', async () => {
    const { say, refused, session } = openSession()
    await say('EHLO a\r\n')
    await say('MAIL FROM:<a@x.example>\r\n')
    assert.match(await say('RCPT TO:<no@example.test>\r\n'), /^550 5\.1\.1 /)
    assert.match(await say('RCPT TO:<b@elsewhere.example>\r\n'), /^550 5\.7\.1 /)
    assert.match(await say('RCPT TO:<lost@example.test>\r\n'), /^451 4\.3\.0 /)
    assert.match(await say('RCPT TO:<away@example.test>\r\n'), /^451 4\.3\.0 /)
    assert.equal(codesOf(await say('DATA\r\n')), '554')
    await session.context.refusals.flush()
    assert.deepEqual(
      refused.map((each) => each.reason),
      ['unknown-recipient', 'relay-denied', 'recipient-lost-in-shrink', 'directory-unavailable'],
    )
    assert.equal(refused[0]?.rcptTo, 'no@example.test')
  })

  test('a refused recipient is shown to its own tenant, whoever came before it', async () => {
    const { say, refused, session } = openSession()
    await say('EHLO a\r\n')
    await say('MAIL FROM:<a@x.example>\r\n')
    await say('RCPT TO:<no@example.test>\r\n')
    await say('RCPT TO:<b@example.test>\r\n')
    await say('RCPT TO:<b@elsewhere.example>\r\n')
    await session.context.refusals.flush()
    assert.deepEqual(
      refused.map(({ rcptTo, tenant }) => [rcptTo, tenant]),
      [
        ['no@example.test', 'acme'],
        ['b@elsewhere.example', ''],
      ],
    )
  })

  test('a message refused at MAIL is found by its sender', async () => {
    const { say, refused, session } = openSession()
    await say('EHLO a\r\n')
    assert.match(await say('MAIL FROM:<a@x.example> SIZE=999999999\r\n'), /^552 5\.3\.4 /)
    await session.context.refusals.flush()
    assert.deepEqual(
      refused.map(({ stage, mailFrom }) => [stage, mailFrom]),
      [['mail', 'a@x.example']],
    )
  })

  test('order and syntax', async () => {
    const { say } = openSession()
    assert.match(await say('MAIL FROM:<a@x.example>\r\n'), /^503 5\.5\.1 Send EHLO first/)
    assert.equal(codesOf(await say('EHLO\r\n')), '501')
    assert.equal(codesOf(await say('EHLO a b\r\n')), '501')
    await say('EHLO a\r\n')
    assert.equal(codesOf(await say('RCPT TO:<b@example.test>\r\n')), '503')
    assert.equal(codesOf(await say('DATA\r\n')), '503')
    for (const line of [
      'MAIL FROM:a@x.example',
      'MAIL FROM <a@x.example>',
      'MAIL FROM:<a@x.example',
      'MAIL FROM:<a@x.example>SIZE=1',
      'MAIL FROM:<a@x.example> SIZE=x',
      'MAIL FROM:<a@x.example> SIZE=1 SIZE=2',
    ]) {
      assert.equal(codesOf(await say(`${line}\r\n`)), '501', line)
    }
    assert.equal(codesOf(await say('MAIL FROM:<a@x.example> SMTP=1\r\n')), '555')
    assert.equal(codesOf(await say('MAIL FROM:<not a mailbox>\r\n')), '553')
    assert.equal(codesOf(await say('MAIL FROM:<ä@x.example>\r\n')), '553')
    assert.equal(
      codesOf(await say('MAIL FROM:<ä@x.example> SMTPUTF8\r\nMAIL FROM:<>\r\nRSET\r\n')),
      '250 503 250',
    )
    assert.equal(codesOf(await say('FOO\r\nNOOP\r\nVRFY x\r\nHELP\r\n')), '500 250 252 214')
  })

  test('too many errors end the connection', async () => {
    const { say, isClosed } = openSession({ MAILKEEP_GATEWAY_MAX_ERRORS: '3' })
    assert.equal(codesOf(await say('FOO\r\nFOO\r\nFOO\r\nFOO\r\nNOOP\r\n')), '500 500 500 500 421')
    assert.equal(isClosed(), true)
  })

  test('who talks before the greeting is refused', async () => {
    const { session, take, isClosed } = openSession({}, { greet: false })
    session.receive(Buffer.from('EHLO a\r\n'))
    session.greet()
    assert.match(take(), /^554 5\.5\.1 /)
    assert.equal(isClosed(), true)
  })

  test('who sends on blindly after EHLO or DATA is refused', async () => {
    for (const text of ['EHLO a\r\nMAIL FROM:<>\r\n', 'HELO a\r\nMAIL FROM:<>\r\n']) {
      const { say, isClosed } = openSession()
      assert.match(await say(text), /^503 5\.5\.1 /)
      assert.equal(isClosed(), true)
    }
    const { say } = openSession()
    await say('EHLO a\r\n')
    assert.equal(
      codesOf(await say('MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\nDATA\r\nevil\r\n.\r\n')),
      '250 250 503',
    )
  })

  test('a bare LF or CR ends the connection, in commands and in data', async () => {
    const one = openSession()
    assert.match(await one.say('EHLO a\nMAIL FROM:<>\r\n'), /^554 5\.5\.2 /)
    const two = openSession()
    await two.say('EHLO a\r\n')
    await two.say('MAIL FROM:<a@x.example>\r\nRCPT TO:<b@example.test>\r\n')
    await two.say('DATA\r\n')
    assert.match(await two.say('a\n.\nMAIL FROM:<evil@x.example>\r\n'), /^554 5\.5\.2 /)
    assert.equal(two.isClosed(), true)
    assert.deepEqual(two.accepted, [])
  })

  test('recipients beyond the limit hear 452, and the others get the mail', async () => {
    const { say, accepted } = openSession(
      { MAILKEEP_GATEWAY_MAX_RECIPIENTS: '100' },
      {
        recipients: {
          lookup: () => ({ kind: 'known', tenant: 't', domain: 'd', policy: defaultPolicy }),
        },
      },
    )
    await say('EHLO a\r\n')
    await say('MAIL FROM:<>\r\n')
    const out = await say(
      Array.from({ length: 102 }, (_, index) => `RCPT TO:<u${index}@example.test>\r\n`).join(''),
    )
    assert.equal(
      codesOf(out)
        .split(' ')
        .filter((each) => each === '452').length,
      2,
    )
    await say('DATA\r\n')
    await say('x\r\n.\r\n')
    assert.equal(accepted[0]?.rcptTo.length, 100)
  })

  test('a recipient that is named twice gets one copy', async () => {
    const { say, accepted } = openSession()
    await say('EHLO a\r\n')
    await say('MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\nRCPT TO:<b@example.test>\r\n')
    await say('DATA\r\n')
    await say('x\r\n.\r\n')
    assert.deepEqual(accepted[0]?.rcptTo, ['b@example.test'])
  })

  test('size: refused at MAIL when it is named, else at the end', async () => {
    const { say } = openSession({ MAILKEEP_GATEWAY_MAX_MESSAGE: '10' })
    await say('EHLO a\r\n')
    assert.match(await say('MAIL FROM:<> SIZE=11\r\n'), /^552 5\.3\.4 /)
    await say('MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\n')
    await say('DATA\r\n')
    assert.match(await say('0123456789\r\n.\r\n'), /^552 5\.3\.4 /)
    assert.equal(codesOf(await say('MAIL FROM:<>\r\n')), '250', 'the connection goes on')
  })

  test('a fault of ours is a temporary reply', async () => {
    for (const cause of [new StoreError('failed', 'x'), new TypeError('bug')]) {
      const { say } = openSession({}, { accept: () => Promise.reject(cause) })
      await say('EHLO a\r\n')
      await say('MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\n')
      await say('DATA\r\n')
      assert.match(await say('x\r\n.\r\n'), /^451 4\.3\.0 /)
    }
  })

  test('XCLIENT from trusted peers only, and the conversation starts anew', async () => {
    const { say } = openSession()
    await say('EHLO a\r\n')
    assert.equal(codesOf(await say('XCLIENT ADDR=198.51.100.7\r\n')), '550')
    const trusted = openSession({}, { trustsXclient: () => true })
    await trusted.say('EHLO a\r\n')
    assert.match(
      await trusted.say('XCLIENT ADDR=IPV6:2001:db8::7 HELO=real.example PORT=99 NAME=[UNAVAILABLE]\r\n'),
      /^220 /,
    )
    assert.equal(trusted.session.client.ip, '2001:db8::7')
    assert.equal(trusted.session.client.helo, 'real.example')
    assert.equal(
      codesOf(await trusted.say('XCLIENT ADDR=nonsense\r\nXCLIENT FOO=1\r\n')),
      '503',
      'bytes behind XCLIENT were sent blindly',
    )
  })

  test('long command lines are refused and skipped', async () => {
    const { say } = openSession({ MAILKEEP_GATEWAY_MAX_COMMAND_LINE: '512' })
    assert.equal(codesOf(await say(`NOOP ${'x'.repeat(2000)}`)), '')
    assert.equal(codesOf(await say('xx\r\nNOOP\r\n')), '500 250')
  })

  test('silence and slowness end the connection', () => {
    const { session, take } = openSession()
    session.checkTime(Date.now() + 299_000)
    assert.equal(take(), '')
    session.checkTime(Date.now() + 301_000)
    assert.match(take(), /^421 4\.4\.2 /)
  })

  /** A session in a time of its own, in which the client does something every second. */
  async function live(seconds: number, eachSecond: string, first = ''): Promise<string> {
    let now = Date.now()
    const { session, say, take, isClosed } = openSession({}, { clock: { now: () => now } })
    let heard = await say('EHLO a\r\n')
    if (first !== '') for (const line of first.split('|')) heard = await say(line)
    for (let i = 0; i < seconds && !isClosed(); i++) {
      now += 1000
      heard = await say(eachSecond)
      session.checkTime(now)
      if (isClosed()) return `${i + 1} ${heard}${take()}`
    }
    return `${seconds} ${heard}`
  }
  const message = 'MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\n|DATA\r\n'

  test('a command that comes letter by letter has the time of one command', async () => {
    assert.match(await live(1000, 'x'), /^301 421 4\.4\.2 /)
  })

  test('a message that comes drop by drop is cut off after a minute, a slow one is not', async () => {
    assert.match(await live(1000, 'x', message), /^61 421 4\.4\.2 /)
    assert.match(await live(600, 'x'.repeat(300), message), /^600 $/)
  })

  test('a connection ends after its time, also when its client keeps a transaction open', async () => {
    assert.match(await live(10_000, 'NOOP\r\n'), /^7201 250 [^\n]+\n421 4\.4\.2 /)
    assert.match(
      await live(10_000, 'NOOP\r\n', 'MAIL FROM:<>\r\n'),
      /^7501 250 [^\n]+\n421 4\.4\.2 .*long enough/,
    )
  })

  test('a stop lets the message in flight finish', async () => {
    const { say, session, isClosed, accepted } = openSession()
    await say('EHLO a\r\n')
    await say('MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\n')
    await say('DATA\r\n')
    session.stop()
    assert.equal(isClosed(), false)
    assert.equal(codesOf(await say('x\r\n.\r\n')), '250 421')
    assert.equal(accepted.length, 1)
  })
})
