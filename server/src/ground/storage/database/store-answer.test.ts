import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { damageTable } from '../../../../../tests/harness/damage-table.ts'
import { describe, isStoreAway } from './store-answer.ts'

test('a row that meets a damaged page is told apart from a store that takes none at all', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-answer-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'x.db')
  const made = new DatabaseSync(path)
  made.exec(
    'CREATE TABLE refusals (id TEXT); CREATE TABLE messages (id TEXT); INSERT INTO refusals VALUES (1)',
  )
  made.close()
  damageTable(path, 'refusals')
  const errorOf = (options: { readOnly?: boolean }, table: string): unknown => {
    const database = new DatabaseSync(path, options)
    try {
      database.exec(`INSERT INTO ${table} VALUES (2)`)
      return null
    } catch (cause) {
      return cause
    } finally {
      database.close()
    }
  }
  const damaged = describe(errorOf({}, 'refusals'))
  assert.equal(damaged.code, 'damaged')
  assert.equal(errorOf({}, 'messages'), null)
  assert.equal(describe(errorOf({ readOnly: true }, 'messages')).code, 'away')
  // A gateway that can write nothing else takes no mail either way.
  assert.ok(isStoreAway({ error: damaged }))
})
