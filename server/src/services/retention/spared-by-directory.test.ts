import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { SnapshotReader } from '#ground/storage/snapshot/snapshot-reader.ts'
import { addTenant } from '#services/directory/add-tenant.ts'
import { addUsers } from '#services/directory/add-users.ts'
import { removeUsers } from '#services/directory/remove-users.ts'
import { addGroup, changeMembers, removeGroup } from '#services/directory/write-group.ts'
import { readScope } from '#services/policy/scope.ts'
import { setLevelSettings } from '#services/policy/set-level-setting.ts'
import { keptQuarantined } from '#services/quarantine/kept-quarantined.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { EndByLevel } from './end-by-level.ts'
import { dayMs } from './kept-for.ts'
import { leavesAt } from './leaves-at.ts'
import { tellSpared } from './tell-spared.ts'

/** People lose a longer time by the directory: nobody was asked, so their mail stays until they could be brought back. */
describe('a change of the directory deletes no mail at once', () => {
  let it: TestSite
  let reader: SnapshotReader
  let now = Date.now()
  let people = 0
  const group = { id: 'acme.test/team', domain: 'acme.test', name: 'team' }

  before(async () => {
    it = openTestSite()
    const { order, site } = it
    await addTenant(order, { id: 'house', level: 'operator' })
    await addTenant(order, { id: 'acme', level: 'customer', parent: 'house' })
    await site.directory.putDomain(
      { name: 'acme.test', tenant: 'acme', nextHop: 'mx:x.test', settings: {} },
      now,
    )
    // So many that nobody who is removed here is a loss that is held back.
    await addUsers(
      order,
      Array.from({ length: 40 }, (_, n) => ({ address: `other${n}@acme.test` })),
    )
    await addGroup(order, 'acme.test', 'team')
    await site.publish()
    const none = () => ({}) as never
    reader = new SnapshotReader(
      `${site.folder}/directory`,
      () => 1e12,
      () => now,
      none,
      none,
    )
    await set('domain:acme.test', '3')
  })
  after(() => {
    reader?.close()
    it[Symbol.dispose]()
  })
  beforeEach(async () => {
    now = Date.now()
    await addGroup(it.order, 'acme.test', 'team')
    await set('group:acme.test/team', null)
  })

  /** Somebody whom no test before has known. */
  async function newPerson(): Promise<string> {
    const address = `p${people++}@acme.test`
    await addUsers(it.order, [{ address }])
    await publish()
    return address
  }
  const publish = async () => {
    await it.site.publish()
    reader.refresh()
  }
  async function set(level: string, value: string | null): Promise<void> {
    const scope = await readScope(level, it.site.directory)
    const change = [{ name: 'quarantine.days', value }]
    await setLevelSettings({ ...it.order, policy: it.site.policy }, scope, change)
    await publish()
  }
  const aside = (rcptTo: string, days: number) =>
    it.accept({
      at: now - days * dayMs,
      deliveries: [{ rcptTo, tenant: 'acme', state: 'quarantined', reason: 'score', dueAt: null }],
    })
  const rounds = () =>
    new EndByLevel({
      ...{ config: it.site.loaded.config, policy: it.site.policy, mail: keptQuarantined(it.site.quarantine) },
      end: async (...told) => it.stores.transaction(() => it.stores.retention.endQuarantine(...told)),
      settingsOf: (address, tenant) => reader.settingsOf(address, tenant),
      keptSettingsOf: (address, tenant) => reader.keptSettingsOf(address, tenant),
      isCurrent: () => true,
    })
  const stateOf = (id: string) => {
    const found = it.stores.ledger.read(id)
    return found?.kind === 'message' ? found.deliveries[0]?.state : null
  }
  /** What a round does now, and what one does when the grace time is over. */
  const fates = async (id: string) => {
    await publish()
    await rounds().round(now)
    const first = stateOf(id)
    now += dayMs + 60_000
    await rounds().round(now)
    return [first, stateOf(id)]
  }
  const spared = ['quarantined', 'discarded']

  test('who is removed with a longer time of his own', async () => {
    const anna = await newPerson()
    await set(`user:${anna}`, '20')
    const old = aside(anna, 10)
    await removeUsers(it.order, [anna])
    assert.deepEqual(await fates(old), spared)
  })

  test('who leaves a group with a longer time, and whose group is removed', async () => {
    for (const leave of [
      (who: string) => changeMembers(it.order, group, { add: [], remove: [who] }),
      () => removeGroup(it.order, group),
    ]) {
      const anna = await newPerson()
      await addGroup(it.order, 'acme.test', 'team')
      await changeMembers(it.order, group, { add: [anna], remove: [] })
      await set('group:acme.test/team', '20')
      const old = aside(anna, 10)
      await leave(anna)
      assert.deepEqual(await fates(old), spared)
      now = Date.now()
    }
  })

  test('who comes to a group with a shorter time, and who comes back with a shorter one of his own', async () => {
    const [bert, anna] = [await newPerson(), await newPerson()]
    await set('group:acme.test/team', '2')
    const old = aside(bert, 2.5)
    await changeMembers(it.order, group, { add: [bert], remove: [] })
    assert.deepEqual(await fates(old), spared)

    now = Date.now()
    await set(`user:${anna}`, '1')
    const hers = aside(anna, 2)
    await removeUsers(it.order, [anna])
    await publish()
    await rounds().round(now)
    assert.equal(stateOf(hers), 'quarantined', 'the domain keeps it longer')
    await addUsers(it.order, [{ address: anna }])
    assert.ok((await it.site.directory.takeBack([anna])).rows > 0)
    assert.deepEqual(await fates(hers), spared)
  })

  test('what was asked about leaves at once, also at a group that is new and of people who were there', async () => {
    const anna = await newPerson()
    await set(`user:${anna}`, '20')
    const old = aside(anna, 10)
    await set(`user:${anna}`, null)
    assert.deepEqual(await fates(old), ['discarded', 'discarded'])
    await changeMembers(it.order, group, { add: [anna], remove: [] })
    await publish()
    const young = aside(anna, 2)
    await set('group:acme.test/team', '1')
    assert.deepEqual(await fates(young), ['discarded', 'discarded'])
    await set('group:acme.test/team', '20')
    const older = aside(anna, 10)
    await set('group:acme.test/team', null)
    assert.deepEqual(await fates(older), ['discarded', 'discarded'], 'she is in the group still')
  })

  test('a time that is set and a membership that ends in the same moment: the level that is left counts as it was', async () => {
    const anna = await newPerson()
    await changeMembers(it.order, group, { add: [anna], remove: [] })
    await set('group:acme.test/team', '20')
    const old = aside(anna, 15)
    const scope = await readScope('group:acme.test/team', it.site.directory)
    const change = [{ name: 'quarantine.days', value: '10' }]
    await changeMembers(it.order, group, { add: [], remove: [anna] })
    await setLevelSettings({ ...it.order, policy: it.site.policy }, scope, change)
    assert.deepEqual(await fates(old), spared)
  })

  test('it is told how much leaves and when, and over when it has left', async () => {
    const anna = await newPerson()
    await set(`user:${anna}`, '20')
    const old = aside(anna, 10)
    const line = { whose: anna, tenant: 'acme', since: now - 10 * dayMs }
    const leaves = () => leavesAt(30 * dayMs, 'quarantine.days', reader, line)
    assert.equal(leaves(), line.since + 20 * dayMs)
    await removeUsers(it.order, [anna])
    await publish()
    const until = reader.longerUntil('acme.test')
    assert.ok(until !== null && Math.abs(until - now - dayMs) < 60_000, `${until}`)
    assert.equal(leaves(), until)
    const alarms = createAlarms({ now: () => now }, createSilentLog())
    const parts = { alarms, longerUntil: (domain: string) => reader.longerUntil(domain) }
    const own = rounds()
    await own.round(now)
    tellSpared(parts, [own.spared(), new Map([['acme.test', 2]])])
    assert.match(alarms.open()[0]?.text ?? '', /^3 messages are older .* acme\.test .* by \d{4}-\d\d-\d\d/)
    now += dayMs + 60_000
    await own.round(now)
    tellSpared(parts, [own.spared()])
    assert.deepEqual([alarms.open(), stateOf(old)], [[], 'discarded'])
    assert.equal(reader.longerUntil('acme.test'), null)
  })

  test('a domain that was another tenant’s for a while: its mail had the time of the site then', async () => {
    await addTenant(it.order, { id: 'other', level: 'customer', parent: 'house' })
    const to = async (tenant: string) => {
      const known = await it.site.directory.domain('acme.test')
      assert.ok(known)
      await it.site.directory.putDomain({ ...known, tenant }, now)
    }
    const old = aside('other1@acme.test', 5)
    await to('other')
    await publish()
    await rounds().round(now)
    assert.equal(stateOf(old), 'quarantined')
    await to('acme')
    assert.deepEqual(await fates(old), spared)
  })
})
