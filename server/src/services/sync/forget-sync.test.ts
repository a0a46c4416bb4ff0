import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import { removeTenant } from '#services/directory/change-tenant.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { putSourceFile } from './change-source.ts'
import { forgetSync } from './forget-sync.ts'
import type { SyncOrder } from './sync-order.ts'
import type { SyncLimits } from './sync-parts.ts'
import type { NumberedLine, SyncSource, SyncStore } from './sync-store.ts'

const now = 1_800_000_000_000
const tables = ['sources', 'files', 'runs', 'lines', 'notices'].map((each) => `sync_${each}`)
const pushed = ['tokens', 'resources', 'keys', 'members', 'left_sets'].map((each) => `scim_${each}`)

/** Tenants `one` and `two` below the operator. */
async function house(): Promise<TestSite> {
  const it = openTestSite()
  const plain = { name: '', settings: {}, locked: [] }
  await it.site.directory.putTenant({ id: 'house', parent: null, level: 'operator', ...plain })
  for (const id of ['one', 'two'])
    await it.site.directory.putTenant({ id, parent: 'house', level: 'customer', ...plain })
  return it
}

/** A source that has all that a source may have: people pushed in a group, a file, a token, a run with lines, a fault told. */
async function addSource({ site }: TestSite, tenant: string, people: number): Promise<string> {
  const { sync, scim } = site
  const id = newId(now)
  const more = { kind: 'scim', settings: {}, takesOver: false, secret: 'sealed', domains: null } as const
  await sync.addSource({ id, tenant, name: 'pushed', createdAt: now, createdBy: 'x', ...more })
  await sync.putFile(id, 'address\n')
  await scim.addToken({ id: `token-${tenant}`, source: id, hash: 'x', createdAt: now, createdBy: 'x' }, 2)
  const members = Array.from({ length: people }, (_, n) => `${tenant}-${n}`)
  const note = { at: now, dueAt: now, mostBytes: 1 << 30 }
  const none = { add: [], remove: [], set: null }
  const name = { formatted: '', givenName: '', familyName: '' }
  for (const userName of members) {
    const body = { userName, externalId: '', displayName: '', name, emails: [], active: true }
    const keys = [{ name: 'username', value: userName }]
    await scim.put(id, 'user', { id: userName, body, keys, members: none, seen: null }, note)
  }
  const body = { displayName: 'All', externalId: '' }
  const all = { ...none, add: members }
  await scim.put(id, 'group', { id: `g-${tenant}`, body, keys: [], members: all, seen: null }, note)
  for (const some of [[], members.slice(0, 1)])
    await scim.stageMembers(id, `g-${tenant}:late`, some, now + 1e9)
  const run = { id: newId(now), source: id, tenant, kind: 'run', orderedBy: 'x', confirms: null } as const
  await sync.queueRun({ ...run, queuedAt: now })
  await sync.switchSource(id, true, now)
  await sync.claimRun(run.id, 'me', now, 1000)
  await sync.addLines(
    run.id,
    members.map(
      (address, n): NumberedLine => ({ n, kind: 'skipped', address, before: null, after: null, why: '' }),
    ),
  )
  const counts = { ...{ found: 0, add: 0, change: 0, remove: 0, take: 0, kept: 0, skipped: people } }
  await sync.finish({
    ...{ run: run.id, source: id, owner: 'me', state: 'failed', at: now, dueAt: null },
    ...{ counts: { ...counts, elsewhere: 0, unchanged: 0, losses: {} } },
    fault: { code: 'sign-in-refused', detail: '' },
  })
  await sync.attendToFaults(['sign-in-refused'], now)
  return id
}

/** Rows of each table that user sync has. */
function rows({ stores }: TestSite): Record<string, number> {
  return Object.fromEntries(
    [...tables, ...pushed].map((table) => [
      table,
      (stores.database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n,
    ]),
  )
}

/** One round of the job; answers how many rows each of its steps has removed. */
async function round({ site }: TestSite, at = now): Promise<number[]> {
  const steps: number[] = []
  const counted =
    (method: 'sweep' | 'forget') =>
    async (...given: number[]) => {
      const done = await (site.sync[method] as (...given: number[]) => Promise<number>)(...given)
      steps.push(done)
      return done
    }
  const store = { sweep: counted('sweep'), forget: counted('forget') } as Pick<SyncStore, 'sweep' | 'forget'>
  await forgetSync({
    store,
    pushedLeft: site.scim,
    now: () => at,
    limits: () => ({ keepRunsMs: 1000 }) as SyncLimits,
  })
  return steps
}

describe('what user sync forgets', () => {
  test('a removed tenant: nobody comes in any more, and all that its sources had goes in small steps', async () => {
    using it = await house()
    await addSource(it, 'one', 3)
    const kept = rows(it)
    const gone = await addSource(it, 'two', 600)
    await removeTenant(it.order, 'two')
    assert.equal(await it.site.scim.token('token-two'), null, 'at once')
    assert.equal(await it.site.sync.source(gone), null)
    await assert.rejects(it.site.sync.addLines('none', []), /removed/)
    const order = { ...it.order, store: it.site.sync, ip: '' } as unknown as SyncOrder
    const source = { id: gone, kind: 'csv' } as SyncSource
    await assert.rejects(putSourceFile(order, source, 'late'), { code: 'not-found' })
    const steps = await round(it)
    assert.ok(steps.length > 8 && Math.max(...steps) === 100, `bounded: ${steps}`)
    assert.deepEqual(rows(it), kept, 'nothing of it is left, and all of the other')
    assert.deepEqual(await round(it), [0, 0])
  })

  test('a removed source leaves its people to the next one; a tenant that comes back finds nothing', async () => {
    using it = await house()
    const source = await addSource(it, 'one', 1)
    const user = { address: 'a@one.test', domain: 'one.test', owner: 'a@one.test', displayName: '' } as const
    await it.site.directory.putDomain({ name: 'one.test', tenant: 'one', nextHop: 'mx', settings: {} }, now)
    await it.site.directory.putUsers([{ ...user, kind: 'user', settings: {} }], now)
    it.stores.database.prepare("INSERT INTO sync_people VALUES ('a@one.test', ?, '7', '[]')").run(source)
    const whose = async () => (await it.site.sync.directoryRows('one.test', '', 1))[0]?.source
    assert.equal(await whose(), source)
    await it.site.sync.removeSource(source)
    assert.equal(await whose(), '', 'before the job has come by')
    await round(it)
    assert.equal(await whose(), '')
    assert.equal(rows(it).scim_resources, 0)
  })

  test('sources whose tenant was removed before this was done go too', async () => {
    using it = await house()
    await addSource(it, 'two', 1)
    it.stores.database.prepare("DELETE FROM tenants WHERE id = 'two'").run()
    await round(it)
    assert.deepEqual([...new Set(Object.values(rows(it)))], [0])
  })

  test('an old run with very many lines goes in small steps, the last twenty stay', async () => {
    using it = await house()
    await addSource(it, 'one', 600)
    const insert = it.stores.database.prepare(
      `INSERT INTO sync_runs (id, source, tenant, kind, state, revision, ordered_by, queued_at)
       SELECT ?, source, tenant, kind, 'done', 1, 'x', ? FROM sync_runs LIMIT 1`,
    )
    for (let n = 1; n <= 20; n++) insert.run(newId(now + n), now)
    assert.deepEqual(await round(it, now + 500), [0, 0], 'not old yet')
    assert.deepEqual(await round(it, now + 2000), [100, 100, 100, 100, 100, 100, 1, 0])
    assert.deepEqual([rows(it).sync_runs, rows(it).sync_lines], [20, 0])
  })
})
