import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { ApiProblem } from '../api-problem.ts'
import { guardAccess, principalOf } from './guard-access.ts'
import { WhoAsks, type WhoAsksParts } from './who-asks.ts'

const boss: Principal = {
  who: 'manager:boss',
  name: 'Boss',
  ip: '127.0.0.1',
  rights: new Set(),
  tenant: 'house',
  tenants: null,
  domains: null,
}

const bounds = { most: 3, perSecond: 2 }

test('a scope limits what is in reach also where signing in is all that is asked for', async (t) => {
  const app = fastify().decorate('storeWaitMs', 1500)
  t.after(() => app.close())
  const who = {
    of: async () => ({ principal: boss, signedIn: null }),
    within: async (principal: Principal, scope: string) =>
      scope === 'tenant:shop' ? { ...principal, tenants: new Set(['shop']) } : null,
    treeChanged: () => undefined,
  } as unknown as WhoAsks
  guardAccess(app, who, bounds, () => 0)
  app.setErrorHandler((cause, _request, reply) =>
    reply.code(cause instanceof ApiProblem ? cause.status : 500).send(),
  )
  const config = { access: 'signed-in', scoped: true } as const
  app.get('/mine', { config }, async (request) => ({
    tenants: [...(principalOf(request).tenants ?? ['all'])],
  }))
  const ask = async (path: string) => {
    const { statusCode, body } = await app.inject(path)
    return statusCode === 200 ? (JSON.parse(body) as { tenants: string[] }).tenants : statusCode
  }
  assert.deepEqual(await ask('/mine'), ['all'])
  assert.deepEqual(await ask('/mine?scope=tenant:shop'), ['shop'])
  assert.equal(await ask('/mine?scope=tenant:other'), 404)
})

test('who stands at a tenant that a command has made since the tree was read reaches it', async () => {
  const tree = [{ id: 'house', level: 'operator', parent: null }]
  let reads = 0
  const who = new WhoAsks({
    tenants: async () => {
      reads += 1
      return [...tree]
    },
    now: () => 7000,
  } as unknown as WhoAsksParts)
  const reach = async (tenant: string) => {
    const manager = { id: 'mia', displayName: '', tenant, role: 'reader', domains: null } as never
    return (await who.own(manager, '')).tenants
  }
  assert.equal(await reach('house'), null)
  tree.push({ id: 'shop', level: 'customer', parent: 'house' } as never)
  assert.deepEqual(await reach('shop'), new Set(['shop']))
  assert.deepEqual([await reach('shop'), reads], [new Set(['shop']), 2], 'it is known from then on')
  assert.deepEqual(await reach('gone'), new Set())
})

test('a tenant that a command has made since the tree was read is found', async (t) => {
  const app = fastify().decorate('storeWaitMs', 1500)
  t.after(() => app.close())
  const tree = [{ id: 'house', level: 'operator', parent: null }]
  const who = new WhoAsks({
    readAccess: { managers: async () => [] },
    tenants: async () => [...tree],
    domains: async () => [],
    now: () => 7000,
    isBehindProxy: () => false,
    isSecure: () => false,
  } as unknown as WhoAsksParts)
  guardAccess(app, who, bounds, () => 0)
  app.setErrorHandler((cause, _request, reply) => reply.code((cause as ApiProblem).status).send())
  app.get('/mine', { config: { access: 'signed-in', scoped: true } }, async () => 'here')
  const ask = async () => (await app.inject('/mine?scope=tenant:shop')).statusCode
  assert.equal(await ask(), 404)
  tree.push({ id: 'shop', level: 'customer', parent: 'house' } as never)
  assert.equal(await ask(), 200)
})

test('another right is enough where an address says so, and none where it says nothing', async (t) => {
  const app = fastify().decorate('storeWaitMs', 1500)
  t.after(() => app.close())
  const program = { ...boss, rights: new Set(['policy.write']) }
  const who = { of: async () => ({ principal: program, signedIn: null }) } as unknown as WhoAsks
  guardAccess(app, who, bounds, () => 0)
  app.setErrorHandler((cause, _request, reply) =>
    reply.code(cause instanceof ApiProblem ? cause.status : 500).send(),
  )
  for (const [path, config] of [
    ['/rules', { access: 'mail.read', orRight: 'policy.write' }],
    ['/mail', { access: 'mail.read' }],
    ['/forgotten', {}],
  ] as const)
    app.get(path, { config }, async () => 'here')
  const ask = async (path: string) => (await app.inject(path)).statusCode
  assert.deepEqual(await Promise.all(['/rules', '/mail', '/forgotten'].map(ask)), [200, 403, 403])
})

test('a program that asks without end is told when to come again; people are not counted', async (t) => {
  const app = fastify().decorate('storeWaitMs', 1500)
  t.after(() => app.close())
  const who = { of: async () => ({ principal: boss, signedIn: null }) } as unknown as WhoAsks
  let now = 7000
  guardAccess(app, who, bounds, () => now)
  app.setErrorHandler((cause, _request, reply) => {
    const { status, retryMs, message } = cause as ApiProblem
    assert.match(message, /asks 2 times a second, and 3 times at once/)
    return reply.code(status).send({ retryMs })
  })
  app.get('/mine', { config: { access: 'signed-in' } }, async () => 'here')
  const ask = async (headers: Record<string, string>) => {
    const { statusCode, body } = await app.inject({ url: '/mine', headers })
    return statusCode === 200 ? 200 : [statusCode, JSON.parse(body)]
  }
  const key = { authorization: 'Bearer mk_1_2' }
  for (let n = 0; n < bounds.most; n++) assert.equal(await ask(key), 200)
  assert.deepEqual(await ask(key), [429, { retryMs: 500 }])
  for (let n = 0; n <= bounds.most; n++) assert.equal(await ask({}), 200)
  now += 250
  assert.deepEqual(await ask(key), [429, { retryMs: 250 }])
  now += 250
  assert.equal(await ask(key), 200)
})
