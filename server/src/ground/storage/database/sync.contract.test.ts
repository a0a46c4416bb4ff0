import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import type { NumberedLine, PlanCounts, PlanLine, RunKind } from '#services/sync/sync-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const now = 1_800_000_000_000
const everything = { tenants: null, domains: null }
const any = { tenant: null, domain: null }
const counts: PlanCounts = {
  found: 0,
  add: 0,
  change: 0,
  remove: 0,
  take: 0,
  kept: 0,
  skipped: 0,
  elsewhere: 0,
  unchanged: 0,
  losses: {},
}

for (const engine of engines) {
  describe(`user sync on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let sync: ThreadedStores['sync']
    let directory: ThreadedStores['directory']
    let source = ''

    before(async () => {
      open = await engine.open()
      sync = open.stores.sync
      directory = open.stores.directory
      await directory.putTenant({
        id: 'op',
        parent: null,
        level: 'operator',
        name: '',
        settings: {},
        locked: [],
      })
      for (const id of ['one', 'two'])
        await directory.putTenant({ id, parent: 'op', level: 'customer', name: '', settings: {}, locked: [] })
      for (const [name, tenant] of [
        ['one.test', 'one'],
        ['more.test', 'one'],
        ['two.test', 'two'],
      ] as const)
        await directory.putDomain({ name, tenant, nextHop: 'smtp://127.0.0.1:25', settings: {} }, now)
    })
    after(() => open.close())
    beforeEach(async () => {
      for (const each of await sync.sources(everything, any, '', 100)) await sync.removeSource(each.id)
      await sync.sweep(10_000)
      for (const domain of ['one.test', 'two.test'])
        await directory.removeUsers(
          (await directory.users(domain, '', 100)).map((each) => each.address),
          now,
        )
      source = await add('one')
    })

    async function add(tenant: string, domains: readonly string[] | null = null): Promise<string> {
      const id = newId(now)
      const more = { kind: 'csv', settings: { path: '' }, takesOver: false, secret: 'sealed' } as const
      await sync.addSource({ id, tenant, name: 'people', domains, createdAt: now, createdBy: 'x', ...more })
      return id
    }

    async function queue(kind: RunKind, of = source, confirms: string | null = null): Promise<string> {
      const id = newId(now)
      const tenant = (await sync.source(of))?.tenant ?? ''
      await sync.queueRun({ id, source: of, tenant, kind, orderedBy: 'x', confirms, queuedAt: now })
      return id
    }

    const line = (kind: PlanLine['kind'], address: string, more: object = {}): PlanLine => {
      const [, domain = ''] = address.split('@')
      const plain = {
        address,
        domain,
        kind: 'user',
        owner: address,
        displayName: '',
        groups: [],
        externalId: '',
      }
      const row = { ...plain, ...more } as PlanLine['after']
      return {
        kind,
        address,
        before: kind === 'remove' ? row : null,
        after: kind === 'remove' ? null : row,
        why: '',
      }
    }

    const end = (run: string, more: object = {}) =>
      sync.finish({
        run,
        source,
        owner: 'me',
        state: 'done',
        at: now,
        counts,
        fault: null,
        dueAt: now,
        ...more,
      } as never)

    /** One whole run that carries out lines. */
    async function carryOut(...lines: PlanLine[]): Promise<string> {
      const run = await queue('run')
      assert.ok(await sync.claimRun(run, 'me', now, 1000))
      await sync.addLines(
        run,
        lines.map((each, index): NumberedLine => ({ ...each, n: index + 1 })),
      )
      for (let last: number | null = 0; last !== null; ) last = await sync.apply(run, 'me', last, 2, now)
      assert.equal(await end(run), true)
      return run
    }

    const people = async (domain = 'one.test') =>
      (await sync.directoryRows(domain, '', 100)).map(
        (each) => `${each.address} ${each.source === source ? 'mine' : each.source}`,
      )

    test('sources are seen by whom they are in reach of, by domain, page by page', async () => {
      const [narrow, foreign] = [await add('one', ['more.test']), await add('two')]
      const seen = async (
        ...asked: [Parameters<typeof sync.sources>[0], Parameters<typeof sync.sources>[1]]
      ) => (await sync.sources(...asked, '', 10)).map((each) => each.id)
      assert.deepEqual(await seen(everything, any), [source, narrow, foreign])
      assert.deepEqual(await seen({ tenants: ['one'], domains: null }, any), [source, narrow])
      assert.deepEqual(await seen({ tenants: ['one'], domains: ['more.test'] }, any), [narrow])
      assert.deepEqual(await seen({ tenants: ['one'], domains: ['one.test'] }, any), [])
      assert.deepEqual(await seen(everything, { tenant: null, domain: 'one.test' }), [source])
      assert.deepEqual(await seen(everything, { tenant: 'two', domain: null }), [foreign])
      assert.deepEqual(
        (await sync.sources(everything, any, source, 1)).map((each) => each.id),
        [narrow],
      )
    })

    test('what is asked may change; a preview of before counts no more', async () => {
      const run = await queue('preview')
      await sync.claimRun(run, 'me', now, 1000)
      await end(run)
      const seen = await sync.source(source)
      assert.equal(seen?.previewedRevision, seen?.revision)
      await sync.changeSource(source, { settings: { path: '/x' }, domains: ['one.test'], takesOver: true })
      const changed = await sync.source(source)
      assert.notEqual(changed?.previewedRevision, changed?.revision)
      assert.deepEqual(
        [changed?.settings, changed?.domains, changed?.takesOver],
        [{ path: '/x' }, ['one.test'], true],
      )
      assert.equal(changed?.secret, 'sealed')
      await sync.changeSource(source, { domains: null })
      assert.equal((await sync.source(source))?.domains, null)
      await sync.putFile(source, 'address\nä@one.test\n')
      assert.equal((await sync.source(source))?.fileBytes, 20)
    })

    test('a run has one owner, and a source one run at a time; what a dead process had is taken over', async () => {
      const [first, second] = [await queue('test'), await queue('preview')]
      assert.equal((await sync.claim('me', now, 1000, newId(now)))?.run.id, first)
      assert.equal(await sync.claim('you', now, 1000, newId(now)), null, 'its source is in hand')
      const taken = await sync.claim('you', now + 1001, 1000, newId(now))
      assert.equal(taken?.run.id, second)
      assert.equal((await sync.run(first))?.state, 'failed')
      assert.equal(await end(first), false, 'the lease was lost')
      await assert.rejects(() => sync.apply(second, 'me', 0, 10, now + 1001), /lease/)
    })

    test('a source that is due is run, the longest due first, once; a disabled one is not', async () => {
      const other = await add('two')
      await sync.switchSource(source, true, now - 1)
      await sync.switchSource(other, true, now - 2)
      const claims = [1, 2, 3].map(() => sync.claim('me', now, 1000, newId(now)))
      const sources = (await Promise.all(claims)).map((each) => each?.source.id)
      assert.deepEqual(sources, [other, source, undefined])
      await sync.switchSource(source, false, null)
      assert.equal(
        await sync.claim('me', now + 5000, 1000, newId(now)).then((each) => each?.source.id),
        other,
      )
    })

    test('the same is not put into the queue twice', async () => {
      await queue('run')
      const run = {
        id: newId(now),
        source,
        tenant: 'one',
        kind: 'run',
        orderedBy: 'x',
        queuedAt: now,
      } as const
      assert.equal(await sync.queueRun({ ...run, confirms: null }), false)
      assert.equal(await sync.queueRun({ ...run, kind: 'preview', confirms: null }), true)
    })

    test('lines are carried out in order, with groups, and are kept', async () => {
      const run = await carryOut(
        line('add', 'a@one.test', {
          groups: ['Sales', 'All'],
          displayName: '𝔄'.repeat(300),
          externalId: 'i'.repeat(512),
        }),
        line('add', 'b@one.test', { groups: ['All'] }),
        line('add', 'c@one.test', { kind: 'alias', owner: 'a@one.test' }),
      )
      assert.deepEqual(await people(), ['a@one.test mine', 'b@one.test mine', 'c@one.test mine'])
      const [a] = await sync.directoryRows('one.test', '', 1)
      assert.deepEqual(
        [a?.externalId.length, a?.displayName, a?.groups],
        [512, '𝔄'.repeat(300), ['Sales', 'All']],
      )
      assert.deepEqual(
        (await directory.groups('one.test')).map(({ name }) => name),
        ['All', 'Sales'],
      )
      const found = await sync.lines(run, { kinds: ['add'], text: 'B@', after: 0, limit: 10 })
      assert.deepEqual(
        found.map(({ n, address }) => [n, address]),
        [[2, 'b@one.test']],
      )
      await carryOut(line('change', 'a@one.test', { groups: ['All'] }), line('remove', 'b@one.test'))
      assert.deepEqual(await people(), ['a@one.test mine', 'c@one.test mine'])
      assert.deepEqual((await sync.directoryRows('one.test', '', 1))[0]?.groups, ['All'])
      assert.deepEqual(await sync.countPeople([source]), [{ source, people: 2 }])
    })

    test('a line that a person has overtaken is left out; nobody of another tenant is touched', async () => {
      const user = (address: string) => {
        const [, domain = ''] = address.split('@')
        return {
          address,
          domain,
          kind: 'user',
          owner: address,
          displayName: 'by hand',
          settings: {},
        } as const
      }
      await directory.putUsers([user('a@one.test'), user('a@two.test')], now)
      await carryOut(
        line('add', 'a@one.test'),
        line('change', 'a@one.test'),
        line('remove', 'a@one.test'),
        line('add', 'b@two.test'),
        line('take', 'a@two.test'),
        line('remove', 'a@two.test'),
      )
      assert.deepEqual(await people(), ['a@one.test null'])
      assert.deepEqual(await people('two.test'), ['a@two.test null'])
      assert.equal((await directory.user('a@one.test'))?.displayName, 'by hand')
      await carryOut(line('take', 'a@one.test'))
      assert.deepEqual(await people(), ['a@one.test mine'])
    })

    test('who is removed by hand and added again is nobody’s', async () => {
      await carryOut(line('add', 'a@one.test'))
      await directory.removeUsers(['a@one.test'], now)
      const back = { kind: 'user', owner: 'a@one.test', displayName: '', settings: {} } as const
      await directory.putUsers([{ address: 'a@one.test', domain: 'one.test', ...back }], now)
      assert.deepEqual(await people(), ['a@one.test null'])
    })

    test('whom a source misses for a while has again what was his; another with his address has not', async () => {
      const { relays } = open.stores
      const login = 'a@one.test'
      const of = (externalId: string) => line('add', login, { externalId })
      const names = async () => (await relays.passwords(login)).map((each) => each.name)
      await carryOut(of('42'))
      await relays.addPassword({
        id: 'p',
        login,
        name: 'phone',
        record: {} as never,
        madeAt: now,
        madeBy: 'x',
      })
      await carryOut(line('remove', login))
      assert.deepEqual(await names(), [])
      await carryOut(of('42'))
      assert.deepEqual(await names(), ['phone'])
      await carryOut(line('remove', login))
      await carryOut(of('43'))
      assert.deepEqual(await names(), [])
    })

    test('people of a source that goes stay, with their settings', async () => {
      await carryOut(line('add', 'a@one.test'))
      await sync.removeSource(source)
      assert.deepEqual(await people(), ['a@one.test '])
      assert.equal(await sync.source(source), null)
      source = await add('one')
      await carryOut(line('take', 'a@one.test'))
      assert.deepEqual(await people(), ['a@one.test mine'])
    })

    test('a failed run says why, until a good one; losses of small steps add up, confirmed ones do not', async () => {
      await sync.switchSource(source, true, now)
      const fault = { code: 'sign-in-refused', detail: '401' }
      for (const state of ['failed', 'failed', 'done', 'waiting', 'done'] as const) {
        const run = await queue('run')
        await sync.claimRun(run, 'me', now, 1000)
        const losses = { 'one.test': { before: 10, lost: 1 } }
        await end(run, { state, fault: state === 'failed' ? fault : null, counts: { ...counts, losses } })
        const seen = await sync.source(source)
        assert.equal(seen?.fault?.code, state === 'failed' ? 'sign-in-refused' : undefined)
        assert.equal(seen?.waitingRun, state === 'waiting' ? run : null)
      }
      assert.equal((await sync.source(source))?.failures, 0)
      assert.deepEqual(await sync.lostSince(source, now - 1), [{ domain: 'one.test', lost: 2 }])
      assert.deepEqual(await sync.lostSince(source, now), [])
    })

    test('a fault is told once a tenant, those that pass when they come twice, and again only after a day', async () => {
      const sources = [source, await add('one'), await add('two')]
      const fail = async (id: string, code: string | null) => {
        await sync.switchSource(id, true, now)
        const run = await queue('run', id)
        await sync.claimRun(run, 'me', now, 1000)
        await end(run, { source: id, state: code ? 'failed' : 'done', fault: code && { code, detail: '' } })
      }
      const attend = async (at = now) => {
        const { began, ended } = await sync.attendToFaults(['sign-in-refused'], at)
        return [began.map((each) => each.tenant), ended.map((each) => each.tenant)]
      }
      for (const id of sources) await fail(id, 'sign-in-refused')
      assert.deepEqual(await attend(), [['one', 'two'], []])
      assert.deepEqual(await attend(), [[], []])
      assert.equal((await sync.notices(['one'], 10)).length, 1)
      await fail(sources[0] ?? '', null)
      assert.deepEqual(await attend(), [[], []], 'the other source of the tenant still has it')
      for (const id of sources) await fail(id, null)
      assert.deepEqual(await attend(), [[], ['one', 'two']])
      await fail(source, 'sign-in-refused')
      assert.deepEqual(await attend(now + 3_600_000), [[], []], 'the same as an hour ago')
      await fail(source, null)
      await attend(now + 7_200_000)
      await fail(source, 'sign-in-refused')
      assert.deepEqual(await attend(now + 100 * 3_600_000), [['one'], []])
      await fail(sources[2] ?? '', 'unreachable')
      assert.deepEqual(await attend(), [[], []])
    })

    test('old runs are forgotten, but the last ones of each source', async () => {
      const runs = [await carryOut(line('add', 'a@one.test')), await carryOut(), await carryOut()]
      assert.equal(await sync.forget(now, 2, 100), 0, 'not old yet')
      assert.equal(await sync.forget(now + 1, 2, 100), 2, 'a run and its line')
      assert.deepEqual(
        (await sync.runs(source, '', 10)).map(({ id }) => id),
        [runs[2], runs[1]],
      )
      assert.deepEqual(await sync.lines(runs[0] ?? '', { kinds: null, text: '', after: 0, limit: 10 }), [])
    })
  })
}
