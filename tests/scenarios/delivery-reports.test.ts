import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { type Letter, sendLetter } from '../harness/letter.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { parseReport, type Report } from '../harness/report.ts'
import { Sink, type SinkMessage } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { plot, type Story, settledStory } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

/**
 * What senders ask about reports (RFC 3461), towards next hops that offer DSN and that do not. Delays and the end of
 * a life are in expiry.test.ts.
 */
describe('delivery reports that senders ask for', () => {
  let outside: Outside
  let offers: Sink
  let plain: Sink
  let site: TestSite

  before(async () => {
    outside = await openOutside(['sender.example'])
    offers = await Sink.start({ keep: true })
    plain = await Sink.start({ keep: true, extensions: ['PIPELINING', '8BITMIME'] })
    const seen = new Set<string>()
    offers.behaviour = plain.behaviour = (stage, address) => {
      if (stage !== 'rcpt') return undefined
      if (address.startsWith('gone')) return '550 5.1.1 nobody of that name'
      const isFirst = !seen.has(address) && seen.add(address)
      return address.startsWith('busy') && isFirst ? '451 4.2.1 mailbox busy' : undefined
    }
    site = await TestSite.start({
      domains: { 'offers.example': offers.hop, 'plain.example': plain.hop },
      users: ['offers', 'plain'].flatMap((each) =>
        ['b', 'c', 'busy', 'gone'].map((name) => `${name}@${each}.example`),
      ),
      settings: outside.settings,
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([offers.down(), plain.down(), outside.close()])
  })

  /** Sends a letter and waits until nothing of it waits. */
  async function settled(letter: Letter): Promise<Story> {
    const id = await sendLetter(site, letter)
    return waitUntil(`${letter.name} is settled`, () => settledStory(site, id))
  }

  /** Sends a letter and waits until it has arrived. */
  async function passed(sink: Sink, letter: Letter): Promise<SinkMessage> {
    await sendLetter(site, letter)
    return waitUntil(`${letter.name} arrives`, () =>
      sink.messages.find((each) => each.headerMessageId === `<${letter.name}@letter.example>`),
    )
  }

  /** Reports about a letter that its sender has got. */
  const reports = (name: string): Report[] =>
    outside.mail.messages
      .filter((each) => each.content.includes(`<${name}@letter.example>`))
      .map((each) => parseReport(each.content))

  /** Sends a letter and waits for what its sender is told. */
  async function reported(letter: Letter, count = 1): Promise<Report[]> {
    await sendLetter(site, letter)
    return waitUntil(
      `a report about ${letter.name}`,
      () => reports(letter.name).length >= count && reports(letter.name),
    )
  }

  for (const notify of ['NEVER', 'SUCCESS', 'FAILURE', 'DELAY', 'SUCCESS,FAILURE,DELAY']) {
    test(`NOTIFY=${notify} is passed on where DSN is offered, and left out where it is not`, async () => {
      const name = `pass-${notify.toLowerCase().replaceAll(',', '-')}`
      const asks = {
        mail: ` RET=FULL ENVID=${name}`,
        rcpt: ` NOTIFY=${notify} ORCPT=rfc822;old+2Bb@x.example`,
      }
      const told = await passed(offers, { to: 'b@offers.example', name, ...asks })
      assert.match(told.mailParameters, new RegExp(` RET=FULL ENVID=${name}$`))
      assert.deepEqual(told.rcptParameters, [`NOTIFY=${notify} ORCPT=rfc822;old+2Bb@x.example`])
      const untold = await passed(plain, { to: 'b@plain.example', name: `${name}-plain`, ...asks })
      assert.deepEqual([untold.mailParameters, untold.rcptParameters], ['', ['']])
    })
  }

  test('success is told by the next hop that offers DSN, else by us as "relayed", once', async () => {
    const rcpt = ' NOTIFY=SUCCESS ORCPT=rfc822;old+2Bb@x.example'
    await passed(offers, { to: 'b@offers.example', name: 'theirs', rcpt })
    const to = ['b@plain.example', 'c@plain.example']
    const [report, ...more] = await reported({ to, name: 'ours', mail: ' ENVID=e+2B7', rcpt })
    assert.deepEqual(more, [])
    assert.equal(report?.header.subject, 'Your message was passed on')
    assert.equal(report?.message['original-envelope-id'], 'e+7')
    assert.deepEqual(
      report?.recipients.map((each) => [each['final-recipient'], each.action, each.status]),
      ['b', 'c'].map((each) => [`rfc822; ${each}@plain.example`, 'relayed', '2.0.0']),
    )
    assert.equal(report?.recipients[0]?.['original-recipient'], 'rfc822; old+b@x.example')
    assert.deepEqual(reports('theirs'), [])
  })

  test('who was busy at first is reported when it has it', async () => {
    const [report] = await reported({ to: 'busy@plain.example', name: 'busy', rcpt: ' NOTIFY=SUCCESS' })
    assert.equal(report?.recipients[0]?.action, 'relayed')
  })

  for (const [notify, tells] of [
    ['', true],
    [' NOTIFY=FAILURE', true],
    [' NOTIFY=SUCCESS,FAILURE', true],
    [' NOTIFY=NEVER', false],
    [' NOTIFY=SUCCESS', false],
    [' NOTIFY=DELAY', false],
  ] as const) {
    test(`a failure with${notify === '' ? 'out NOTIFY' : notify} is ${tells ? 'told' : 'not told, but written down'}`, async () => {
      for (const domain of ['offers.example', 'plain.example']) {
        const name = `failed${notify.replace(/[ =,]/g, '-').toLowerCase()}-${domain}`
        const letter = { to: `gone@${domain}`, name, rcpt: notify }
        if (tells) {
          const recipient = (await reported(letter))[0]?.recipients[0]
          assert.equal(recipient?.action, 'failed')
          assert.equal(recipient['diagnostic-code'], 'smtp; 550 5.1.1 nobody of that name')
        } else {
          assert.deepEqual(plot(await settled(letter)).slice(-1), ['discarded notify-never'])
          assert.deepEqual(reports(name), [])
        }
      }
    })
  }

  test('one message, a success and a failure: a report each', async () => {
    const to = ['b@plain.example', 'gone@plain.example']
    const both = await reported({ to, name: 'both', rcpt: ' NOTIFY=SUCCESS,FAILURE' }, 2)
    const actions = both.map(({ recipients }) => recipients.map((each) => each.action))
    assert.deepEqual(actions.sort(), [['failed'], ['relayed']])
  })

  test('RET says how much comes back: all of it, or the header', async () => {
    for (const [ret, type, hasBody] of [
      ['FULL', 'message/rfc822', true],
      ['HDRS', 'text/rfc822-headers', false],
    ] as const) {
      const body = `secret ${ret} words\r\n`
      const letter = { to: 'gone@plain.example', name: `ret-${ret}`, mail: ` RET=${ret}`, body }
      const [report] = await reported(letter)
      assert.equal(report?.parts[2]?.type, type)
      assert.equal(report?.parts[2]?.body.includes(body), hasBody)
    }
  })

  test('nobody is told of mail with an empty sender', async () => {
    await settled({ from: '', to: 'b@plain.example', name: 'null-good', rcpt: ' NOTIFY=SUCCESS' })
    await settled({ from: '', to: 'gone@plain.example', name: 'null-bad', rcpt: ' NOTIFY=FAILURE' })
    assert.deepEqual([reports('null-good'), reports('null-bad')], [[], []])
  })

  test('what a sender forgot to encode is encoded for the next hop, and read back right', async () => {
    const asks = { mail: ' ENVID=a=b', rcpt: ' NOTIFY=FAILURE ORCPT=rfc822;b+tag@x.example' }
    const told = await passed(offers, { to: 'b@offers.example', name: 'raw', ...asks })
    assert.match(told.mailParameters, / ENVID=a\+3Db$/)
    assert.deepEqual(told.rcptParameters, ['NOTIFY=FAILURE ORCPT=rfc822;b+2Btag@x.example'])
    const [report] = await reported({ to: 'gone@plain.example', name: 'raw-gone', ...asks })
    assert.equal(report?.message['original-envelope-id'], 'a=b')
    assert.equal(report?.recipients[0]?.['original-recipient'], 'rfc822; b+tag@x.example')
  })

  test('what is no request is refused with the right form', async () => {
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    for (const words of ['RET=ALL', 'RET=', 'ENVID=', `ENVID=${'x'.repeat(101)}`, 'RET=HDRS RET=FULL'])
      assert.match(await client.command(`MAIL FROM:<a@sender.example> ${words}`), /^501 5\.5\.4 /, words)
    await client.command('MAIL FROM:<a@sender.example>')
    const wrong = ['NOTIFY=', 'NOTIFY=MAYBE', 'NOTIFY=NEVER,DELAY', 'NOTIFY=DELAY,DELAY', 'ORCPT=b@x.example']
    for (const words of [...wrong, 'ORCPT=rfc822;', 'NOTIFY=DELAY NOTIFY=NEVER'])
      assert.match(await client.command(`RCPT TO:<b@plain.example> ${words}`), /^501 5\.5\.4 /, words)
  })

  test('after all this the books balance, and no report came twice or too late', async () => {
    await settledBooks(site)
    const about = outside.mail.messages.map(({ content }) => /<([^>]+)@letter\.example>/.exec(content)?.[1])
    assert.deepEqual(
      about.filter((each, index) => about.indexOf(each) < index),
      ['both'],
    )
    assert.equal(about.includes('theirs') || about.includes('null-good') || about.includes('null-bad'), false)
  })
})
