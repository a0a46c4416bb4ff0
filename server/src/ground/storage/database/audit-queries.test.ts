import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { firstIdAt } from '#ground/platform/ids.ts'
import { auditLately } from '#services/ledger/audit-lately.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import { databaseName } from './open-database.ts'

const start = 1_800_000_000_000
const minuteMs = 60_000

describe('differences between books, rows and events', () => {
  let open: OpenEngine
  const ids: string[] = []

  before(async () => {
    const engine = engines[0]
    assert.ok(engine)
    open = await engine.open()
    // A session may have begun hours before its mail is taken.
    await accept(start - 2 * 3_600_000, start + minuteMs)
    for (let n = 0; n < 3; n++) await accept(start + n * minuteMs, start + n * minuteMs)
  })
  after(() => open.close())

  async function accept(began: number, at: number): Promise<void> {
    const id = `${firstIdAt(began)}${String(ids.length).padStart(7, '0')}`
    ids.push(id)
    const due = { rcptTo: 'b@example.test', tenant: 'acme', dueAt: null, expiresAt: start + 1e9 }
    await open.stores.messages.accept(acceptanceOf(at, { id }, due))
  }

  /** What somebody does to the file by hand, undone afterwards. */
  async function differencesAfter(change: string, undo: string): Promise<string[]> {
    const database = new DatabaseSync(join(open.folder, databaseName))
    try {
      database.exec(change)
      const found = await auditLately(open.stores.ledger, start + 2 * minuteMs + 1, 100)
      return found.map(({ what, messageId }) => `${what} ${messageId ?? ''}`.trim())
    } finally {
      database.exec(undo)
      database.close()
    }
  }

  test('there are none, of sessions that began hours ago neither', async () => {
    assert.deepEqual(await auditLately(open.stores.ledger, start + 2 * minuteMs + 1, 100), [])
  })

  test('a minute whose books have one more is found, within the last ten only', async () => {
    const minute = Math.floor(start / minuteMs)
    const [more, less] = ['+', '-'].map(
      (sign) => `UPDATE books SET accepted = accepted ${sign} 1 WHERE minute = ${minute}`,
    )
    assert.deepEqual(await differencesAfter(more ?? '', less ?? ''), ['minute'])
    assert.deepEqual(await auditLately(open.stores.ledger, start + 11 * minuteMs, 100), [])
  })

  test('a row that is gone, and a state that no event names, are found', async () => {
    const rows = `CREATE TABLE kept AS SELECT * FROM deliveries WHERE message_id = '${ids[1]}'`
    assert.deepEqual(
      await differencesAfter(
        `${rows}; DELETE FROM deliveries WHERE message_id = '${ids[1]}'`,
        'INSERT INTO deliveries SELECT * FROM kept; DROP TABLE kept',
      ),
      ['minute'],
    )
    assert.deepEqual(
      await differencesAfter(
        `UPDATE deliveries SET state = 'returned' WHERE message_id = '${ids[2]}'`,
        `UPDATE deliveries SET state = 'waiting' WHERE message_id = '${ids[2]}'`,
      ),
      [`events-and-rows ${ids[2]}`],
    )
  })
})
