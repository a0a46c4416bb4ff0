import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fastify } from 'fastify'
import { createSilentLog } from '#ground/platform/log.ts'
import { hashSecret, newSecret } from '#services/access/secret.ts'
import type { ScimStore, ScimToken } from '#services/sync/scim/scim-store.ts'
import { addScimRoute, openScimDoor } from './scim-door.ts'

const secret = newSecret()
const token: ScimToken = {
  ...{ id: '0'.repeat(16), source: 'source-1', tenant: 'one', hash: hashSecret(secret) },
  ...{ createdAt: 0, createdBy: 'x', usedAt: null },
}
const shown = `Bearer scim_${token.id}_${secret}`
const { promise: slow, resolve: endSlow } = Promise.withResolvers<{ readonly code: number }>()
let now = 0
let touched = 0

const app = fastify().decorate('storeWaitMs', 1500)
app.register(async (door) => {
  const store = {
    token: async (id: string) => (id === token.id ? token : null),
    touchToken: async () => {
      touched += 1
    },
  } as unknown as ScimStore
  const clock = { now: () => now } as never
  const readLargeBody = async (text: string) => ({ large: text.length })
  openScimDoor(door, { scim: store, readScim: store, readLargeBody, clock, log: createSilentLog() })
  addScimRoute(door, 'POST', '/Users', async ({ source, body }) => ({ answer: { source, body } }))
  addScimRoute(door, 'POST', '/Groups', async ({ body }) => ({ answer: { body } }), 4 << 20)
  addScimRoute(door, 'GET', '/Slow', () => slow)
  addScimRoute(door, 'DELETE', '/Users/:id', async () => ({ code: 204 }))
  addScimRoute(door, 'GET', '/Faults', async () => {
    throw new Error('the disk is full at /srv/secret')
  })
})
after(() => app.close())

const ask = async (more: object) => {
  const headers = { authorization: shown, 'content-type': 'application/scim+json' }
  const {
    statusCode,
    body,
    headers: said,
  } = await app.inject({ method: 'GET', url: '/Users', headers, ...more })
  return { code: statusCode, said, found: body === '' ? null : JSON.parse(body) }
}

test('a token leads to its source, whatever the address; without one nothing is read', async () => {
  const taken = await ask({ method: 'POST', payload: '{"a":1}' })
  assert.deepEqual([taken.code, taken.found], [200, { source: 'source-1', body: { a: 1 } }])
  assert.equal(touched, 1)
  const other = `Bearer scim_${token.id}_${newSecret()}`
  for (const authorization of ['', 'Basic x', other, `Bearer ${secret}`])
    for (const url of ['/Users', '/nothing']) {
      const refused = await ask({
        method: 'POST',
        url,
        payload: 'x'.repeat(5 << 20),
        headers: { authorization },
      })
      assert.deepEqual([refused.code, refused.found.status], [401, '401'], authorization)
      assert.match(String(refused.said['www-authenticate']), /Bearer/)
    }
})

test('mistakes are told as directories understand them; a fault of ours is not explained', async () => {
  const codes = async (more: object) => {
    const { code, found } = await ask(more)
    assert.deepEqual(found.schemas, ['urn:ietf:params:scim:api:messages:2.0:Error'])
    return [code, found.scimType ?? null, found.detail.includes('secret')]
  }
  assert.deepEqual(await codes({ method: 'POST', payload: '{"a"' }), [400, 'invalidSyntax', false])
  assert.deepEqual(await codes({ method: 'POST', payload: `"${'x'.repeat(5 << 20)}"` }), [413, null, false])
  const group = { method: 'POST', url: '/Groups', payload: `"${'x'.repeat(100 << 10)}"` }
  const { found } = await ask(group)
  assert.deepEqual(
    found.body,
    { large: group.payload.length },
    'a group may be long, and is read beside the sockets',
  )
  assert.deepEqual(await codes({ ...group, url: '/Users' }), [413, null, false], 'a person is not')
  assert.deepEqual(await codes({ ...group, payload: `"${'x'.repeat(5 << 20)}"` }), [413, null, false])
  assert.deepEqual(await codes({ url: '/nothing' }), [404, null, false])
  assert.deepEqual(await codes({ url: '/Faults' }), [500, null, false])
  assert.equal(
    (await ask({ method: 'DELETE', url: '/Users/1' })).code,
    204,
    'a type without a body is no mistake',
  )
})

test('who asks without end hears when to come again', async () => {
  let code = 0
  for (let n = 0; n < 1000 && code !== 429; n++) code = (await ask({ url: '/nothing' })).code
  const held = await ask({ url: '/nothing' })
  assert.deepEqual([held.code, held.said['retry-after']], [429, '1'])
  now += 60_000
  assert.equal((await ask({ url: '/nothing' })).code, 404)
})

test('what one tenant asks at once waits, and what is too much hears when to come again', async () => {
  now += 60_000
  const asked = Array.from({ length: 40 }, () => ask({ url: '/Slow' }))
  const first = await Promise.race(asked)
  assert.deepEqual([first.code, first.said['retry-after']], [429, '1'])
  endSlow({ code: 204 })
  await Promise.all(asked)
  assert.equal((await ask({ url: '/Slow' })).code, 204, 'what has ended makes room')
})
