import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { sendLoad } from '../harness/load.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const many = 300
/** The receiver takes 2 messages at a time: mail to many has a queue of seconds. */
const settings = { 'delivery.laneConnections': 2, 'delivery.messagesPerConnection': 1000 }

/** One tenant writes to hundreds. What persons write, there and elsewhere, does not wait behind it (OUT-07). */
describe('mail to many and mail to one at the same receiver', () => {
  let world: Outside
  let own: Sink
  let site: TestSite
  /** How long the receiver takes for a message: little leaves before hundreds wait, however slow a machine is in sending and judging them. */
  let messageMs = 50
  before(async () => {
    world = await openOutside(['far.test'])
    own = await Sink.start()
    world.mail.behaviour = (stage) => (stage === 'final' ? { kind: 'slow', ms: messageMs } : undefined)
    site = await TestSite.start({ settings: { ...world.settings, ...settings } })
    for (const name of ['loud', 'quiet']) {
      await site.must('tenant', 'add', name)
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', own.hop)
      // Volume alone makes no mailbox a stolen one here.
      await site.must('policy', 'set', `tenant:${name}`, 'outbound.sudden=0')
      await site.must('relay', 'add', name, '--network', '127.0.0.1/32')
    }
    for (const name of ['loud', 'quiet']) await mayLeave(site, `a@${name}.test`)
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([world.close(), own.down()])
  })

  test('a message of another tenant and one of the same tenant leave while hundreds wait', async () => {
    messageMs = 1000
    const sent = await sendLoad({
      port: () => site.smtpPort,
      messages: many,
      connections: 10,
      perConnection: 50,
      mailFrom: 'a@loud.test',
      rcptTo: (index) => `n${index}@far.test`,
      content: (index) =>
        `From: a@loud.test\r\nTo: n${index}@far.test\r\nSubject: news\r\nList-Unsubscribe: <https://loud.test/off>\r\n\r\nnews\r\n`,
    })
    const refused = sent.filter(({ outcome }) => outcome !== 'acknowledged')
    assert.deepEqual(
      refused.map(({ outcome, reply }) => `${outcome}: ${reply}`),
      [],
    )
    for (const from of ['a@quiet.test', 'b@loud.test']) {
      await using client = await SmtpDialogue.open(site.smtpPort)
      await client.hello()
      const content = `From: ${from}\r\nTo: one@far.test\r\nSubject: one\r\n\r\none\r\n`
      assert.match(await client.message(from, 'one@far.test', content), /^250 /)
      const had = world.mail.messages.length
      const before = await waitUntil(`the message of ${from} arrives`, () => {
        const at = world.mail.messages.findIndex((each) => each.mailFrom === from)
        return at >= 0 && { count: Math.max(0, at - had) }
      })
      assert.ok(before.count < 40, `${before.count} messages to many left before it`)
    }
    assert.ok(world.mail.messages.length < many, 'mail to many was still waiting')
    messageMs = 50
    await waitUntil('everything arrives', () => world.mail.messages.length === many + 2)
    // The notice to its sender that he writes to many is settled too.
    await settledBooks(site)
  })
})

async function mayLeave(site: TestSite, sender: string): Promise<void> {
  await waitUntil(`${sender} may send`, async () => {
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    await client.command(`MAIL FROM:<${sender}>`)
    return (await client.command('RCPT TO:<x@far.test>')).startsWith('250')
  })
}
