import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { balanced, difference, settledBooks } from '../harness/books.ts'
import { arrivals, sendLetter } from '../harness/letter.ts'
import { sendLoad } from '../harness/load.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { plot, settledStory, storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** More than an order does in one step, so that it has progress to show. */
const many = 1500

describe('orders on mail that waits for a dead hop', () => {
  let site: TestSite
  let outside: Outside
  let dead: Sink
  let other: Sink

  before(async () => {
    outside = await openOutside(['sender.example'])
    ;[dead, other] = [await Sink.start(), await Sink.start()]
    site = await TestSite.start({
      domains: { 'dead.example': dead.hop, 'many.example': dead.hop },
      users: ['b@dead.example', 'c@dead.example', 'b@many.example'],
      // Far apart, so that nothing moves unless somebody orders it.
      settings: { ...outside.settings, 'delivery.retry': [600] },
    })
    await dead.down()
    await sendOne(site, 'c@dead.example', 'first')
    await atRest(site, 1)
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([dead.down(), other.down(), outside.close()])
  })

  test('hold stops a message, release lets it go; both say who did it', async () => {
    const id = await sendOne(site, 'b@dead.example', 'hold')
    const books = await site.books()
    assert.match(await site.must('queue', 'hold', id), /^Held 1 delivery\.$/m)
    assert.deepEqual(await difference(site, books), { waiting: -1, held: 1 })
    assert.equal((await storyOf(site, id)).deliveries[0]?.reason, 'held-by-hand')
    await site.must('queue', 'release', id)
    assert.deepEqual(await difference(site, books), {})
    const story = await storyOf(site, id)
    assert.deepEqual(plot(story).slice(-2), ['held held-by-hand', 'waiting released-from-hold'])
    for (const each of story.events.slice(-2)) assert.match(String(each.detail?.who), /^cli:\S+$/)
    assert.match(await site.must('trace', id), /held \(held-by-hand\): by cli:/)
  })

  test('reroute sends it to another hop, at once', async () => {
    const id = await sendOne(site, 'b@dead.example', 'reroute')
    await site.must('queue', 'reroute', id, '--next-hop', other.hop)
    await waitUntil('the other hop has it', () => arrivals(other, 'reroute') === 1)
    const story = await waitUntil('it is settled', () => settledStory(site, id))
    assert.deepEqual(plot(story).slice(-2), ['ordered rerouted-by-hand', 'delivered delivered'])
    const ordered = story.events.find((each) => each.kind === 'ordered')
    assert.equal(ordered?.detail?.via, other.hop)
    assert.match(String(ordered?.detail?.who), /^cli:/)
    await balanced(site)
  })

  test('return gives it back with a notice, resend sends it again once', async () => {
    const id = await sendOne(site, 'b@dead.example', 'return')
    await site.must('queue', 'return', id)
    const notice = await waitUntil('the sender hears of it', () => outside.mail.messages[0])
    assert.deepEqual([notice.mailFrom, notice.rcptTo], ['', ['a@sender.example']])
    assert.match(notice.content, /^Action: failed\r$/m)
    await waitUntil('it is settled', () => settledStory(site, id))
    await waitUntil('the notice is settled', async () => (await site.waiting('--sender', '')).length === 0)
    await balanced(site)

    assert.match(await site.must('resend', id), /^Sent again: 1 delivery\.$/m)
    assert.equal((await site.command('resend', id)).code, 1, 'a second time there is nothing to send again')
    await site.must('queue', 'reroute', id, '--next-hop', other.hop)
    await waitUntil('it arrives after all', () => arrivals(other, 'return') === 1)
    const story = await waitUntil('it is settled', () => settledStory(site, id))
    const hand = story.events.filter((each) => each.detail?.who !== undefined)
    assert.deepEqual(
      hand.map((each) => each.reason),
      ['returned-by-hand', 'resent', 'rerouted-by-hand'],
    )
    assert.deepEqual(
      story.deliveries.map((each) => each.state),
      ['delivered'],
    )
    const news = await waitUntil('the sender hears that too', () => outside.mail.messages[1])
    assert.deepEqual([news.mailFrom, news.rcptTo], ['', ['a@sender.example']])
    assert.match(news.content, /^Subject: Your message was delivered after all\r$/m)
    assert.match(news.content, /^Final-Recipient: rfc822; b@dead\.example\r\nAction: delivered\r$/m)
    await waitUntil('the news is settled', async () => (await site.waiting('--sender', '')).length === 0)
    assert.equal(outside.mail.messages.length, 2, 'once')
    await balanced(site)
  })

  test('wrong orders say what is wrong, and change nothing', async () => {
    const id = await sendOne(site, 'b@dead.example', 'wrong')
    const books = await site.books()
    const refused: [RegExp, number, ...string[]][] = [
      [/which mail\?/, 2, 'hold'],
      [/which mail\?/, 2, 'return', '--yes'],
      [/where to\?/, 2, 'reroute', id],
      [/next hop "nowhere"/, 2, 'reroute', id, '--next-hop', 'nowhere'],
      [/nothing to hold/, 1, 'hold', 'nosuchid'],
      [/nothing to release/, 1, 'release', id],
      [/nothing to hold/, 1, 'hold', '--domain', 'elsewhere.example', '--yes'],
      [/nothing to hold/, 1, 'hold', '--domain', '%', '--yes'],
      [/yesterday is no time/, 2, 'hold', '--before', 'yesterday'],
      [/Unknown option|unknown/i, 2, 'hold', id, '--force'],
      [/there is no queue drop/, 2, 'drop', id],
    ]
    for (const [text, code, ...words] of refused) {
      const answer = await site.command('queue', ...words)
      assert.match(answer.stdout + answer.stderr, text, words.join(' '))
      assert.equal(answer.code, code, words.join(' '))
      assert.doesNotMatch(answer.stderr, /\n\s+at /, 'no stack is shown')
    }
    assert.deepEqual(await difference(site, books), {})
    assert.deepEqual(
      (await storyOf(site, id)).events.filter((each) => each.kind === 'ordered'),
      [],
    )
  })

  test('what is on the wire at that moment is left alone', async () => {
    const stalling = await Sink.start({
      behaviour: (stage) => (stage === 'data' ? { kind: 'stall' } : undefined),
    })
    await site.must('domain', 'add', 'wire.example', '--next-hop', stalling.hop, '--any-recipient')
    await site.knows('b@wire.example')
    const id = await sendLetter(site, { to: 'b@wire.example', name: 'wire' })
    await waitUntil('it is under way', () => stalling.open === 1)
    const books = await site.books()
    const held = await site.command('queue', 'hold', id)
    assert.match(held.stdout, /^Held 0 deliveries\. 1 on the way at that moment: left alone/)
    assert.equal(held.code, 1, 'nothing was done')
    assert.deepEqual(await difference(site, books), {})
    await stalling.down()
    await atRest(site, 1, id)
    await site.must('queue', 'reroute', id, '--next-hop', other.hop)
    await waitUntil('it leaves by the other hop', () => arrivals(other, 'wire') === 1)
  })

  test('more than one delivery: the number first, the deed with --yes, progress for whoever watches', async () => {
    const sent = await sendLoad({
      port: () => site.smtpPort,
      messages: many,
      connections: 5,
      perConnection: 500,
      rcptTo: () => 'b@many.example',
    })
    assert.ok(sent.every((each) => each.outcome === 'acknowledged'))
    await atRest(site, many, '--domain', 'many.example')
    const books = await site.books()
    const selection = ['--domain', 'many.example']
    const asked = await site.command('queue', 'hold', ...selection)
    assert.equal(asked.code, 1)
    assert.match(asked.stdout, new RegExp(`^This would hold ${many} deliveries. Nothing is done yet`))
    assert.deepEqual(await difference(site, books), {})

    assert.match(await onTerminal(site, 'queue', 'hold', ...selection, '--yes'), /1000 of 1500/)
    assert.deepEqual(await difference(site, books), { waiting: -many, held: many })
    const done = await site.json('queue', 'release', ...selection, '--yes')
    assert.deepEqual(done, { action: 'release', deliveries: many, done: many })
    assert.deepEqual(await difference(site, books), {})
  })

  test('retry is an attempt now, although the hop was believed to be down', async () => {
    const id = await sendOne(site, 'b@dead.example', 'retry')
    const books = await site.books()
    await dead.listen()
    const retried = await site.must('queue', 'retry', id)
    assert.match(retried, /^Due at once: 1 delivery\.$/m)
    await waitUntil('it leaves long before the next look at the hop', () => arrivals(dead, 'retry') === 1)
    await waitUntil('and so does the rest', () => dead.messages.length >= (books.waiting ?? 0), 240_000)
    assert.ok(plot(await storyOf(site, id)).includes('ordered retried-by-hand'))
    await settledBooks(site, 240_000)
    assert.ok([...dead.copies().values()].every((count) => count === 1))
  })
})

/** Sends one message and waits until it lies still; answers its id. */
async function sendOne(site: TestSite, to: string, name: string): Promise<string> {
  const id = await sendLetter(site, { to, name })
  await atRest(site, 1, id)
  return id
}

/** Waits until mail waits and none of it is under way: only then does an order touch all of it. */
async function atRest(site: TestSite, count: number, ...selection: string[]): Promise<void> {
  await waitUntil(
    `${count} deliveries lie still`,
    async () => {
      const { deliveries } = await site.json<{ deliveries: { underWay: boolean }[] }>(
        'queue',
        'list',
        '--state',
        'waiting',
        '--limit',
        '10000',
        ...selection,
      )
      return deliveries.length >= count && deliveries.every((each) => !each.underWay)
    },
    240_000,
  )
}

/** Runs a command on a terminal of its own; answers all that is written there. */
function onTerminal(site: TestSite, ...words: string[]): Promise<string> {
  const program = join(import.meta.dirname, '../../mailkeep')
  const place = ['--config', join(site.folder, 'mailkeep.yaml'), '--data', join(site.folder, 'data')]
  const line = [program, ...words, ...place].map((each) => `'${each}'`).join(' ')
  return new Promise((resolve, reject) => {
    execFile('script', ['-qec', line, '/dev/null'], (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
  })
}
