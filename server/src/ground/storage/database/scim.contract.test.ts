import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import {
  addResource,
  patchResource,
  removeResource,
  replaceResource,
} from '#services/sync/scim/push-resource.ts'
import type { MemberWrite, ScimUser, ScimWrite } from '#services/sync/scim/scim-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const now = 1_800_000_000_000
const note = { at: now, dueAt: now + 5000, mostBytes: 1 << 20 }
const same: MemberWrite = { add: [], remove: [], set: null }

for (const engine of engines) {
  describe(`what directories push, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let scim: ThreadedStores['scim']
    let sync: ThreadedStores['sync']
    let mine = ''
    let theirs = ''

    before(async () => {
      open = await engine.open()
      scim = open.stores.scim
      sync = open.stores.sync
      for (const id of ['one', 'two', 'three'])
        await open.stores.directory.putTenant({
          id,
          parent: null,
          level: 'customer',
          name: '',
          settings: {},
          locked: [],
        })
    })
    after(() => open.close())
    beforeEach(async () => {
      for (const each of [mine, theirs]) await sync.removeSource(each)
      mine = await addSource('one')
      theirs = await addSource('two')
    })

    async function addSource(tenant: string): Promise<string> {
      const id = newId(now)
      const more = { kind: 'scim', settings: {}, takesOver: false, secret: '', domains: null } as const
      await sync.addSource({ id, tenant, name: 'pushed', createdAt: now, createdBy: 'x', ...more })
      return id
    }

    const user = (userName: string, more: Partial<ScimUser> = {}): ScimUser => ({
      ...{
        userName,
        externalId: '',
        displayName: '',
        name: { formatted: '', givenName: '', familyName: '' },
      },
      ...{ emails: [], active: true },
      ...more,
    })
    const writeOf = (id: string, body: ScimUser, seen: number | null): ScimWrite<'user'> => ({
      ...{ id, body, seen, members: same },
      keys: [{ name: 'username', value: body.userName }],
    })
    const putUser = (source: string, name: string, more: Partial<ScimUser> = {}) => {
      const id = newId(now)
      return scim.put(source, 'user', writeOf(id, user(name, more), null), note).then((put) => ({ id, put }))
    }
    const putGroup = (source: string, id: string, members: MemberWrite, seen: number | null = null) =>
      scim.put(
        source,
        'group',
        { ...{ id, seen, members }, body: { displayName: 'Sales', externalId: '' }, keys: [] },
        note,
      )

    test('a token leads to its source and tenant, two at most, until it is revoked or its source is gone', async () => {
      const token = (id: string) => ({
        id,
        source: mine,
        hash: `hash of ${id}`,
        createdAt: now,
        createdBy: 'x',
      })
      for (const [id, isAdded] of [
        ['a', true],
        ['b', true],
        ['c', false],
      ] as const)
        assert.equal(await scim.addToken(token(id), 2), isAdded)
      assert.equal((await scim.token('a'))?.tenant, 'one')
      await scim.touchToken('a', now + 1)
      assert.deepEqual(
        (await scim.tokens([mine, theirs])).map(({ id, usedAt }) => [id, usedAt]),
        [
          ['a', now + 1],
          ['b', null],
        ],
      )
      assert.equal(await scim.removeToken(theirs, 'a'), false, 'not by another source')
      assert.equal(await scim.removeToken(mine, 'a'), true)
      assert.equal(await scim.token('a'), null)
      await sync.removeSource(mine)
      assert.equal(await scim.token('b'), null)
      const third = await addSource('three')
      await scim.addToken({ ...token('d'), source: third }, 2)
      assert.equal((await scim.token('d'))?.source, third)
      await open.stores.directory.removeTenant('three')
      assert.equal(await scim.token('d'), null, 'its tenant is gone')
    })

    test('names are taken once a source; who was faster is not written over', async () => {
      const { id } = await putUser(mine, 'ann')
      assert.equal((await putUser(mine, 'ann')).put, 'taken')
      assert.equal((await putUser(theirs, 'ann')).put, 'done')
      assert.equal(await scim.put(mine, 'user', writeOf(id, user('ann b'), 1), note), 'done')
      assert.equal(await scim.put(mine, 'user', writeOf(id, user('ann c'), 1), note), 'changed')
      assert.equal(await scim.put(mine, 'user', writeOf('gone', user('x'), 1), note), 'changed')
      assert.equal((await scim.resource(mine, 'user', id))?.body.userName, 'ann b')
      assert.equal((await putUser(mine, 'ann')).put, 'done', 'the old name is free')
      assert.equal(await scim.resource(theirs, 'user', id), null)
    })

    test('lists are found by conditions, page by page, within one source', async () => {
      for (const name of ['a', 'b', 'c']) await putUser(mine, name)
      await putUser(theirs, 'd')
      const all = await scim.find(mine, 'user', [], 1, 5)
      assert.deepEqual([all.total, all.found.map(({ body }) => body.userName)], [3, ['b', 'c']])
      const one = await scim.find(mine, 'user', [{ name: 'username', value: 'b' }], 0, 5)
      assert.deepEqual([one.total, one.found.length], [1, 1])
      assert.equal((await scim.find(mine, 'user', [{ name: 'username', value: 'd' }], 0, 5)).total, 0)
      assert.equal((await scim.find(mine, 'user', [], 0, 0)).total, 3)
      const roomy = { ...note, mostBytes: 64 << 20 }
      const large = ['01', '02', '03', '04'].map((n) => user(n, { displayName: 'x'.repeat(400_000) }))
      for (const each of [...large, user('05', { displayName: 'x'.repeat(2_000_000) })])
        await scim.put(theirs, 'user', writeOf(each.userName, each, null), roomy)
      const page = async (from: number) =>
        (await scim.find(theirs, 'user', [], from, 200)).found.map(({ id }) => id)
      assert.deepEqual(
        [await page(0), await page(2), await page(4)].map((each) => each.slice(0, 3)),
        [['01', '02'], ['03', '04'], ['05']],
        'no more than 1 MB, one at least',
      )
    })

    test('members are people of the source alone; who is removed leaves his groups', async () => {
      const [a, b, foreign] = [
        (await putUser(mine, 'a')).id,
        (await putUser(mine, 'b', { active: false })).id,
        (await putUser(theirs, 'c')).id,
      ]
      await putGroup(mine, 'g', { ...same, add: [a, b, foreign, 'nobody'] })
      const members = async () => (await scim.members(mine, 'g', '', 10)).map(({ userName }) => userName)
      assert.deepEqual(await members(), ['a', 'b'])
      assert.deepEqual(await scim.members(theirs, 'g', '', 10), [])
      const inIt = [
        { name: 'id', value: 'g' },
        { name: 'members', value: b },
      ]
      assert.equal((await scim.find(mine, 'group', inIt, 0, 1)).total, 1)
      await putGroup(mine, 'g', { ...same, remove: [b] }, 1)
      assert.equal((await scim.find(mine, 'group', inIt, 0, 1)).total, 0)
      assert.deepEqual(
        (await scim.people(mine, '', 10, 5)).map((each) => [each.user.userName, each.groups]),
        [['a', ['Sales']]],
        'only who is active',
      )
      assert.deepEqual((await scim.people(mine, '', 10, 0))[0]?.groups, [], 'no more groups than asked for')
      assert.equal(await scim.remove(theirs, 'user', a, note), false)
      assert.equal(await scim.remove(mine, 'user', a, note), true)
      assert.deepEqual(await members(), [])
      assert.deepEqual(await scim.people(mine, '', 10, 5), [])
    })

    test('a large group is put in place at once: nobody sees a part, and what stood before goes in steps', async () => {
      const { id: stranger } = await putUser(theirs, 'stranger')
      const ids: string[] = []
      const wide = { ...note, mostBytes: 4 << 20 }
      for (let n = 0; n < 1200; n++) ids.push(newId(now + n))
      for (let from = 0; from < ids.length; from += 200)
        await Promise.all(
          ids
            .slice(from, from + 200)
            .map((id) => scim.put(mine, 'user', { ...writeOf(id, user(id), null), keys: [] }, wide)),
        )
      const [first = '', last = ''] = [ids[0], ids.at(-1)]
      const parts = {
        store: scim,
        readStore: {
          resource: scim.resource,
          memberIds: async (...given: Parameters<typeof scim.memberIds>) => {
            seen.push((await scim.members(mine, group, '', 5000)).length)
            return scim.memberIds(...given)
          },
        },
        now: () => now,
      }
      const seen: number[] = []
      let group = ''
      const body = (members: readonly string[]) => ({
        displayName: 'All',
        members: members.map((value) => ({ value })),
      })
      const told = async () => (await scim.members(mine, group, '', 5000)).map((each) => each.id)
      const inGroup = async (member: string) =>
        (await scim.find(mine, 'group', [{ name: 'members', value: member }], 0, 5)).total
      const held = async () => (await scim.memberIds(mine, group, '', 5000)).length
      group = (await addResource(parts, mine, 'group', body([...ids, stranger, 'nobody']))).id
      assert.deepEqual([(await told()).length, await inGroup(first), await inGroup(stranger)], [1200, 1, 0])
      assert.deepEqual((await scim.people(mine, '', 1, 5))[0]?.groups, ['All'])
      // While others are written beside, those who stand are told.
      const writing = replaceResource(parts, mine, 'group', group, body(ids.slice(600)))
      for (let isDone = false; !isDone; ) {
        isDone = await Promise.race([
          writing.then(() => true),
          told().then(({ length }) => seen.push(length) < 0),
        ])
        assert.ok(
          seen.every((each) => each === 1200 || each === 600),
          String(seen),
        )
      }
      assert.deepEqual([await held(), await inGroup(first), await inGroup(last)], [600, 0, 1])
      assert.deepEqual((await scim.people(mine, '', 1, 5))[0]?.groups, [])
      // One who goes is one row, and whoever is deleted leaves what stands.
      await patchResource(parts, mine, 'group', group, {
        Operations: [{ op: 'remove', path: `members[value eq "${last}"]` }],
      })
      await scim.remove(mine, 'user', ids[600] ?? '', wide)
      assert.equal(await held(), 598)
      await removeResource(parts, mine, 'group', group)
      assert.deepEqual([await inGroup(ids[700] ?? ''), await told()], [0, []])
      const cleared: number[] = []
      do cleared.push(await scim.clearMembers(null, now, 100))
      while (cleared.at(-1) !== 0)
      assert.ok(cleared.length > 5 && Math.max(...cleared) <= 101, `in small steps: ${cleared}`)
    })

    test('a set that was cleared in part or whole before it was put in place never is, nor takes anybody in', async () => {
      const [a, b, c] = [
        (await putUser(mine, 'a')).id,
        (await putUser(mine, 'b')).id,
        (await putUser(mine, 'c')).id,
      ]
      await putGroup(mine, 'g', { ...same, add: [a] })
      const members = async () => (await scim.members(mine, 'g', '', 10)).map(({ userName }) => userName)
      const put = (set: string, seen: number) => putGroup(mine, 'g', { ...same, set }, seen)
      // One of its two rows, or all of them, while who writes it was held up.
      for (const [set, limit] of [
        [':part', 1],
        [':whole', 9],
      ] as const) {
        for (const some of [[], [a, b]]) await scim.stageMembers(mine, `g${set}`, some, now + 1)
        assert.ok((await scim.clearMembers(mine, now + 1, limit)) > 0)
        await scim.stageMembers(mine, `g${set}`, [c], now + 1000)
        assert.equal(await put(set, 1), 'changed', set)
        assert.deepEqual(await members(), ['a'])
      }
      while ((await scim.clearMembers(mine, now + 1, 9)) > 0);
      for (const some of [[], [a, b], [c]]) await scim.stageMembers(mine, 'g:late', some, now + 1)
      await scim.remove(mine, 'user', b, note)
      assert.equal(await put(':late', 1), 'done', 'somebody who is deleted meanwhile tears no set')
      assert.deepEqual(await members(), ['a', 'c'])
    })

    test('a source holds so much and no more; what is removed makes room', async () => {
      const small = { ...note, mostBytes: 2000 }
      const long = user('long', { displayName: '𝔄'.repeat(400) })
      assert.equal(await scim.put(mine, 'user', writeOf('1', long, null), small), 'done')
      assert.equal(
        await scim.put(mine, 'user', writeOf('2', { ...long, userName: 'x' }, null), small),
        'full',
      )
      assert.equal(await scim.resource(mine, 'user', '2'), null)
      assert.equal(await scim.put(mine, 'user', writeOf('1', user('long'), 1), small), 'done')
      assert.equal(
        await scim.put(mine, 'user', writeOf('2', { ...long, userName: 'x' }, null), small),
        'done',
      )
      for (const id of ['1', '2']) await scim.remove(mine, 'user', id, small)
      const whole = { ...small, mostBytes: 2000 }
      assert.equal(await scim.put(mine, 'user', writeOf('3', long, null), whole), 'done')
    })

    const due = async () => (await sync.source(mine))?.dueAt
    const claim = (at: number, owner = 'me') => sync.claim(owner, at, 1000, newId(now))

    test('members who are there already take no more room; what finds none is told until it would fit', async () => {
      const ids: string[] = []
      for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push((await putUser(mine, name)).id)
      const [a = '', b = '', c = ''] = ids
      const put = (members: MemberWrite, seen: number | null, mostBytes: number) =>
        scim.put(
          mine,
          'group',
          { ...{ id: 'g', seen, members, keys: [] }, body: { displayName: 'g', externalId: '' } },
          { ...note, mostBytes },
        )
      assert.equal(await put({ ...same, add: [a, b, c, 'nobody'] }, null, 1 << 20), 'done')
      assert.equal((await sync.source(mine))?.refusedAt, null)
      assert.equal(await put({ ...same, add: [a, b] }, 1, 1), 'done', 'they are there')
      assert.equal(await put({ ...same, remove: [c] }, 2, 1), 'done', 'one goes')
      assert.equal(await put({ ...same, add: ids }, 3, 1), 'full')
      assert.equal((await sync.source(mine))?.refusedAt, now)
      await scim.remove(mine, 'user', a, { ...note, mostBytes: 1 })
      assert.equal((await sync.source(mine))?.refusedAt, now, 'still no room')
      await scim.remove(mine, 'user', b, note)
      assert.equal((await sync.source(mine))?.refusedAt, null)
    })

    test('a push makes an enabled source run soon, also where the process that has begun with it dies', async () => {
      await putUser(mine, 'a')
      assert.equal(await due(), null, 'not enabled: not by itself')
      await sync.switchSource(mine, true, now + 3_600_000)
      assert.equal(await due(), now + 5000)
      assert.equal(await claim(now + 4999), null)
      assert.equal((await claim(now + 5000))?.source.id, mine)
      assert.equal(await claim(now + 5999, 'other'), null)
      assert.equal((await claim(now + 6000, 'other'))?.source.id, mine)
    })

    test('what comes during a run makes another one a minute after it; a failure or a loss that waits makes it wait', async () => {
      await sync.switchSource(mine, true, now)
      const run = async (at: number, state: 'done' | 'failed' | 'waiting', dueAt: number) => {
        const claimed = await claim(at)
        assert.ok(claimed)
        await putUser(mine, `${state} ${at}`)
        const fault = state === 'failed' ? ({ code: 'own-fault', detail: '' } as const) : null
        const { id, counts } = claimed.run
        await sync.finish({ run: id, source: mine, owner: 'me', counts, fault, state, at, dueAt })
      }
      await run(now, 'done', now + 3_600_000)
      assert.equal(await due(), now + 60_000)
      assert.equal(await claim(now + 59_999), null)
      await run(now + 60_000, 'failed', now + 360_000)
      assert.equal(await due(), now + 360_000)
      assert.equal(await claim(now + 359_999), null)
      await run(now + 360_000, 'waiting', now + 4_000_000)
      assert.equal(await due(), now + 4_000_000)
      assert.equal(await claim(now + 3_999_999), null)
      const loss = (await sync.source(mine))?.waitingRun ?? null
      const confirm = { id: newId(now), source: mine, tenant: 'one', kind: 'run', orderedBy: 'x' } as const
      await sync.queueRun({ ...confirm, confirms: loss, queuedAt: now })
      await run(now + 400_000, 'done', now + 4_000_000)
      assert.equal(await due(), now + 460_000)
    })
  })
}
