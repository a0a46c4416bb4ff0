import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiRoute } from '@mailkeep/contract'
import fastify from 'fastify'
import type { KeptAnswer, KeptAnswers } from '#services/access/kept-answers.ts'
import { engines } from '../../../test-engines.ts'
import { ApiProblem, problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'

/**
 * A door with one address.
 * @param known what is known of each Idempotency-Key
 * @param keeping what more becomes of an answer
 * @param answer what is done there
 */
function openDoor(
  more: Partial<ApiRoute>,
  known: KeptAnswer = { kind: 'new' },
  keeping: Partial<KeptAnswers> = {},
  answer: () => Promise<object> = async () => ({}),
) {
  const keptAnswers = { begin: async () => known, end: async () => {}, drop: async () => {}, ...keeping }
  const app = fastify().decorate('storeWaitMs', 1500).decorate('keptAnswers', keptAnswers)
  app.setErrorHandler((cause, _request, reply) => {
    const { status, message, retryMs } = cause as ApiProblem
    return reply.code(cause instanceof ApiProblem ? status : 500).send({ message, retryMs })
  })
  const route = {
    method: 'POST',
    path: '/rule',
    summary: '',
    access: 'open',
    ...more,
  }
  addRoute(app, route as ApiRoute, answer)
  return {
    app,
    ask: async (headers: Readonly<Record<string, string>>) => {
      const { statusCode, body } = await app.inject({ method: route.method as 'POST', url: '/rule', headers })
      return { code: statusCode, ...(JSON.parse(body) as { message?: string; retryMs?: number }) }
    },
  }
}

test('what somebody has read is compared, or he hears that it is not: nothing is written over unnoticed', async (t) => {
  const [not, may, must, read] = [{}, { mayMatch: true }, { matches: true }, { method: 'GET' }].map((more) =>
    openDoor(more as Partial<ApiRoute>),
  )
  t.after(() => Promise.all([not, may, must, read].map((each) => each?.app.close())))
  const codes = async (headers: Readonly<Record<string, string>>) =>
    Promise.all([not, may, must, read].map(async (each) => (await each?.ask(headers))?.code))
  assert.deepEqual(await codes({}), [200, 200, 428, 200])
  assert.deepEqual(await codes({ 'if-match': '"1"' }), [400, 200, 200, 200])
  assert.deepEqual(await codes({ 'if-match': '*' }), [200, 200, 200, 200])
  assert.match((await not?.ask({ 'if-match': 'W/"1"' }))?.message ?? '', /does not compare If-Match/)
})

test('what is done is answered, and may not be asked anew, where its answer cannot be kept', async (t) => {
  const dropped: string[] = []
  const { app, ask } = openDoor({}, undefined, {
    end: () => Promise.reject(new Error('the disk is full')),
    drop: async (hash) => void dropped.push(hash),
  })
  t.after(() => app.close())
  assert.equal((await ask({ 'idempotency-key': 'k' })).code, 200)
  assert.deepEqual(dropped, [])
})

test('what was cut off after a change is not done again, and it is said how to go on', async (t) => {
  const { app, ask } = openDoor({}, { kind: 'cut-off' })
  t.after(() => app.close())
  const { code, retryMs, message } = await ask({ 'idempotency-key': 'k' })
  assert.deepEqual([code, retryMs], [409, 0])
  assert.match(message ?? '', /not done twice: .* a new Idempotency-Key/)
})

test('an error after a change is not done again by the same key; a refusal before it leaves the key free', async (t) => {
  const [engine] = engines
  assert.ok(engine)
  const open = await engine.open()
  const { directory, keptAnswers: kept } = open.stores
  const keeping: KeptAnswers = {
    begin: (...asked) => kept.begin(...asked),
    end: (...done) => kept.end(...done),
    drop: (hash) => kept.drop(hash),
  }
  let [done, isWrong] = [0, true]
  const { app, ask } = openDoor({}, undefined, keeping, async () => {
    if (isWrong) throw problems.wrongQuery('This was not right.')
    await directory.setFact('done', `${++done}`)
    throw new Error('the store is away')
  })
  t.after(() => Promise.all([app.close(), open.close()]))
  const code = async (key: string) => (await ask({ 'idempotency-key': key })).code
  assert.deepEqual([await code('k'), await code('k')], [400, 400])
  isWrong = false
  assert.deepEqual([await code('k'), await code('k'), await code('k')], [500, 409, 409])
  assert.equal(done, 1)
  assert.deepEqual([await code('another'), done], [500, 2])
})

test('whoever asks again while it is being done hears when to ask next', async (t) => {
  const { app, ask } = openDoor({}, { kind: 'under-way' })
  t.after(() => app.close())
  const { code, retryMs } = await ask({ 'idempotency-key': 'k' })
  assert.deepEqual([code, retryMs], [409, 5000])
})
