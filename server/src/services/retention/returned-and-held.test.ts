import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import { endReturned } from '#services/incidents/end-returned.ts'
import type { OverdueDelivery } from '#services/ledger/retention-store.ts'
import { readScope } from '#services/policy/scope.ts'
import { setLevelSettings } from '#services/policy/set-level-setting.ts'
import { addAcme, openTestSite, type TestSite } from '../../test-site.ts'
import { keptMailOf } from '../../wiring/kept-mail.ts'
import { EndByLevel } from './end-by-level.ts'
import { guardRetention } from './guard-retention.ts'
import { dayMs } from './kept-for.ts'
import { leavingByLevel } from './leaving-by-level.ts'

let it: TestSite
let book: SnapshotBook
const now = Date.now()
const asked: OverdueDelivery[] = []

before(async () => {
  it = openTestSite()
  const { site } = it
  const people = ['anna', 'bert', 'carl'].map((each) => ({ address: `${each}@acme.test` }))
  await addAcme(it, ['acme.test'], people)
  await site.publish()
  book = new SnapshotBook(`${site.folder}/directory`)
})
after(() => {
  book?.close()
  it[Symbol.dispose]()
})

async function set(level: string, name: string, value: string | null): Promise<void> {
  const { site, order } = it
  const scope = await readScope(level, site.directory)
  await setLevelSettings({ ...order, policy: site.policy }, scope, [{ name, value }])
  await site.publish()
  book.refresh()
}

const mail = () => {
  const wrap = <Store extends object>(store: object) =>
    new Proxy({} as Store, {
      get:
        (_target, name) =>
        async (...values: unknown[]) =>
          (store as Record<string, (...given: unknown[]) => unknown>)[String(name)]?.apply(store, values),
    })
  const { quarantine, retention, held } = it.stores
  const stores = { quarantine: wrap(quarantine), retention: wrap(retention), held: wrap(held) }
  return keptMailOf(stores as Parameters<typeof keptMailOf>[0], it.site.loaded.config)
}
const roundsOf = (kind: 'returned' | 'held') => {
  const { retention } = it.stores
  return new EndByLevel({
    config: it.site.loaded.config,
    policy: it.site.policy,
    mail: mail()[kind],
    end: async (overdue, at) => {
      asked.push(...overdue)
      return kind === 'held'
        ? overdue.length
        : endReturned(
            {
              ...{ incidents: it.site.incidents, ledger: it.site.ledger, keepMs: 30 * dayMs },
              retention: {
                keepReturned: async (...told) => it.stores.transaction(() => retention.keepReturned(...told)),
                endReturned: async (...told) => it.stores.transaction(() => retention.endReturned(...told)),
              },
            },
            overdue,
            at,
          )
    },
    settingsOf: (address, tenant) => book.settingsOf(address, tenant),
    keptSettingsOf: (address, tenant) => book.settingsOf(address, tenant),
    isCurrent: () => true,
  })
}
const guard = () => ({
  config: it.site.loaded.config,
  policy: it.site.policy,
  countLeaving: it.site.countLeaving,
})

describe('content of returned mail', () => {
  const keepUntil = (id: string) =>
    it.stores.database.prepare('SELECT keep_until AS until FROM messages WHERE id = ?').get(id)?.until
  const isKept = (id: string) => {
    const found = it.stores.ledger.read(id)
    return found?.kind === 'message' && found.contentKept
  }
  const returned = (days: number, ...to: string[]) => {
    const at = now - days * dayMs
    const id = it.accept({ at, deliveries: to.map((rcptTo, n) => ({ n, rcptTo, tenant: 'acme' })) })
    it.stores.database
      .prepare("UPDATE deliveries SET state = 'returned', due_at = NULL, settled_at = ? WHERE message_id = ?")
      .run(at, id)
    it.stores.database.prepare('UPDATE messages SET keep_until = ? WHERE id = ?').run(at + 7 * dayMs, id)
    return id
  }

  /** Carl refuses then, and Dora takes it later: by delivery itself. */
  function returnedBefore(days: number, takenAfterDays: number): string {
    const at = now - days * dayMs
    const id = it.accept({
      at,
      deliveries: ['carl@acme.test', 'dora@acme.test'].map((rcptTo) => ({ rcptTo, tenant: 'acme' })),
    })
    const settle = (n: number, state: 'returned' | 'delivered', when: number) => {
      it.stores.deliveries.claim('inbound|example|example.test', 'p', when, when + 1, 10)
      const reason = state === 'returned' ? 'refused-by-receiver' : 'delivered'
      const result = {
        n,
        state,
        reason,
        dueAt: null,
        expiresAt: when,
        noticeAt: null,
        attempt: null,
      } as const
      it.stores.deliveries.settle([{ messageId: id, owner: 'p', at: when, results: [result], notices: [] }])
    }
    it.stores.transaction(() => settle(0, 'returned', at))
    it.stores.transaction(() => settle(1, 'delivered', at + takenAfterDays * dayMs))
    return id
  }

  test('is counted before a level ends it, also where it is kept longer than its return and the site say', async () => {
    const [late, lowered] = [returnedBefore(8, 5), returnedBefore(20, 0)]
    assert.equal(keepUntil(late), now + 4 * dayMs, 'from when the last of its deliveries ended')
    // Returned while the site kept such mail for 30 days.
    it.stores.database
      .prepare('UPDATE messages SET keep_until = ? WHERE id = ?')
      .run(now + 10 * dayMs + 1, lowered)
    const change = [{ name: 'returned.days', value: '3' }]
    await assert.rejects(
      guardRetention(guard(), 'user:carl@acme.test', change, 0),
      /2 returned messages would lose their content at once/,
    )
    await set('user:carl@acme.test', 'returned.days', '3')
    const counted = { config: it.site.loaded.config, policy: it.site.policy, mail: mail().returned }
    const settingsOf = (address: string, tenant: string) => book.settingsOf(address, tenant)
    const leaving = await leavingByLevel({ ...counted, settingsOf }, [now, now + 11 * dayMs], undefined)
    assert.deepEqual(leaving, [2, 0], 'by then both have left without it')
    assert.equal(await roundsOf('returned').round(now), 2)
  })

  test('leaves when its level says, once nobody of those who have it wants it longer', async () => {
    const [old, both, young] = [
      returned(4, 'anna@acme.test'),
      returned(4, 'anna@acme.test', 'bert@acme.test'),
      returned(2, 'anna@acme.test'),
    ]
    const incident = returned(4, 'anna@acme.test')
    const longer = now - 4 * dayMs + 30 * dayMs
    it.stores.database.prepare('UPDATE messages SET keep_until = ? WHERE id = ?').run(longer, incident)
    assert.equal(await roundsOf('returned').round(now), 0, 'no level says anything')
    const change = [{ name: 'returned.days', value: '3' }]
    const refused = guardRetention(guard(), 'user:anna@acme.test', change, 0)
    await assert.rejects(refused, /1 returned message would lose its content at once/)
    await guardRetention(guard(), 'user:anna@acme.test', change, 1)
    await assert.rejects(
      guardRetention(guard(), 'tenant:acme', [{ name: 'returned.days', value: '8' }], 0),
      /keeps the content of returned mail for 7 days \(spool.keepReturned\)/,
    )
    await set('user:anna@acme.test', 'returned.days', '3')
    assert.equal(await roundsOf('returned').round(now), 1)
    assert.deepEqual(
      [keepUntil(old), isKept(old)],
      [null, false],
      'at once: nothing is left to be done later',
    )
    assert.deepEqual([keepUntil(both), keepUntil(young)], [now + 3 * dayMs, now + 5 * dayMs])
    assert.equal(keepUntil(incident), longer)
    assert.equal(await roundsOf('returned').round(now + 1000), 0, 'once')
    await set('tenant:acme', 'returned.days', '3')
    assert.equal(await roundsOf('returned').round(now), 1)
  })

  test('that was sent again meanwhile is left alone', () => {
    const id = returned(5, 'bert@acme.test')
    const overdue = { messageId: id, n: 0, since: now - 6 * dayMs, keptDays: 1 }
    const end = (each: OverdueDelivery) =>
      it.stores.transaction(() => it.stores.retention.endReturned([each]))
    assert.equal(end(overdue), 0, 'it was returned once more')
    it.stores.database.prepare('UPDATE messages SET keep_until = NULL WHERE id = ?').run(id)
    assert.equal(end({ ...overdue, since: now - 5 * dayMs }), 0)
  })
})

describe('held mail', () => {
  test('goes back when the level of its sender says; what would go at once is said before', async () => {
    const hold = (sender: string, days: number) => {
      const at = now - days * dayMs
      const id = it.accept({
        at,
        message: { direction: 'outbound', mailFrom: sender },
        deliveries: [{ rcptTo: 'x@w.test', tenant: 'acme', state: 'held', reason: 'score', dueAt: null }],
      } as Parameters<TestSite['accept']>[0])
      it.stores.database
        .prepare('INSERT INTO held_mail (message_id, sender, tenant, held_at) VALUES (?, ?, ?, ?)')
        .run(id, sender, 'acme', at)
      return id
    }
    const [old] = [hold('anna@acme.test', 5), hold('anna@acme.test', 1.5), hold('bert@acme.test', 9)]
    asked.length = 0
    const change = [{ name: 'held.days', value: '4' }]
    await assert.rejects(
      guardRetention(guard(), 'user:anna@acme.test', change, 0),
      /1 held message would go back to its sender at once by this, for good, held mail without the warning/,
    )
    await set('user:anna@acme.test', 'held.days', '4')
    assert.equal(await roundsOf('held').round(now), 1)
    assert.deepEqual(
      asked.map(({ messageId, keptDays }) => [messageId, keptDays]),
      [[old, 4]],
    )
  })
})
