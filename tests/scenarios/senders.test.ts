import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Traced {
  readonly traced: {
    readonly id: string
    readonly explanation: {
      readonly tolerance: number
      readonly changes: readonly object[]
      readonly findings: readonly { code: string; weight: number }[]
      readonly facts: { readonly versions: Record<string, string> }
    }
    readonly deliveries: readonly { state: string }[]
  }
}

describe('who writes, and whom a tenant knows', () => {
  let sink: Sink
  let site: TestSite

  before(async () => {
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
    })
    await site.must('user', 'add', 'jane@site.example', '--name', 'Jane Smith')
    await site.knows('jane@site.example')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  async function send(
    from: string,
    subject: string,
    text: string,
    to = 'b@site.example',
  ): Promise<Traced['traced']> {
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    const reply = await client.message(
      'x@tulips.example',
      to,
      `From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${subject.replaceAll(' ', '')}@tulips.example>\r\nContent-Type: text/html\r\n\r\n${text}\r\n`,
    )
    assert.match(reply, /^250 /)
    return waitUntil(`${subject} is in the ledger`, async () => {
      const { traced } = await site.json<Traced>('trace', '--subject', subject)
      return traced ?? undefined
    })
  }

  const codesOf = ({ explanation }: Traced['traced']) => explanation.findings.map((each) => each.code)

  test('mail in the name of a brand is set aside, and the trace says why and what would have changed it', async () => {
    const traced = await send(
      'PayPal Service <service@tulips.example>',
      'Your PayPal account is limited',
      '<p>Dear PayPal customer, your PayPal account is limited.</p><a href="https://roses.example/x">Verify now</a>',
    )
    assert.deepEqual(
      traced.deliveries.map((each) => each.state),
      ['quarantined'],
    )
    const text = await site.must('trace', traced.id)
    assert.match(text, /finding {2}sender\/brand-name \(160\)/)
    assert.match(text, /brand PayPal/)
    assert.match(text, /otherwise {2}without [a-z -]+ it would have been delivered/)
    assert.match(text, /otherwise {2}with a tolerance of \d+ it would have been delivered/)
    assert.match(text, /decided by .*definitions/)
    assert.match(text, /sender\.brands 20\d\d-/)
    assert.equal(traced.explanation.tolerance, 200)
    const shown = await site.get<{ tolerance: number; changes: string[]; versions: { name: string }[] }>(
      `/api/v1/messages/${traced.id}`,
    )
    assert.equal(shown.tolerance, 200)
    assert(shown.changes.some((each) => each.startsWith('with a tolerance of ')))
    assert(shown.versions.some((each) => each.name === 'sender.brands'))
  })

  test('an author is new once, and known from the first delivered mail on', async () => {
    const first = await send('Bob <bob@partner.example>', 'first of bob', 'Hello')
    assert(codesOf(first).includes('first-contact'))
    const second = await send('Bob <bob@partner.example>', 'second of bob', 'Hello again')
    assert(!codesOf(second).includes('first-contact'))
  })

  test('what was set aside makes nobody known', async () => {
    const again = await send(
      'PayPal Service <service@tulips.example>',
      'Your PayPal account again',
      '<p>Dear PayPal customer, your PayPal account is limited.</p><a href="https://roses.example/x">Verify now</a>',
    )
    assert(codesOf(again).includes('first-contact'))
  })

  test('the name of somebody in the directory weighs, from a free mailbox most', async () => {
    const traced = await send('"Smith, Jane" <jane.4711@gmail.com>', 'from jane', 'Are you there?')
    const finding = traced.explanation.findings.find((each) => each.code === 'own-person-name')
    assert.equal(finding?.weight, 150)
  })
})
