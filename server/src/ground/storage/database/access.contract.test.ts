import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ApiKey, Manager, Session } from '#services/access/access-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000

const manager = (id: string, more: Partial<Manager> = {}): Manager => ({
  id,
  displayName: 'Ann',
  address: 'ann@a.test',
  role: 'technical',
  tenant: 'one',
  domains: ['a.test'],
  ownersOfDomains: [],
  passwordHash: 'hash',
  totpSecret: null,
  recoveryCodes: ['r1', 'r2'],
  needsSecondFactor: true,
  createdAt: start,
  createdBy: 'test',
  disabledAt: null,
  passkeys: 0,
  isProbe: false,
  ...more,
})

const session = (hash: string, more: Partial<Session> = {}): Session => ({
  hash,
  manager: 'ann',
  createdAt: start,
  seenAt: start,
  isComplete: true,
  isByLink: hash !== 's1',
  ip: '192.0.2.1',
  agent: 'browser',
  viewAs: null,
  ...more,
})

const key = (id: string): ApiKey => ({
  id,
  hash: 'h',
  name: 'a key',
  tenant: 'one',
  scopes: ['logs'],
  createdAt: start,
  createdBy: 'test',
  expiresAt: null,
  usedAt: null,
})

for (const engine of engines) {
  describe(`access on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let access: ThreadedStores['access']

    before(async () => {
      open = await engine.open()
      access = open.stores.access
    })
    after(() => open.close())

    test('a manager is kept as he was put, and who made him stays', async () => {
      await access.putManager(manager('ann'))
      await access.putManager(manager('bob', { domains: null, createdAt: start + 1 }))
      const changed = manager('ann', { role: 'reader', domains: null, totpSecret: 'S', disabledAt: start })
      await access.putManager({ ...changed, createdBy: 'else', createdAt: 5 })
      assert.deepEqual(await access.manager('ann'), changed)
      assert.deepEqual(
        (await access.managers()).map((each) => each.id),
        ['ann', 'bob'],
      )
      assert.equal(await access.manager('nobody'), null)
    })

    test('a step of the second factor and a recovery code are used once, and no step before it', async () => {
      assert.deepEqual(
        [await access.useTotpStep('ann', 10), await access.useTotpStep('ann', 10)],
        [true, false],
      )
      assert.deepEqual(
        [await access.useTotpStep('ann', 9), await access.useTotpStep('ann', 11)],
        [false, true],
      )
      assert.deepEqual(
        [await access.useRecoveryCode('ann', 'r1'), await access.useRecoveryCode('ann', 'r1')],
        [true, false],
      )
      assert.deepEqual((await access.manager('ann'))?.recoveryCodes, ['r2'])
      assert.equal(await access.useRecoveryCode('bob', 'none'), false)
    })

    test('sessions are found by hash, touched, and ended alone or together', async () => {
      for (const hash of ['s1', 's2', 's3']) await access.putSession(session(hash))
      await access.touchSession('s2', start + 60_000)
      assert.equal((await access.session('s2'))?.seenAt, start + 60_000)
      assert.deepEqual(
        (await access.sessionsOf('ann')).map((each) => each.hash),
        ['s2', 's1', 's3'],
      )
      await access.endSession('s1')
      await access.touchSession('s1', start + 70_000)
      await access.setView('s1', null)
      await access.spendLinkProof('s2')
      assert.deepEqual(
        [(await access.session('s2'))?.isByLink, (await access.session('s3'))?.isByLink],
        [false, true],
      )
      assert.equal(await access.session('s1'), null, 'what has ended does not come back')
      assert.equal(await access.endSessionsOf('ann', 's3'), 1)
      assert.deepEqual(await access.sessionsOf('ann'), [session('s3')])
    })

    test('whose the domains of a manager are is known as it is now', async () => {
      const { directory } = open.stores
      const plain = { name: '', settings: {}, locked: [] }
      for (const [id, parent] of [['top', null] as const, ['low', 'top'] as const])
        await directory.putTenant({ id, parent, level: parent === null ? 'operator' : 'customer', ...plain })
      const move = (name: string, tenant: string) =>
        directory.putDomain({ name, tenant, nextHop: 'mx', settings: {} }, start)
      await move('a.low.test', 'low')
      await move('b.low.test', 'low')
      await move('top.test', 'top')
      const owners = async () => (await access.manager('dan'))?.ownersOfDomains
      await access.putManager(manager('dan', { domains: ['a.low.test', 'b.low.test', 'gone.test'] }))
      assert.deepEqual(await owners(), ['low'])
      await move('b.low.test', 'top')
      assert.deepEqual(await owners(), ['low', 'top'])
      await access.putManager(manager('dan', { domains: null }))
      assert.deepEqual(await owners(), [])
      await access.removeManager('dan')
    })

    test('another role, tenant or domain ends sessions and links; another name does not', async () => {
      const cara = manager('cara')
      await access.putManager(cara)
      for (const [change, left] of [
        [{ displayName: 'Cara', needsSecondFactor: false }, 1],
        [{ role: 'administrator' }, 0],
        [{ tenant: 'two' }, 0],
        [{ domains: ['a.test', 'b.test'] }, 0],
        [{ domains: null }, 0],
      ] as const) {
        await access.putManager(cara)
        await access.putSession(session('c', { manager: 'cara' }))
        await access.putLink({ hash: 'lc', manager: 'cara', expiresAt: start })
        await access.putManager({ ...cara, ...change })
        const found = [(await access.sessionsOf('cara')).length, Number((await access.link('lc')) !== null)]
        assert.deepEqual(found, [left, left], JSON.stringify(change))
        await access.removeManager('cara')
      }
    })

    test('of many who use a link at once one gets it', async () => {
      await access.putLink({ hash: 'l1', manager: 'ann', expiresAt: start })
      assert.deepEqual(await access.link('l1'), { hash: 'l1', manager: 'ann', expiresAt: start })
      const got = await Promise.all(Array.from({ length: 20 }, () => access.useLink('l1')))
      assert.equal(got.filter((each) => each !== null).length, 1)
      assert.equal(await access.link('l1'), null)
    })

    test('keys', async () => {
      await access.putKey(key('k1'))
      await access.touchKey('k1', start)
      assert.deepEqual(await access.key('k1'), { ...key('k1'), usedAt: start })
      assert.equal((await access.keys()).length, 1)
      assert.deepEqual([await access.removeKey('k1'), await access.removeKey('k1')], [true, false])
      await access.touchKey('k1', start + 1)
      assert.equal(await access.key('k1'), null, 'what is gone does not come back')
    })

    test('failures count within their window, by subject', async () => {
      assert.equal(await access.noteFailure('account ann', start, 1000), 1)
      assert.equal(await access.noteFailure('account ann', start + 500, 1000), 2)
      assert.equal(await access.noteFailure('account ann', start + 1400, 1000), 2)
      assert.equal(await access.failures('account bob', 0), 0)
      assert.equal(await access.latestFailure('account ann'), start + 1400)
      await access.clearFailures('account ann')
      assert.equal(await access.latestFailure('account ann'), null)
    })

    test('what is counted over a day is not swept before it is over', async () => {
      const dayMs = 24 * 3_600_000
      await access.noteFailure('account eve', start, dayMs)
      await access.sweep(start + dayMs - 1, start + dayMs / 2, 0)
      assert.equal(await access.noteFailure('account eve', start + dayMs - 1, dayMs), 2)
      await access.sweep(start + 2 * dayMs, start + dayMs, 0)
      assert.equal(await access.failures('account eve', 0), 1)
      await access.clearFailures('account eve')
    })

    test('the audit log is read by tenant, page by page, newest first', async () => {
      for (const [n, tenant] of ['one', 'two', null, 'one'].entries())
        await access.record({ at: start + n, what: `w${n}`, who: 'test', tenant, ip: '', detail: { n } })
      const all = await access.audit(null, null, 10)
      assert.deepEqual(
        all.map((each) => each.what),
        ['w3', 'w2', 'w1', 'w0'],
      )
      const [newest] = await access.audit(['one'], null, 1)
      assert.equal(newest?.what, 'w3')
      assert.deepEqual(newest?.detail, { n: 3 })
      assert.deepEqual(
        (await access.audit(['one'], newest?.id ?? 0, 10)).map((each) => each.what),
        ['w0'],
      )
      assert.deepEqual(await access.audit([], null, 10), [])
    })

    test('who is removed leaves neither sessions nor links; what is over is swept', async () => {
      await access.putLink({ hash: 'l2', manager: 'ann', expiresAt: start })
      const { questions } = open.stores
      for (const [id, isShared] of [['q1', false] as const, ['q2', true] as const]) {
        const question = { id, tenant: 'one', name: id, question: { q: 'x' }, isShared, changedAt: start }
        await questions.put({ ...question, who: 'manager:ann' }, { who: 'manager:ann', ip: '' })
      }
      assert.equal(await access.removeManager('ann'), true)
      assert.deepEqual(
        (await questions.list({ who: 'manager:ann', tenants: null })).map((each) => each.id),
        ['q2'],
        'whoever has the name next finds only what was for all',
      )
      assert.deepEqual([await access.sessionsOf('ann'), await access.link('l2')], [[], null])
      assert.equal(await access.removeManager('ann'), false)
      await access.putSession(session('old', { manager: 'bob' }))
      await access.putSession(session('new', { manager: 'bob', seenAt: start + 10 }))
      await access.putLink({ hash: 'l3', manager: 'bob', expiresAt: start + 5 })
      await access.sweep(start + 6, start + 1, start + 2)
      assert.deepEqual(
        (await access.audit(null, null, 10)).map((each) => each.what),
        ['w3', 'w2'],
      )
      assert.deepEqual(
        (await access.sessionsOf('bob')).map((each) => each.hash),
        ['new'],
      )
      assert.equal(await access.link('l3'), null)
    })
  })
}
