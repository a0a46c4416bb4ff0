import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { balanced, difference } from '../harness/books.ts'
import { arrivals, sendLetter } from '../harness/letter.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { plot, settledStory, storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

const both = ['b@site.example', 'c@site.example']

describe('orders on mail in quarantine', () => {
  let site: TestSite
  let outside: Outside
  let sink: Sink

  before(async () => {
    outside = await openOutside([], {
      'forged.example': { TXT: ['v=spf1 -all'] },
      '_dmarc.forged.example': { TXT: ['v=DMARC1; p=quarantine'] },
    })
    sink = await Sink.start()
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: both,
      settings: outside.settings,
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), outside.close()])
  })

  const quarantined = (name: string) => sendLetter(site, { to: both, name, from: 'x@forged.example' })

  test('list and show say what was set aside and why, and change nothing', async () => {
    const id = await quarantined('seen')
    const books = await balanced(site)
    assert.deepEqual([books.quarantined, books.waiting], [2, 0])
    const { lines } = await site.json<{ lines: Record<string, string>[] }>('quarantine', 'list')
    assert.deepEqual(
      lines.map(({ messageId, rcptTo, reason }) => [messageId, rcptTo, reason]).sort(),
      both.map((rcptTo) => [id, rcptTo, 'dmarc-quarantine']),
    )
    const one = await site.json<{ lines: unknown[] }>('quarantine', 'list', '--recipient', both[0] ?? '')
    assert.equal(one.lines.length, 1)
    assert.match(await site.must('quarantine', 'show', id), /finding {2}authentication\/dmarc-/)
    assert.deepEqual(await difference(site, books), {})
    assert.equal(arrivals(sink, 'seen'), 0)
  })

  test('release lets it go to one recipient, then to the others', async () => {
    const id = await quarantined('released')
    const books = await site.books()
    await site.must('quarantine', 'release', id, '--recipient', both[1] ?? '')
    await waitUntil('one has it', () => arrivals(sink, 'released') === 1)
    assert.deepEqual(sink.messages.at(-1)?.rcptTo, [both[1]])
    await waitUntil('it is settled', () => settledStory(site, id))
    assert.deepEqual(await difference(site, books), { delivered: 1, quarantined: -1 })
    await site.must('quarantine', 'release', id)
    await waitUntil('the other has it', () => arrivals(sink, 'released') === 2)
    const story = await waitUntil('it is settled', () => settledStory(site, id))
    const about = story.events.filter((each) => each.reason === 'released-from-quarantine')
    const released = about.filter((each) => each.kind === 'waiting')
    const scanned = about.filter((each) => each.kind === 'inspected')
    for (const each of [released, scanned]) assert.deepEqual(each.map(({ n }) => n).sort(), [0, 1])
    for (const each of scanned) assert.match(String(each.detail?.why), /nothing worse was found/)
    for (const each of released) assert.match(String(each.detail?.who), /^cli:\S+$/)
    assert.match((await site.command('quarantine', 'release', id)).stderr, /is not in quarantine: delivered/)
    assert.deepEqual(await difference(site, books), { delivered: 2, quarantined: -2 })
  })

  test('delete asks for --yes, then the content is gone and the books say discarded', async () => {
    const id = await quarantined('deleted')
    const books = await site.books()
    const asked = await site.command('quarantine', 'delete', id)
    assert.deepEqual([asked.code, /--yes/.test(asked.stderr)], [2, true])
    assert.deepEqual(await difference(site, books), {})
    await site.must('quarantine', 'delete', id, '--yes')
    assert.deepEqual(await difference(site, books), { quarantined: -2, discarded: 2 })
    assert.ok(plot(await storyOf(site, id)).includes('discarded deleted-by-hand'))
    assert.match(await site.must('trace', id), /content is kept no more/)
    assert.match(await site.must('trace', id), /discarded .*\(deleted-by-hand\): by cli:/)
    assert.equal((await site.command('quarantine', 'release', id)).code, 2)
    assert.equal(arrivals(sink, 'deleted'), 0)
  })

  test('the conditions of the console narrow a list, and what an order for many touches', async () => {
    const ids = [await quarantined('heap-one'), await quarantined('heap-two'), await quarantined('pile')]
    const books = await site.books()
    const found = async (...conditions: string[]) =>
      (await site.json<{ lines: { messageId: string }[] }>('quarantine', 'list', ...conditions)).lines.length
    const heap = ['--subject', 'HEAP', '--sender', 'forged.example', '--since', '1h', '--size', 'gt:0']
    assert.equal(await found(...heap), 4)
    assert.equal(await found(...heap, '--recipient', 'site.example', '--reason', 'virus,dmarc-quarantine'), 4)
    for (const none of [
      ['--until', '1h'],
      ['--reason', 'virus'],
      ['--verdict', 'virus'],
      ['--score', 'gt:9000'],
      ['--domain', 'other.example'],
      ['--tenant', 'nobody'],
    ])
      assert.equal(await found(...heap, ...none), 0, none.join(' '))
    const shown = await site.must('quarantine', 'list', '--subject', 'heap', '--limit', '1')
    assert.match(shown, /1 of 4; --limit shows more/)

    const asked = await site.command('quarantine', 'release', ...heap)
    assert.deepEqual(
      [asked.code, asked.stdout.trim()],
      [1, 'This would release 4 deliveries of 2 messages. Nothing is done yet: say --yes to do it.'],
    )
    assert.deepEqual(await difference(site, books), {})
    assert.match(await site.must('quarantine', 'release', ...heap, '--yes'), /Released 4 deliveries\./)
    await waitUntil('they arrive', () => arrivals(sink, 'heap-one') > 0 && arrivals(sink, 'heap-two') > 0)
    for (const id of ids.slice(0, 2)) await waitUntil('it is settled', () => settledStory(site, id))
    assert.match(
      await site.must('quarantine', 'delete', ids[2] ?? '', '--domain', 'site.example', '--yes'),
      /Deleted 2 deliveries\./,
    )
    assert.deepEqual(await difference(site, books), { delivered: 4, quarantined: -6, discarded: 2 })
  })

  test('what is judged anew stays where it is still bad', async () => {
    const id = await quarantined('still bad')
    assert.match(await site.must('quarantine', 'rejudge', id, '--yes'), /To be judged anew: 2 deliveries\./)
    await waitUntil('it was judged again', async () =>
      /reopened re-judged\ninspected dmarc-quarantine/.test(plot(await storyOf(site, id)).join('\n')),
    )
    assert.deepEqual(
      (await storyOf(site, id)).deliveries.map((each) => each.state),
      ['quarantined', 'quarantined'],
    )
  })

  test('wrong orders say what is wrong, and change nothing', async () => {
    const id = await quarantined('wrong')
    const books = await site.books()
    const wrong: [RegExp, ...string[]][] = [
      [/name one message, or say which by conditions/, 'release', '--yes'],
      [/there is no message nosuchid/, 'release', 'nosuchid'],
      [/not in quarantine for z@site\.example/, 'release', id, '--recipient', 'z@site.example'],
      [/there is no message nosuchid/, 'delete', 'nosuchid', '--yes'],
      [/there is no quarantine drop/, 'drop', id],
      [/limit/, 'list', '--limit', 'few'],
      [/score is written as geq:1000/, 'list', '--score', 'high'],
      [/is no time/, 'list', '--since', 'yesterday'],
    ]
    for (const [text, ...words] of wrong) {
      const answer = await site.command('quarantine', ...words)
      assert.match(answer.stderr, text, words.join(' '))
      assert.equal(answer.code, 2, words.join(' '))
    }
    assert.equal(
      (await site.command('queue', 'release', id)).code,
      1,
      'the queue does not release quarantine',
    )
    assert.deepEqual(await difference(site, books), {})
  })
})
