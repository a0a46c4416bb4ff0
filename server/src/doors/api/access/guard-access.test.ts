import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { ApiProblem } from '../api-problem.ts'
import { guardAccess, principalOf } from './guard-access.ts'
import type { WhoAsks } from './who-asks.ts'

const boss: Principal = {
  who: 'manager:boss',
  name: 'Boss',
  ip: '127.0.0.1',
  rights: new Set(),
  tenant: 'house',
  tenants: null,
  domains: null,
}

test('a scope limits what is in reach also where signing in is all that is asked for', async (t) => {
  const app = fastify().decorate('storeWaitMs', 1500)
  t.after(() => app.close())
  const who = {
    of: async () => ({ principal: boss, signedIn: null }),
    within: async (principal: Principal, scope: string) =>
      scope === 'tenant:shop' ? { ...principal, tenants: new Set(['shop']) } : null,
  } as unknown as WhoAsks
  guardAccess(app, who)
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
