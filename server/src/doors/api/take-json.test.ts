import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { ApiProblem } from './api-problem.ts'
import { checkQuestions } from './check-questions.ts'

/** An address whose body is open but for its name, as those of rules are. */
function openAddress() {
  const app = fastify()
  checkQuestions(app)
  app.setErrorHandler((cause, _request, reply) => {
    const { statusCode, message } = cause as { statusCode?: number; message: string }
    return reply.code(cause instanceof ApiProblem ? cause.status : (statusCode ?? 500)).send({ message })
  })
  const body = {
    type: 'object',
    properties: { name: { type: 'string' }, rule: {} },
    additionalProperties: false,
  }
  app.post('/', { schema: { body } }, async (request) => JSON.stringify(request.body).length)
  return {
    app,
    send: async (payload: string) => {
      const answer = await app.inject({
        method: 'POST',
        url: '/',
        headers: { 'content-type': 'application/json' },
        payload,
      })
      return `${answer.statusCode} ${answer.body}`
    },
  }
}

test('a body is a mistake of its sender however deep it lies, where a schema leaves it open', async (t) => {
  const { app, send } = openAddress()
  t.after(() => app.close())
  const nested = (levels: number) => `{"rule":${'['.repeat(levels)}${']'.repeat(levels)}}`
  assert.match(await send(nested(20)), /^200 /)
  for (const levels of [200, 8000, 400_000])
    assert.match(await send(nested(levels)), /^400 .*more than 100 values within each other/)
})

test('a text that cannot be kept is refused with its place, and in a long body without', async (t) => {
  const { app, send } = openAddress()
  t.after(() => app.close())
  assert.match(await send('{"rule":{"texts":["a","\\u0000"]}}'), /^400 .*body\/rule\/texts\/1 has a letter/)
  const long = `{"rule":[${'0,'.repeat(100_000)}"\\ud800"]}`
  assert.match(await send(long), /^400 .*body has a letter/)
  assert.match(await send(long.replace('ud800', 'n')), /^200 /)
  assert.match(await send('{"name":7,"rule":"\\u0000"}'), /^400 .*body\/name must be string/)
  assert.match(await send('{"name":'), /^400 /)
})
