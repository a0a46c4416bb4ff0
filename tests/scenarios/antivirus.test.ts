import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { attached } from '../harness/attached.ts'
import { balanced } from '../harness/books.ts'
import { Clamd, clamdMissing, signatureOf, testDefinitions } from '../harness/clamd.ts'
import { arrivals, sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { settledStory, storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const [first, second] = [
  Buffer.from('a harmless file that is taken for a virus'),
  Buffer.from('another harmless file'),
]

describe('mail and a virus scanner', unlessInstalled(clamdMissing() === null, 'clamav-daemon'), () => {
  let clamd: Clamd
  let sink: Sink
  let site: TestSite

  before(async () => {
    clamd = await Clamd.start({ definitions: `${testDefinitions('7')}${signatureOf(first, 'Test.First')}\n` })
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example', 'c@site.example'],
      settings: { 'antivirus.backends': [clamd.socket], 'inspection.waitUnscanned': '1s' },
    })
  })
  after(async () => {
    await site?.[Symbol.asyncDispose]()
    await sink?.down()
    await clamd?.[Symbol.asyncDispose]()
  })

  const send = (name: string, bytes: Buffer, to: string | readonly string[] = 'b@site.example') =>
    sendLetter(site, { to, name, ...attached('file.bin', bytes) })

  const quarantined = async (id: string) => {
    const { lines } = await site.json<{ lines: { messageId: string; reason: string }[] }>(
      'quarantine',
      'list',
    )
    return lines.filter((each) => each.messageId === id).map((each) => each.reason)
  }

  test('what was released is scanned anew: a virus that is known by then stops it, and the trace says so', async () => {
    const id = await send('virus', first)
    assert.deepEqual(await quarantined(id), ['virus'])
    const said = await site.must('quarantine', 'release', id)
    assert.match(said, /scanned once more/)
    const isBack = async () =>
      (await storyOf(site, id)).events.filter((each) => each.reason === 'virus').length === 2
    await waitUntil('it is back', isBack)
    assert.deepEqual(await quarantined(id), ['virus'])
    assert.equal(arrivals(sink, 'virus'), 0)
    await balanced(site)
    await site.must('quarantine', 'release', id, '--anyway')
    await waitUntil('a person who knows better is obeyed', () => arrivals(sink, 'virus') === 1)
  })

  test('mail that waited for the scanner is released by itself, with our results once on top', async () => {
    clamd.signal('SIGSTOP')
    const id = await send('patient', second, ['b@site.example', 'c@site.example'])
    await waitUntil('it is set aside', async () => (await quarantined(id)).length === 2)
    await site.must('quarantine', 'release', id, '--recipient', 'b@site.example')
    clamd.signal('SIGCONT')
    const patient = () => sink.messages.filter((each) => each.headerMessageId.includes('patient'))
    await waitUntil('both have it', () => patient().flatMap((each) => each.rcptTo).length >= 2)
    await waitUntil('it is settled', () => settledStory(site, id))
    const arrived = patient()
    assert.deepEqual(arrived.flatMap((each) => each.rcptTo).sort(), ['b@site.example', 'c@site.example'])
    for (const { content } of arrived) assert.equal(content.match(/^Authentication-Results: /gm)?.length, 1)
    await balanced(site)
  })
})
