import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Body } from '#flow/spool/message.ts'
import { newDataKey } from '#ground/platform/sealed-content.ts'
import { DiskBodyStore } from '#ground/storage/bodies/disk-body-store.ts'
import { Resubmissions, submissionKey } from './resubmissions.ts'
import type { Transaction } from './session-state.ts'

const sent = (
  content: string,
  more: { from?: string; to?: string[]; by?: string } = {},
  body: Body = { kind: 'inline', bytes: Buffer.from(content) },
) =>
  submissionKey(
    {
      mailFrom: more.from ?? 'a@one.test',
      recipients: (more.to ?? ['x@far.test', 'y@far.test']).map((rcptTo) => ({ rcptTo })),
      sender: { name: more.by ?? 'a@one.test' },
    } as unknown as Transaction,
    body,
  )
const letter = 'Message-ID: <1@one.test>\r\n\r\nhello\r\n'

test('a message is the same by envelope, Message-ID and content, and without a Message-ID never', async () => {
  const key = await sent(letter)
  assert.ok(key)
  assert.equal(await sent(letter, { to: ['y@far.test', 'x@far.test'] }), key, 'in whichever order')
  const others = [
    await sent(letter.replace('1@', '2@')),
    await sent(letter.replace('hello', 'hallo')),
    await sent(letter, { from: 'b@one.test' }),
    await sent(letter, { to: ['x@far.test'] }),
    await sent(letter, { by: 'b@one.test' }),
  ]
  assert.equal(new Set([key, ...others]).size, 6)
  assert.equal(await sent('Subject: x\r\n\r\nMessage-ID: <1@one.test>\r\n'), null)
})

test('a large message that is encrypted is known again, though each time by another key', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-again-'))
  try {
    const bodies = new DiskBodyStore(folder, 10, 'me')
    const keys = []
    for (const id of ['one', 'two']) {
      const writer = bodies.create(id, {
        dataKey: newDataKey(),
        wrappedKey: { keyId: 'k', wrapped: new Uint8Array(60) },
      })
      await writer.write(Buffer.from(letter))
      const body = await writer.finish()
      assert.equal(body.kind, 'file')
      keys.push(await sent(letter, {}, body))
    }
    assert.deepEqual(keys, [await sent(letter), await sent(letter)])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what is sent again is taken once: after its end, while it goes on, and anew where it failed', async () => {
  const taken = new Map<string, string>()
  const store = {
    submitted: async (key: string, since: number) => (since <= 0 ? (taken.get(key) ?? null) : null),
  }
  let now = 100
  const again = new Resubmissions(store, { now: () => now }, () => 1000)
  let count = 0
  const take = (id: string | null) => async () => {
    count += 1
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (id === 'fault') throw new Error('no disk')
    if (id?.startsWith('m')) taken.set('k', id)
    return { answer: `took ${id}`, id }
  }
  await assert.rejects(again.once('k', take('fault')), /no disk/)
  const ends = await Promise.all([
    again.once('k', take(null)),
    again.once('k', take('m1')),
    again.once('k', take('m2')),
    again.once(null, take('other')),
  ])
  const texts = ends.map((each) => ('before' in each ? `${each.before} before` : each.answer))
  assert.deepEqual([texts[0], texts[3]], ['took null', 'took other'])
  // Which of the two that wait is the first to go on is nobody's business; the other hears of it.
  const [one, two] = texts.slice(1, 3).sort()
  assert.match(`${one}, ${two}`, /^(m1) before, took \1$|^(m2) before, took \2$/)
  assert.equal(count, 4)
  const first = taken.get('k')
  assert.deepEqual(await again.once('k', take('m3')), { before: first })
  now += 1000
  assert.equal('answer' in (await again.once('k', take('m4'))), true, 'it is long ago')
})
