import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestSite, type TestSite } from '../../test-site.ts'

const dayMs = 86_400_000
const now = Date.now()
const limits = { quarantinedMs: 30 * dayMs, traceMs: 1e12 }

let it: TestSite
before(() => {
  it = openTestSite()
})
after(() => it[Symbol.dispose]())

/** Returned to its sender for Anna then, by delivery itself; in quarantine for Bert, or held. */
function returnedBeside(state: 'quarantined' | 'held', at: number): string {
  const aside = { state, reason: 'score', dueAt: null } as const
  const id = it.accept({
    at,
    message: { direction: state === 'held' ? 'outbound' : 'inbound' },
    deliveries: [{ rcptTo: 'anna@one.test' }, { rcptTo: 'bert@two.test', tenant: 'two', ...aside }],
  })
  it.stores.transaction(() => {
    it.stores.deliveries.claim('inbound|example|example.test', 'p', at, at + 1, 10)
    const back = { state: 'returned', reason: 'refused-by-receiver', dueAt: null, expiresAt: at } as const
    const results = [{ ...back, n: 0, noticeAt: null, attempt: null }]
    it.stores.deliveries.settle([{ messageId: id, owner: 'p', at, results, notices: [] }])
  })
  return id
}

function isKept(id: string): boolean {
  const found = it.stores.ledger.read(id)
  return found?.kind === 'message' && found.contentKept
}

const free = (id: string, at: number) => it.stores.transaction(() => it.stores.retention.freeDue([id], at))

describe('content of returned mail is kept for its own time, whatever becomes of what others have of it', () => {
  const withdrawn = { action: 'withdraw', who: 'test', ip: '', at: now, mayVirus: true, lifeMs: 0 } as const
  const endings = [
    {
      name: 'a level ends its quarantine',
      state: 'quarantined',
      end: (id: string, since: number) =>
        it.stores.retention.endQuarantine([{ messageId: id, n: 1, since, keptDays: 1 }], now),
    },
    {
      name: 'somebody deletes it',
      state: 'quarantined',
      end: (id: string) => it.stores.quarantine.remove(id, 1, now, 'test'),
    },
    {
      name: 'held mail is withdrawn',
      state: 'held',
      end: (messageId: string) => it.stores.held.act({ ...withdrawn, messageId }),
    },
  ] as const
  for (const { name, state, end } of endings)
    test(name, () => {
      const since = now - dayMs
      const id = returnedBeside(state, since)
      assert.equal(
        it.stores.transaction(() => end(id, since)),
        1,
      )
      free(id, now + dayMs)
      assert.equal(isKept(id), true, 'a day after it was returned')
      free(id, since + 7 * dayMs - 1)
      assert.equal(isKept(id), true, 'up to the last moment')
      free(id, since + 7 * dayMs)
      assert.equal(isKept(id), false)
    })

  test('what is older by then is due at once, and not freed with what the site has discarded', () => {
    const id = returnedBeside('quarantined', now - 30 * dayMs)
    it.stores.transaction(() => it.stores.retention.forget(now, limits, 100))
    assert.deepEqual([isKept(id), it.stores.retention.dueReturned(now, '', 10)], [true, [id]])
    free(id, now)
    assert.equal(isKept(id), false)
  })
})
