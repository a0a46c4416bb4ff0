import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { sendJson } from './send-tagged.ts'

test('an answer has a new tag where its content is another one, not where only its moments are', async (t) => {
  const app = fastify()
  t.after(() => app.close())
  let answer: { completeUpTo: string | null; lines: object[]; text: string }
  app.get('/', (request, reply) => sendJson(request, reply, answer))
  const ask = async (given: Partial<typeof answer>, tag?: string) => {
    answer = { completeUpTo: null, lines: [], text: '', ...given }
    const { statusCode, headers } = await app.inject({
      url: '/',
      ...(tag !== undefined && { headers: { 'if-none-match': tag } }),
    })
    return { code: statusCode, tag: String(headers.etag), upTo: headers['mailkeep-complete-up-to'] }
  }
  const first = await ask({ completeUpTo: '2026-01-01T00:00:00.000Z', lines: [{ completeUpTo: '1' }] })
  assert.equal(first.upTo, '2026-01-01T00:00:00.000Z')
  const later = { completeUpTo: '2026-01-01T00:00:02.000Z', lines: [{ completeUpTo: null }] }
  assert.deepEqual(await ask(later, first.tag), { code: 304, tag: first.tag, upTo: later.completeUpTo })
  assert.equal((await ask({ ...later, text: 'new' }, first.tag)).code, 200)
  const one = await ask({ text: '"completeUpTo":"1"' })
  const two = await ask({ text: '"completeUpTo":"2"' })
  assert.notEqual(one.tag, two.tag, 'a text that looks like a moment is content')
})
