import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFeed } from '#services/upstream/read-feed.ts'
import { createFeedReading } from './read-feeds.ts'

const at = Date.parse('2027-06-10T12:00:00Z')
const iso = new Date(at).toISOString()
/** A feed of some size, as providers have them. */
const feedOf = (entries: number) =>
  Buffer.from(
    `<feed xmlns="http://www.w3.org/2005/Atom">${Array.from(
      { length: entries },
      (_each, n) =>
        `<entry><id>tag:${n}</id><title>Mail ${n} waits</title><published>${iso}</published><updated>${iso}</updated><content type="html">&lt;p&gt;&lt;strong&gt;Investigating&lt;/strong&gt; - ${'It waits. '.repeat(20)}&lt;/p&gt;</content></entry>`,
    ).join('')}</feed>`,
  )

test('a long answer is read in another thread, and comes to the same; so does one that is no feed', async () => {
  const read = createFeedReading()
  const ask = async (body: Buffer) => {
    let isThere = false
    const reading = read('them', body, at, 'https://status.example/feed').finally(() => {
      isThere = true
    })
    // What is read in this thread is there without a turn of the event loop, in which threads are heard.
    for (let n = 0; n < 100; n++) await null
    const isElsewhere = !isThere
    return { incidents: await reading, isElsewhere }
  }
  const here = (body: Buffer) => readFeed('them', body, at, 'https://status.example/feed')
  const [long, short] = [feedOf(1000), feedOf(3)]
  assert.deepEqual(await ask(short), { incidents: here(short), isElsewhere: false })
  assert.deepEqual(await ask(long), { incidents: here(long), isElsewhere: true })
  assert.deepEqual(await ask(Buffer.from('x'.repeat(30_000))), { incidents: null, isElsewhere: true })
})
