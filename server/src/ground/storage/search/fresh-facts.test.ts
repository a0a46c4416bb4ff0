import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, mock, test } from 'node:test'
import { openTestSite } from '../../../test-site.ts'
import { databaseName, openDatabase } from '../database/open-database.ts'
import { Statements } from '../database/statements.ts'
import { FreshFacts, mostFresh, mostFreshListed } from './fresh-facts.ts'
import { logs, type SearchLog } from './logs.ts'

function open() {
  const it = openTestSite()
  const ledger = new Statements(openDatabase(join(it.site.folder, databaseName), 'read'))
  const fresh = new FreshFacts(ledger)
  const heads = () => new Map(logs.map((log): [SearchLog, number] => [log, log.head(ledger)]))
  return {
    it,
    ledger,
    heads,
    states: (indexed: ReadonlyMap<SearchLog, number>, most = mostFresh) =>
      fresh
        .read((log) => indexed.get(log) ?? 0, most)
        .map(({ facts }) => `${facts.messageId} ${facts.state}`),
    deliver(id: string) {
      it.stores.database.exec(`UPDATE deliveries SET state = 'delivered' WHERE message_id = '${id}'`)
      it.stores.database.exec(
        `INSERT INTO events (at, node, tenant, direction, message_id, n, kind, state, reason) VALUES (${Date.now()}, 'n', 'x', 'inbound', '${id}', 0, 'delivered', 'delivered', '')`,
      )
    },
    /** Something happens to a message as a whole. */
    happen(id: string) {
      it.stores.database.exec(
        `INSERT INTO events (at, node, tenant, direction, message_id, n, kind, state, reason) VALUES (${Date.now()}, 'n', 'x', 'inbound', '${id}', NULL, 'links-followed', NULL, 'links-followed')`,
      )
    },
    kinds: (indexed: ReadonlyMap<SearchLog, number>) =>
      fresh.read((log) => indexed.get(log) ?? 0, mostFresh).map(({ facts }) => facts.kinds),
    [Symbol.dispose]() {
      ledger.database.close()
      it[Symbol.dispose]()
    },
  }
}

describe('what the ledger has and the index has not', () => {
  test('is there at once with its newest state, newest first, until the index has it', () => {
    using opened = open()
    const before = opened.heads()
    const first = opened.it.accept({ at: Date.now() - 1000 })
    assert.deepEqual(opened.states(before), [`${first} waiting`])
    const second = opened.it.accept({ at: Date.now() })
    assert.deepEqual(opened.states(before), [`${second} waiting`, `${first} waiting`])
    opened.deliver(first)
    assert.deepEqual(opened.states(before), [`${second} waiting`, `${first} delivered`])
    assert.deepEqual(opened.states(opened.heads()), [])
    // An index that is built anew has nothing.
    assert.deepEqual(opened.states(before), [`${second} waiting`, `${first} delivered`])
  })

  test('is read again at once when something happens to a whole message', () => {
    using opened = open()
    const before = opened.heads()
    const id = opened.it.accept({})
    assert.deepEqual(opened.kinds(before), [['accepted']])
    opened.happen(id)
    assert.deepEqual(opened.kinds(before), [['accepted', 'links-followed']])
  })

  test('is there although something happened to the whole message before anybody looked', () => {
    using opened = open()
    const before = opened.heads()
    const id = opened.it.accept({})
    opened.happen(id)
    opened.deliver(id)
    assert.deepEqual(opened.states(before), [`${id} delivered`])
  })

  test('is read once, not at each question', () => {
    using opened = open()
    const before = opened.heads()
    for (let i = 0; i < 50; i++) opened.it.accept({})
    opened.states(before)
    const get = mock.method(opened.ledger, 'get')
    const all = mock.method(opened.ledger, 'all')
    assert.equal(opened.states(before).length, 50)
    // The heads of both logs, and no message.
    assert.equal(get.mock.callCount() + all.mock.callCount(), 2)
    opened.it.accept({})
    opened.states(before)
    assert.ok(get.mock.callCount() + all.mock.callCount() < 15)
  })

  test('is forgotten when the ledger forgets it without an event, a moment later', () => {
    using opened = open()
    const before = opened.heads()
    opened.it.accept({})
    assert.equal(opened.states(before).length, 1)
    opened.it.stores.database.exec('DELETE FROM deliveries; DELETE FROM messages')
    const late = performance.now() + 5001
    const clock = mock.method(performance, 'now', () => late)
    try {
      assert.deepEqual(opened.states(before), [])
    } finally {
      clock.mock.restore()
    }
  })

  test('is left to the index by lists sooner than by orders and counts', () => {
    using opened = open()
    const before = opened.heads()
    const id = opened.it.accept({})
    for (let i = 0; i < mostFreshListed; i++) opened.happen(id)
    assert.deepEqual(opened.states(before, mostFreshListed), [])
    assert.deepEqual(opened.states(before), [`${id} waiting`])
  })

  test('is nothing where it is more than a moment of mail: then the index is asked alone', () => {
    using opened = open()
    const before = opened.heads()
    opened.it.accept({})
    const insert = opened.it.stores.database.prepare(
      `INSERT INTO events (at, node, tenant, direction, message_id, n, kind, state, reason) VALUES (?, 'n', 'x', 'inbound', 'none', NULL, 'x', NULL, 'x')`,
    )
    opened.it.stores.database.exec('BEGIN')
    for (let i = 0; i < mostFresh; i++) insert.run(i)
    opened.it.stores.database.exec('COMMIT')
    assert.deepEqual(opened.states(before), [])
  })
})
