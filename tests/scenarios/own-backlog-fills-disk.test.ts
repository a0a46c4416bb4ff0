import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { freePort } from '../harness/free-port.ts'
import { sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { TestDisk, whyNoDisk } from '../harness/test-disk.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** Thousands of messages are written, and leave again. */
const patienceMs = 240_000

test('a disk that our own backlog has filled takes mail again when the backlog has left', {
  skip: whyNoDisk() ?? false,
}, async () => {
  using disk = TestDisk.tmpfs(160)
  const port = await freePort()
  await using site = await TestSite.start({
    folder: disk.folder,
    domains: { 'site.example': `smtp://127.0.0.1:${port}` },
    users: ['b@site.example'],
    settings: { 'delivery.retry': [1] },
  })
  const send = (messages: number) =>
    sendLoad({
      port: () => site.smtpPort,
      messages,
      connections: 10,
      perConnection: 50,
      size: 50_000,
      rcptTo: () => 'b@site.example',
    })

  const full = await waitUntil(
    'the disk is full',
    async () => {
      const sent = await send(200)
      return sent.some((each) => each.outcome === 'refused') && sent
    },
    patienceMs,
  )
  assert.deepEqual(
    [...new Set(full.map((each) => each.reply.slice(0, 3)))].filter((code) => code[0] === '5'),
    [],
  )

  await using sink = await Sink.start({ port })
  await waitUntil('the backlog has left', async () => (await site.books()).waiting === 0, patienceMs)
  await waitUntil('mail is taken again', async () =>
    (await send(1)).every((each) => each.outcome === 'acknowledged'),
  )
  const books = await settledBooks(site)
  assert.equal(books.delivered, sink.messages.length)
})
