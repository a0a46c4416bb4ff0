import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { askSite } from '../harness/ask-site.ts'
import { arrivals, sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Task {
  readonly id: string
  readonly state: string
  readonly done: number
  readonly total: number
}

describe('orders on quarantine over the API', () => {
  let sink: Sink
  let site: TestSite
  let key: string

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: { 'one.test': sink.hop }, users: ['a@one.test', 'b@one.test'] })
    key = (
      await site.json<{ key: string }>(
        ...['key', 'add', 'k', '--tenant', 'main', '--scope', 'messages', '--scope', 'allow_block_rules'],
      )
    ).key
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  async function ask<Answer>(path: string, body?: object, expect = 200): Promise<Answer> {
    const question = { key, ...(body !== undefined && { body }) }
    const answer = await askSite(site.consolePort, `/api/v1/${path}`, question)
    assert.equal(answer.code, expect, answer.body)
    return answer.json<Answer>()
  }
  const send = (name: string, from: string, to: string | string[] = 'a@one.test') =>
    sendLetter(site, { to, name, from, body: unwantedBody })

  test('release and allow: it leaves, and the list has its sender', async () => {
    const id = await send('wanted', 'news@letter.test')
    const done = await ask<{ done: number; listed: object }>(`quarantine/${id}/release`, { allow: 'user' })
    assert.equal(done.done, 1)
    assert.deepEqual(done.listed, { entry: 'news@letter.test', levels: ['user:a@one.test'] })
    await waitUntil('it arrives', () => arrivals(sink, 'wanted') === 1)
    const own = await send('own', 'boss@one.test')
    const refused = await ask<{ detail: string }>(`quarantine/${own}/release`, { allow: 'domain' }, 400)
    assert.match(refused.detail, /domain of yours/)
    assert.equal((await ask<{ state: string }>(`messages/${own}`)).state ?? 'quarantined', 'quarantined')
  })

  test('block sender, and delete', async () => {
    const id = await send('unwantedBody', 'pest@letter.test')
    const done = await ask<{ done: number; listed: object }>(`quarantine/${id}/block`, {
      level: 'domain',
      delete: true,
    })
    assert.deepEqual(
      [done.done, done.listed],
      [1, { entry: 'pest@letter.test', levels: ['domain:one.test'] }],
    )
    const listed = await site.must('block', 'list', 'one.test')
    assert.match(listed, /pest@letter\.test/)
  })

  test('a false alarm is noted once, as an accepted report', async () => {
    const id = await send('alarm', 'good@letter.test')
    assert.deepEqual(await ask(`quarantine/${id}/report`, { note: 'a customer' }), {
      messageId: id,
      isNew: true,
    })
    assert.deepEqual(await ask(`quarantine/${id}/report`, {}), { messageId: id, isNew: false })
    const found = await site.json<{ reports: { kind: string; state: string; messageId: string }[] }>(
      'reports',
      'list',
    )
    const [report] = found.reports
    assert.deepEqual([report?.kind, report?.state, report?.messageId], ['false-alarm', 'accepted', id])
  })

  test('all that a question finds: shown first, done once, pressed twice or not', async () => {
    for (let n = 0; n < 30; n++) await send(`many-${n}`, `m${n}@many.test`, ['a@one.test', 'b@one.test'])
    const selection = { subject: 'many-' }
    const before = await ask<{ deliveries: number }>('quarantine/summary').catch(() => null)
    assert.ok(before)
    const shown = await ask<object>('quarantine/preview', { action: 'release', selection })
    assert.deepEqual(shown, { deliveries: 60, messages: 30, viruses: 0, mayVirus: false })
    await ask('quarantine/orders', { action: 'release', selection, expect: 10 }, 409)
    for (const since of ['7', '2001', 'May 2026', '2026-05-01T08:00'])
      await ask('quarantine/orders', { action: 'delete', selection: { ...selection, since } }, 400)
    const order = { action: 'release', selection, expect: 60 }
    const both = await Promise.all([1, 2].map(() => ask<Task>('quarantine/orders', order)))
    for (const { id } of both)
      await waitUntil(
        'the work ends',
        async () => (await ask<Task>(`tasks/${id}`)).state === 'done',
        60_000,
        200,
      )
    const ends = await Promise.all(
      [...new Set(both.map(({ id }) => id))].map((id) => ask<Task>(`tasks/${id}`)),
    )
    assert.equal(
      ends.reduce((sum, each) => sum + each.done, 0),
      60,
    )
    await waitUntil(
      'all arrive',
      () => Array.from({ length: 30 }, (_, n) => arrivals(sink, `many-${n}`)).every((each) => each >= 1),
      60_000,
    )
    await site.must('audit')
  })
})
