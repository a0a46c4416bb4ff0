import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** What tenants want for their mail, over the commands and the whole road of a message. */
describe('what tenants want', () => {
  const [anna, ben, zoe] = ['anna@one.example', 'ben@one.example', 'zoe@two.example']
  let sink: Sink
  let site: TestSite
  let letters = 0

  before(async () => {
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: { 'one.example': sink.hop, 'two.example': sink.hop },
      users: [anna, ben, zoe],
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const send = (to: string | string[], letter: { from?: string; body?: string; subject?: string } = {}) => {
    const name = `letter-${letters++}`
    const { subject, ...rest } = letter
    return sendLetter(site, { to, name, ...(subject && { header: `X-Note: ${subject}\r\n` }), ...rest })
  }
  const fates = async (id: string) => {
    const { deliveries } = await storyOf(site, id)
    return deliveries.map(({ rcptTo, state, reason }) => `${rcptTo} ${state} ${reason}`)
  }
  /** Sends until the newest settings are in force, which takes a second or two. */
  const until = (expected: string[], give: () => Promise<string>) =>
    waitUntil(
      expected.join(', '),
      async () => {
        const id = await give()
        const settled = await waitUntil('settled', async () => {
          const found = await fates(id)
          return found.every((each) => !each.includes(' waiting ')) && found
        })
        return settled.every((each, n) => each.startsWith(expected[n] ?? '')) && id
      },
      60_000,
      300,
    )

  test('a blocked sender is quarantined for the level that blocks him, an allowed one comes through', async () => {
    const give = () => send([anna, zoe], { from: 'a@noisy.example' })
    await site.must('block', 'add', 'one.example', 'noisy.example')
    await until([`${anna} quarantined blocked`, `${zoe} delivered delivered`], give)
    await site.must('allow', 'add', anna, 'a@noisy.example')
    await until([`${anna} delivered delivered`, `${zoe} delivered delivered`], give)
    const { code, stderr } = await site.command('allow', 'add', 'one.example', 'gmail.com')
    assert.equal(code, 2)
    assert.match(stderr, /public mail service/)
  })

  test('a person without filtering gets what is set aside for the others of the domain', async () => {
    const give = () => send([anna, ben], { from: 'a@loud.example' })
    await site.must('block', 'add', 'one.example', 'loud.example')
    await until([`${anna} quarantined blocked`, `${ben} quarantined blocked`], give)
    await site.must('policy', 'set', ben, 'product.filtering=off')
    await until([`${anna} quarantined blocked`, `${ben} delivered delivered`], give)
    await site.must('policy', 'set', ben, 'product.filtering=on')
    await until([`${anna} quarantined blocked`, `${ben} quarantined blocked`], give)
  })

  test('points of a rule and the tolerance of one user decide for him alone; the trace has both decisions', async () => {
    await site.must('rule', 'add', 'one.example', '--if', 'body contains lottery', '--do', 'add-score 3000')
    // Far from what checks say of a letter themselves.
    await site.must('policy', 'set', 'one.example', 'tolerance=5000')
    await site.must('policy', 'set', ben, 'tolerance=2000')
    const give = () => send([anna, ben], { body: 'You won the lottery\r\n' })
    const id = await until([`${anna} delivered delivered`, `${ben} quarantined`], give)
    const { explanation } = (await storyOf(site, id)) as unknown as {
      explanation: {
        decisions?: { recipients: string[]; score: number; disposition: string; tolerance: number }[]
      }
    }
    assert.deepEqual(
      explanation.decisions?.map(({ recipients, disposition, tolerance }) => [
        recipients,
        disposition,
        tolerance,
      ]),
      [
        [[anna], 'deliver', 5000],
        [[ben], 'quarantine', 2000],
      ],
    )
  })

  test('a preview says what another tolerance would have done, and changes nothing', async () => {
    const preview = (...words: string[]) =>
      site.json<{ deliveries: number; changed: { recipient: string; before: string; after: string }[] }>(
        'policy',
        'preview',
        ...words,
      )
    const { deliveries, changed } = await preview(ben, 'tolerance=')
    assert(deliveries > 0)
    const [one] = changed
    assert.equal(one?.recipient, ben)
    assert.match(`${one?.before} ${one?.after}`, /^quarantine .* deliver /)
    assert.deepEqual((await preview(ben, 'tolerance=1999')).changed, [])
    const { settings } = await site.json<{ settings: { name: string; value: string; from: string }[] }>(
      'policy',
      'show',
      ben,
    )
    const tolerance = settings.find((each) => each.name === 'tolerance')
    assert.deepEqual([tolerance?.value, tolerance?.from], ['2000', `user:${ben}`])
  })

  test('a rule marks the subject of what goes to its people, and refuses in the dialogue where all refuse', async () => {
    await site.must('rule', 'add', 'two.example', '--if', 'header x-note is mark', '--do', 'subject [Extern]')
    await site.must('rule', 'add', 'two.example', '--if', 'header x-note is refuse', '--do', 'reject')
    await waitUntil(
      'the subject is marked',
      async () => {
        const id = await send([anna, zoe], { subject: 'mark' })
        await waitUntil('delivered', async () => !(await fates(id)).join().includes('waiting'))
        const copy = (to: string) => sink.messages.findLast((each) => each.rcptTo.includes(to))?.content ?? ''
        assert(!copy(anna).includes('[Extern]'), 'the copy of another tenant is not touched')
        return copy(zoe).includes('Subject: [Extern] letter-')
      },
      60_000,
      300,
    )
    const answer = await waitUntil(
      'it is refused',
      () =>
        send(zoe, { subject: 'refuse' }).then(
          () => false,
          (cause: Error) => cause.message,
        ),
      60_000,
      300,
    )
    assert.match(String(answer), /550 5\.7\.1/)
    const both = await send([anna, zoe], { subject: 'refuse' })
    await waitUntil('both settled', async () =>
      (await fates(both)).join().includes(`${zoe} quarantined policy`),
    )
  })
})
