import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { settledStory } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Entry {
  readonly id: string
  readonly address: string
  readonly class: string
  readonly cause: string
}

const office = '127.0.0.9'

/** What comes back of mail that our people send, and what they are told of it. */
describe('mail that comes back', () => {
  let inside: Sink
  let world: Outside
  let site: TestSite

  before(async () => {
    inside = await Sink.start({ keep: true })
    world = await openOutside(['far.test'])
    site = await TestSite.start({
      domains: { 'one.test': inside.hop },
      users: ['a@one.test'],
      settings: { ...world.settings },
    })
    await site.must('relay', 'add', 'main', '--network', `${office}/32`)
    await waitUntil('the office may send', async () => {
      await using client = await openOffice()
      await client.command('MAIL FROM:<a@one.test>')
      return /^250/.test(await client.command('RCPT TO:<x@far.test>'))
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await inside.down()
    await world.close()
  })

  const openOffice = async () => {
    const client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', office)
    await client.hello('office.one.test')
    return client
  }
  /** Sends one message of the office; answers its id. */
  const send = async (to: readonly string[], subject: string): Promise<string> => {
    await using client = await openOffice()
    assert.match(await client.command('MAIL FROM:<a@one.test>'), /^250 /)
    for (const each of to) assert.match(await client.command(`RCPT TO:<${each}>`), /^250 /)
    assert.match(await client.command('DATA'), /^354 /)
    const reply = await client.command(`From: a@one.test\r\nSubject: ${subject}\r\n\r\nhello\r\n.`)
    return /Accepted as (\w+)/.exec(reply)?.[1] ?? assert.fail(reply)
  }
  /** The notice that the sender gets about a subject, as one line. */
  const noticeOf = (subject: string) =>
    waitUntil(`the sender hears of "${subject}"`, () => {
      const found = inside.messages.find(
        (each) => each.mailFrom === '' && each.content.includes(`Subject: ${subject}`),
      )
      return found?.content.replace(/=\r\n/g, '').replace(/\s+/g, ' ')
    })
  const entries = async () => (await site.json<{ suppressions: Entry[] }>('suppression', 'list')).suppressions

  test('a recipient that does not exist is asked once; the next mail to it comes back with the reason and the way out', async () => {
    const asked: string[] = []
    world.mail.behaviour = (stage, argument) => {
      if (stage === 'rcpt') asked.push(argument)
      return stage === 'rcpt' && argument.includes('gone@') ? '550 5.1.1 No such user here' : undefined
    }
    await send(['gone@far.test'], 'first try')
    assert.match(
      await noticeOf('first try'),
      /There is no such mailbox\. .*No such user here.*slip of the pen/,
    )
    assert.equal(asked.filter((each) => each.includes('gone@')).length, 1)
    const had = world.mail.messages.length
    const id = await send(['gone@far.test', 'here@far.test'], 'second try')
    await waitUntil('the other recipient gets it', () => world.mail.messages[had])
    assert.match(
      await noticeOf('second try'),
      /We did not send it: its server has said that it does not exist.*until 20\d\d-\d\d-\d\d \d\d:\d\d UTC.*take it off the list/,
    )
    assert.equal(asked.filter((each) => each.includes('gone@')).length, 1, 'its server is not asked again')
    const { deliveries } = await waitUntil('it is settled', () => settledStory(site, id))
    assert.deepEqual(deliveries.map((each) => `${each.state} ${each.reason}`).sort(), [
      'delivered delivered',
      'returned suppressed',
    ])
    await settledBooks(site)
  })

  test('its class is in the trace, in the search and in the figures', async () => {
    const [line] = await waitUntil('the index has it', async () => {
      const found = await site.command('trace', '--class', 'user-unknown', '--json')
      const { lines } = JSON.parse(found.stdout) as { lines: { id: string; subject: string }[] }
      return lines.length === 2 && lines
    })
    assert.match(await site.must('trace', line?.id ?? ''), /class user-unknown/)
    const none = await site.command('trace', '--class', 'greylisted', '--json')
    assert.equal(none.code, 1)
  })

  test('it is listed with the words of the receiver, taken off, and then asked again', async () => {
    const [entry] = await entries()
    assert.ok(entry)
    assert.deepEqual([entry.address, entry.cause, entry.class], ['gone@far.test', 'bounce', 'user-unknown'])
    await site.must('suppression', 'remove', entry.id)
    assert.deepEqual(await entries(), [])
    world.mail.behaviour = () => undefined
    const had = world.mail.messages.length
    await send(['gone@far.test'], 'third try')
    await waitUntil('it arrives', () => world.mail.messages[had])
  })

  test('what is said of the mail, or of us, stops nothing', async () => {
    world.mail.behaviour = (stage) => (stage === 'final' ? '554 5.7.1 Message rejected as spam' : undefined)
    await send(['picky@far.test'], 'an offer')
    assert.match(await noticeOf('an offer'), /The receiver takes it for spam\..*Change what the message says/)
    assert.deepEqual(await entries(), [])
    world.mail.behaviour = () => undefined
  })

  test('who is left alone by hand may still write to us', async () => {
    await site.must('suppression', 'add', 'main', 'Friend@far.test', '--days', '2', '--note', 'asked us')
    await send(['friend@far.test'], 'to a friend')
    assert.match(await noticeOf('to a friend'), /your organisation has put it on its list/)
    const had = inside.messages.length
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    const letter = 'From: friend@far.test\r\nSubject: hello\r\n\r\nhello\r\n'
    assert.match(await client.message('friend@far.test', 'a@one.test', letter), /^250 /)
    await waitUntil('his mail comes in', () => inside.messages[had])
    const wrong = await site.command('suppression', 'add', 'nobody', 'x@far.test')
    assert.equal(wrong.code, 2)
    await settledBooks(site)
  })

  /** What a server beyond the first one writes of a message that it has taken. */
  const bounceOf = (sent: string, address: string) =>
    [
      'From: mailer-daemon@far.test\r\nTo: a@one.test\r\nSubject: Undelivered\r\nMIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n',
      '--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.',
      '--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; inner.far.test\r\n',
      `Final-Recipient: rfc822; ${address}\r\nAction: failed\r\nStatus: 5.1.1`,
      'Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n',
      `--b\r\nContent-Type: text/rfc822-headers\r\n\r\n${sent.slice(0, sent.indexOf('\r\n\r\n'))}\r\n`,
      '--b--\r\n',
    ].join('\r\n')
  /** Mail of ours as it arrived far away. */
  const arrive = async (to: string, subject: string) => {
    const had = world.mail.messages.length
    const id = await send([to], subject)
    return { id, sent: (await waitUntil('it arrives', () => world.mail.messages[had])).content }
  }
  const comeBack = async (from: string, letter: string) => {
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello('inner.far.test')
    assert.match(await client.message(from, 'a@one.test', letter), /^250 /)
  }
  const happened = (id: string, word: string) =>
    waitUntil(`${word} stands in its trace`, async () => (await site.must('trace', id)).includes(word))

  test('a bounce that comes by mail stands in the trace; the second one stops mail, and a forged one nothing', async () => {
    const first = await arrive('later@far.test', 'one')
    await comeBack('', bounceOf(first.sent, 'later@far.test'))
    await happened(first.id, 'bounced-later')
    assert.ok(
      (await entries()).every(({ address }) => address !== 'later@far.test'),
      'one may be wrong',
    )
    const forged = first.sent.replace(/\bid [0-9a-z]{16}/, 'id 0123456789abcdef')
    await comeBack('', bounceOf(forged, 'later@far.test'))
    await comeBack('', bounceOf(first.sent, 'other@far.test'))
    await comeBack('', bounceOf(first.sent, 'later@far.test'))
    const second = await arrive('later@far.test', 'two')
    assert.ok((await entries()).every(({ address }) => address !== 'later@far.test'))
    await comeBack('', bounceOf(second.sent, 'later@far.test'))
    await waitUntil('it is stopped', async () =>
      (await entries()).some(({ address }) => address === 'later@far.test'),
    )
    assert.ok((await entries()).every(({ address }) => address !== 'other@far.test'))
    await settledBooks(site)
  })

  test('who complains with his provider is left alone', async () => {
    const { id, sent } = await arrive('annoyed@far.test', 'news')
    const header = sent.slice(0, sent.indexOf('\r\n\r\n'))
    const complaint = [
      'From: feedback@far.test\r\nTo: a@one.test\r\nSubject: Complaint\r\nMIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n',
      '--b\r\nContent-Type: text/plain\r\n\r\nA recipient does not want this.',
      '--b\r\nContent-Type: message/feedback-report\r\n',
      'Feedback-Type: abuse\r\nUser-Agent: far/1\r\nVersion: 1\r\n',
      `--b\r\nContent-Type: text/rfc822-headers\r\n\r\n${header}\r\n`,
      '--b--\r\n',
    ].join('\r\n')
    await comeBack('feedback@far.test', complaint)
    await happened(id, 'complained')
    const found = await waitUntil('he is on the list', async () =>
      (await entries()).find(({ address }) => address === 'annoyed@far.test'),
    )
    assert.equal(found.cause, 'complaint')
    await settledBooks(site)
  })

  test('what a person sends again after a bounce goes, and its sender hears that it was delivered after all', async () => {
    world.mail.behaviour = (stage) => (stage === 'rcpt' ? '550 5.1.1 User unknown' : undefined)
    const id = await send(['back@far.test'], 'wrongly refused')
    await noticeOf('wrongly refused')
    const isStopped = async () => (await entries()).some(({ address }) => address === 'back@far.test')
    await waitUntil('it is on the list', isStopped)
    world.mail.behaviour = () => undefined
    const had = world.mail.messages.length
    await site.must('resend', id)
    const arrived = await waitUntil('it arrives', () => world.mail.messages[had])
    assert.match(arrived.content, /Subject: wrongly refused\r\n\r\nhello/, 'its content was kept')
    await waitUntil('he hears of it', () =>
      inside.messages.some((each) => each.mailFrom === '' && /delivered after all/.test(each.content)),
    )
    await waitUntil('what the bounce had said is over', async () => !(await isStopped()))
    await settledBooks(site)
  })
})
