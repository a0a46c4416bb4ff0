import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fastify } from 'fastify'
import { createSilentLog } from '#ground/platform/log.ts'
import { hashSecret, newSecret } from '#services/access/secret.ts'
import type { ApiContext } from './api-context.ts'
import { scimRoutes } from './scim.ts'

const secret = newSecret()
const id = '0'.repeat(16)
const groups: Readonly<Record<string, number>> = {
  a: 10_000,
  b: 10_000,
  c: 1,
  d: 20_001,
  e: 60_000,
  f: 2,
  g: 6000,
}
/** What is asked of the store at a time. */
const pages: number[] = []
/** Of a group that is changed while it is read, once. */
const versions = [1, 2, 2].values()
const resourceOf = (name: string) => ({
  ...{ id: name, version: name === 'g' ? versions.next().value : 1, createdAt: 0, changedAt: 0 },
  body: { displayName: name, externalId: '' },
})

const readScim = {
  token: async () => ({ id, source: 's', tenant: 'one', hash: hashSecret(secret), usedAt: 0 }),
  find: async (_source: string, _kind: string, _conditions: object[], from: number) => ({
    total: 6,
    found: Object.keys(groups).slice(from, 6).map(resourceOf),
  }),
  resource: async (_source: string, _kind: string, name: string) => resourceOf(name),
  members: async (_source: string, name: string, after: string, limit: number) => {
    const from = after === '' ? 0 : Number(after) + 1
    pages.push(limit)
    const length = Math.min(limit, (groups[name] ?? 0) - from)
    return Array.from({ length }, (_, n) => ({ id: String(from + n), userName: 'x' }))
  },
}
const parts = {
  ...{ readScim, scim: readScim, log: createSilentLog() },
  ...{ clock: { now: () => 0 }, pageUrl: () => 'https://console.one.test' },
}
const app = fastify().decorate('storeWaitMs', 1500)
scimRoutes(app, { parts } as unknown as ApiContext)
after(() => app.close())

interface Group {
  readonly id: string
  readonly members?: readonly object[]
}

async function ask<Answer>(path: string): Promise<Answer> {
  const headers = { authorization: `Bearer scim_${id}_${secret}` }
  return (await app.inject({ url: `/scim/v2/Groups${path}`, headers })).json()
}

test('a group is told with all of its members or without any, never with a part of them', async () => {
  const page = async (from: number) =>
    (await ask<{ Resources: Group[] }>(`?startIndex=${from}`)).Resources.map((each) => [
      each.id,
      each.members?.length ?? 'left out',
    ])
  assert.deepEqual(await page(1), [
    ['a', 10_000],
    ['b', 10_000],
  ])
  assert.deepEqual(await page(3), [['c', 1]])
  assert.deepEqual(await page(4), [['d', 'left out']], 'alone it had all the room')
  assert.equal((await ask<Group>('/d')).members?.length, 20_001)
  assert.equal('members' in (await ask<Group>('/e')), false)
})

test('very many members are read in pages; where the group is changed between two, it is read anew', async () => {
  pages.length = 0
  assert.equal((await ask<Group>('/g')).members?.length, 6000)
  assert.deepEqual(pages, [5000, 5000, 5000, 5000], 'twice')
})
