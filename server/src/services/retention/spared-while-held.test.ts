import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { noEndYet } from '#ground/platform/kept-days.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { databaseName } from '#ground/storage/database/open-database.ts'
import { SnapshotReader } from '#ground/storage/snapshot/snapshot-reader.ts'
import { SqliteSnapshotStore } from '#ground/storage/snapshot/sqlite-snapshot-store.ts'
import { confirmationOf, confirmationText } from '#services/directory/confirmations.ts'
import type { User } from '#services/directory/directory-store.ts'
import { publishSnapshot } from '#services/directory/publish-snapshot.ts'
import type { SnapshotStore } from '#services/directory/snapshot-store.ts'
import { addAcme, openTestSite, type TestSite } from '../../test-site.ts'
import { dayMs } from './kept-for.ts'

/** However long a loss is held back or a domain is away: the longer time ends a grace time after that. */
describe('longer times of kept mail and losses that last', () => {
  let it: TestSite
  let reader: SnapshotReader | null = null
  let now = 0
  const quoted = '"p@q"@acme.test'
  const settings = { 'quarantine.days': '3' }

  beforeEach(async () => {
    now = Date.now()
    it = openTestSite()
    const people = ['anna@acme.test', 'bert@acme.test', 'carl@acme.test', quoted]
    await addAcme(it, ['acme.test', 'other.test'], [{ address: 'otto@other.test' }])
    await it.site.directory.putUsers(people.map(person), now)
    await back()
    await publish()
  })
  afterEach(() => {
    reader?.close()
    reader = null
    it[Symbol.dispose]()
  })

  const person = (address: string): User => ({
    ...{ address, domain: 'acme.test', kind: 'user', owner: address, displayName: '' },
    settings: { 'quarantine.days': '20' },
  })
  const back = () =>
    it.site.directory.putDomain({ name: 'acme.test', tenant: 'acme', nextHop: 'mx:x.test', settings }, now)
  async function publish() {
    const folder = `${it.site.folder}/directory`
    const snapshots = new SqliteSnapshotStore(folder, `${it.site.folder}/${databaseName}`)
    const alarms = createAlarms({ now: () => now }, createSilentLog())
    await publishSnapshot({
      ...{ directory: it.site.directory, snapshots: snapshots as unknown as SnapshotStore, alarms },
      ...{ shrinkPercent: 20, graceMs: dayMs, now: () => now },
    })
    const none = () => ({}) as never
    reader ??= new SnapshotReader(
      folder,
      () => 1e12,
      () => now,
      none,
      none,
    )
    reader.refresh()
  }
  const until = (domain: string) => reader?.longerUntil(domain)
  const kept = (address: string) => reader?.keptSettingsOf(address, 'acme')['quarantine.days']

  test('a loss that is held back: no end before it is confirmed, and then after the grace time', async () => {
    await it.site.directory.removeUsers(['anna@acme.test', quoted], now)
    await publish()
    assert.equal(until('acme.test'), noEndYet)
    now += 3 * dayMs
    await it.site.directory.putDomain(
      { name: 'new.test', tenant: 'acme', nextHop: 'mx:x.test', settings: {} },
      now,
    )
    await publish()
    assert.deepEqual([kept('anna@acme.test'), kept(quoted)], ['20', '20'], 'published anew meanwhile')
    await it.site.directory.setFact(confirmationOf('acme.test'), confirmationText(now, 2))
    await publish()
    assert.equal(until('acme.test'), now + dayMs)
    assert.equal(kept('anna@acme.test'), '20')
    now += dayMs
    assert.equal(kept('anna@acme.test'), '3')
  })

  test('a domain that is away for longer than the grace time: its mail stays for that when it is back', async () => {
    await it.site.directory.setFact(confirmationOf('*'), confirmationText(now, 1))
    await it.site.directory.removeDomain('acme.test', now)
    await publish()
    assert.equal(until('acme.test'), null)
    for (const name of ['one.test', 'two.test']) {
      now += 3 * dayMs
      await it.site.directory.putDomain({ name, tenant: 'acme', nextHop: 'mx:x.test', settings: {} }, now)
      await publish()
    }
    await back()
    await publish()
    assert.equal(kept('bert@acme.test'), 'site')
    assert.equal(until('acme.test'), now + dayMs)
    assert.equal(until('two.test'), null, 'one that is new has nothing to keep')
    now += dayMs
    assert.equal(kept('bert@acme.test'), '3')
  })
})
