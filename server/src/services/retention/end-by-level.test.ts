import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import { addTenant } from '#services/directory/add-tenant.ts'
import { readScope } from '#services/policy/scope.ts'
import { setLevelSettings } from '#services/policy/set-level-setting.ts'
import { undoVersion } from '#services/policy/undo-version.ts'
import { keptQuarantined } from '#services/quarantine/kept-quarantined.ts'
import { addAcme, openTestSite, type TestSite } from '../../test-site.ts'
import { countLeaving } from './count-leaving.ts'
import { EndByLevel } from './end-by-level.ts'
import { guardRetention, guardUndo, leavingByUndo } from './guard-retention.ts'
import { dayMs, keptFor } from './kept-for.ts'
import type { KeptMail } from './kept-mail.ts'
import { leavingByLevel } from './leaving-by-level.ts'

let it: TestSite
let book: SnapshotBook
const now = Date.now()

before(async () => {
  it = openTestSite()
  await addAcme(
    it,
    ['acme.test', 'other.test'],
    [
      { address: 'anna@acme.test', displayName: 'Anna' },
      { address: 'ann@other.test', displayName: 'Anna', aliasOf: 'anna@acme.test' },
      { address: 'bert@acme.test', displayName: 'Bert' },
    ],
  )
})
after(() => {
  book?.close()
  it[Symbol.dispose]()
})

const aside = (rcptTo: string, days: number, more: object = {}) =>
  it.accept({
    at: now - days * dayMs,
    message: more,
    deliveries: [{ rcptTo, tenant: 'acme', state: 'quarantined', reason: 'score', dueAt: null, ...more }],
  })

async function set(level: string, value: string | null, locked = false): Promise<number | null> {
  const { site, order } = it
  const scope = await readScope(level, site.directory)
  const made = await setLevelSettings({ ...order, policy: site.policy }, scope, [
    { name: 'quarantine.days', value, locked },
  ])
  await publish()
  return made
}

async function publish(): Promise<void> {
  await it.site.publish()
  book ??= new SnapshotBook(`${it.site.folder}/directory`)
  book.refresh()
}

const endQuarantine = async (...told: Parameters<typeof it.stores.retention.endQuarantine>) =>
  it.stores.transaction(() => it.stores.retention.endQuarantine(...told))
const parts = () => ({
  config: it.site.loaded.config,
  policy: it.site.policy,
  mail: keptQuarantined(it.site.quarantine),
  end: endQuarantine,
  settingsOf: (address: string, tenant: string) => book.settingsOf(address, tenant),
  keptSettingsOf: (address: string, tenant: string) => book.settingsOf(address, tenant),
  isCurrent: () => true,
})
const guard = () => ({
  config: it.site.loaded.config,
  policy: it.site.policy,
  countLeaving: it.site.countLeaving,
})
const quarantine = { setting: 'quarantine.days' } as const
const countOf = async (scope: string, value: string) => {
  const [found] = await it.site.countLeaving([{ ...quarantine, scope, value, locked: false }])
  return found?.leaving ?? 0
}
const stateOf = (id: string) => {
  const found = it.stores.ledger.read(id)
  return found?.kind === 'message' ? found.deliveries[0]?.state : null
}

describe('mail in quarantine leaves when its level says', () => {
  test('a level may be shorter than the site; the narrower one counts, an alias has the level of its person', async () => {
    await publish()
    const anna = aside('anna@acme.test', 5)
    const alias = aside('ann@other.test', 5)
    const bert = aside('bert@acme.test', 5)
    const young = aside('bert@acme.test', 2)
    const rounds = new EndByLevel(parts())
    assert.equal(await rounds.round(now), 0, 'nothing is set: all of it is younger than the site keeps it')

    await set('tenant:acme', '3')
    await set('user:anna@acme.test', '9')
    assert.deepEqual(await leavingByLevel(parts(), [now, now + 2 * dayMs], undefined), [1, 2])
    assert.equal(await rounds.round(now), 1)
    assert.deepEqual([anna, alias, bert, young].map(stateOf), [
      'quarantined',
      'quarantined',
      'discarded',
      'quarantined',
    ])
    const found = it.stores.ledger.read(bert)
    const events = found?.kind === 'message' ? found.events : []
    const last = events.at(-1)
    assert.deepEqual([last?.reason, last?.detail], ['retention', { keptDays: 3 }])
    assert.equal(await rounds.round(now + 4 * dayMs + 1), 3)
  })

  test('a lock above counts, and mail that leaves has the level of its sender', async () => {
    await set('tenant:acme', '4', true)
    const anna = { whose: 'Anna@Acme.test', tenant: 'acme' }
    assert.equal(keptFor(30 * dayMs, 'quarantine.days', parts().settingsOf, anna).ms, 4 * dayMs)
    const out = aside('world@w.test', 5, { mailFrom: 'bert@acme.test', direction: 'outbound' })
    const foreign = aside('bert@gone.test', 5)
    assert.equal(await new EndByLevel(parts()).round(now), 1)
    assert.deepEqual([stateOf(out), stateOf(foreign)], ['discarded', 'quarantined'])
    await set('tenant:acme', null)
  })

  test('an address that is another tenant’s by now has no say over mail of before', async () => {
    const old = aside('bert@acme.test', 5, { tenant: 'gone' })
    const own = aside('bert@acme.test', 5)
    await set('tenant:acme', '3')
    assert.deepEqual(await leavingByLevel(parts(), [now], undefined), [1])
    assert.equal(await new EndByLevel(parts()).round(now), 1)
    assert.deepEqual([stateOf(old), stateOf(own)], ['quarantined', 'discarded'])
    await set('tenant:acme', null)
    const leaving = await countOf('tenant:acme', '3')
    aside('bert@acme.test', 6, { tenant: 'gone' })
    assert.equal(await countOf('tenant:acme', '3'), leaving)
  })

  test('where the directory cannot be looked up, mail waits', async () => {
    await set('user:anna@acme.test', '1')
    const anna = aside('anna@acme.test', 3)
    assert.equal(await new EndByLevel({ ...parts(), isCurrent: () => false }).round(now), 0)
    const away = () => {
      throw new Error('there is no snapshot')
    }
    assert.equal(await new EndByLevel({ ...parts(), settingsOf: away, keptSettingsOf: away }).round(now), 0)
    assert.equal(stateOf(anna), 'quarantined')
    assert.equal(await new EndByLevel(parts()).round(now), 1)
  })

  test('what was released, and set aside again meanwhile, stays', async () => {
    const anna = aside('anna@acme.test', 3)
    const overdue = { messageId: anna, n: 0, since: now - 4 * dayMs, keptDays: 1 }
    assert.equal(await endQuarantine([overdue], now), 0)
    assert.equal(stateOf(anna), 'quarantined')
    assert.equal(await endQuarantine([{ ...overdue, since: now - 3 * dayMs }], now), 1)
  })

  test('others come in between where one message has a thousand recipients, and each of these is looked up once', async () => {
    await publish()
    await set('tenant:acme', '3')
    const owners = Array.from({ length: 1000 }, (_, n) => ({ whose: `p${n}@acme.test`, tenant: 'acme' }))
    const found = ['one', 'two'].map((messageId) => ({ messageId, n: 0, since: now - 9 * dayMs, owners }))
    const mail: KeptMail = {
      setting: 'quarantine.days',
      count: async () => 2,
      page: async () => ({ found, behind: null }),
    }
    let [asked, ended, between, isOver] = [0, 0, 0, false]
    const settingsOf = () => {
      asked++
      return { 'quarantine.days': '3' }
    }
    const end = async (overdue: readonly object[]) => {
      ended += overdue.length
      return overdue.length
    }
    const tick = () => {
      between++
      if (!isOver) setImmediate(tick)
    }
    setImmediate(tick)
    await new EndByLevel({
      ...parts(),
      mail,
      settingsOf,
      keptSettingsOf: () => ({ 'quarantine.days': '3' }),
      end,
    }).round(now)
    isOver = true
    assert.deepEqual([asked, ended], [1000, 2])
    assert.ok(between >= 19, `${between} turns`)
    await set('tenant:acme', null)
  })

  test('more than a page is gone through, round after round', async () => {
    for (let n = 0; n < 130; n++) aside(n < 120 ? 'bert@acme.test' : 'anna@acme.test', 3)
    assert.equal(await new EndByLevel(parts()).round(now), 10)
  })
})

describe('what would leave at once is said before it does', () => {
  const change = (value: string | null) => [{ name: 'quarantine.days', value }]

  test('a shorter time is refused until as many may leave; a longer one than the site’s always', async () => {
    const bert = [aside('bert@acme.test', 20), aside('bert@acme.test', 21)]
    const level = 'user:bert@acme.test'
    assert.equal(await countOf(level, '10'), bert.length)
    await assert.rejects(guardRetention(guard(), level, change('10'), 1), /2 messages would leave quarantine/)
    await guardRetention(guard(), level, change('10'), 2)
    await guardRetention(guard(), level, change('30'), 0)
    await assert.rejects(
      guardRetention(guard(), level, change('31'), 0),
      /keeps quarantined mail for 30 days/,
    )
    await guardRetention(guard(), level, [{ name: 'tolerance', value: '31' }], 0)
  })

  test('mail of others does not use up what is looked at, and what could not be looked at counts', async () => {
    await addTenant(it.order, { id: 'large', level: 'customer', parent: 'house' })
    for (let n = 0; n < 120; n++) aside('x@large.test', 25, { tenant: 'large' })
    await set('user:anna@acme.test', null)
    for (const days of [20, 19]) aside('anna@acme.test', days)
    const lookAt = (scope: string, most: number) =>
      countLeaving(
        {
          ...{ config: it.site.loaded.config, policy: it.site.policy, directory: it.site.directory },
          ...{ mail: [parts().mail], levelsOf: (address) => book.levelsOf(address), now: () => now },
        },
        [{ ...quarantine, scope, value: '10', locked: false }],
        null,
        most,
      )
    const countAt = async (scope: string, most: number) =>
      (await lookAt(scope, most))[0] ?? { leaving: 0, isCut: false }
    for (const scope of ['user:anna@acme.test', 'domain:acme.test', 'tenant:acme']) {
      const { leaving, isCut } = await countAt(scope, 2)
      assert.ok(leaving >= 2 && !isCut, `${scope}: ${leaving}`)
    }
    const unseen = await countAt('user:anna@acme.test', 0)
    assert.ok(unseen.isCut && unseen.leaving >= 2, `${unseen.leaving}`)
    const blind = { ...guard(), countLeaving: () => lookAt('user:anna@acme.test', 0) }
    await assert.rejects(
      guardRetention(blind, 'user:anna@acme.test', change('10'), unseen.leaving - 1),
      /up to \d+ messages would leave quarantine/,
    )
    await guardRetention(blind, 'user:anna@acme.test', change('10'), unseen.leaving)
  })

  test('settings of a version are counted together, and no message twice', async () => {
    const back = (scope: string, value: string | null, locked: boolean) => ({
      ...{ what: 'setting' as const, scope, name: 'quarantine.days' },
      ...{ before: { value, locked }, after: { value: null, locked: false } },
    })
    for (const scope of ['tenant:acme', 'domain:acme.test', 'user:bert@acme.test']) await set(scope, null)
    const edits = [back('tenant:acme', '10', false), back('domain:acme.test', '9', false)]
    const alone = await countOf('tenant:acme', '10')
    assert.ok(alone >= 2)
    await assert.rejects(
      guardUndo(guard(), { edits }, alone - 1),
      new RegExp(`^OrderError: ${alone} messages`),
    )
    await guardUndo(guard(), { edits }, alone)
    // A lock that goes and what stands below it: either alone takes nothing away.
    await set('tenant:acme', '30', true)
    const both = [back('tenant:acme', null, false), back('user:bert@acme.test', '10', false)]
    for (const each of both) await guardUndo(guard(), { edits: [each] }, 0)
    await assert.rejects(guardUndo(guard(), { edits: both }, 0), /messages would leave quarantine/)
    const [told] = await leavingByUndo(guard(), { edits: both })
    await guardUndo(guard(), { edits: both }, told?.leaving ?? 0)
    await set('tenant:acme', null)
  })

  test('taking a version back is a change like others', async () => {
    await set('user:bert@acme.test', '10')
    const longer = await set('user:bert@acme.test', null)
    const version = await it.site.policy.version(longer ?? 0)
    assert.ok(version)
    await assert.rejects(guardUndo(guard(), version, 0), /2 messages would leave/)
    await guardUndo(guard(), version, 2)
    await undoVersion({ ...it.order, policy: it.site.policy }, version, {
      name: version.scope,
      tenant: 'acme',
    })
    await publish()
    assert.equal(await new EndByLevel(parts()).round(now), 2)
  })
})
