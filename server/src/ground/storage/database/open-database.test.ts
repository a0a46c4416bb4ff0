import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { databaseName, openDatabase, SchemaTooNewError } from './open-database.ts'
import { migrations } from './schema.ts'

describe('a database that a newer version has changed', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailkeep-schema-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  /** A database as a version with one change more leaves it. */
  function newer(name: string, floor: number): string {
    const path = join(folder, `${name}-${databaseName}`)
    const database = openDatabase(path, 'write')
    const version = migrations.length + 1
    database.exec(`CREATE TABLE of_a_newer_version (id TEXT); PRAGMA user_version = ${version}`)
    database.prepare('INSERT INTO schema_changes (version, at, floor) VALUES (?, 0, ?)').run(version, floor)
    database.close()
    return path
  }

  test('is opened by an older one that can live with it, and stays as it is', () => {
    const database = openDatabase(newer('near', migrations.length), 'write')
    assert.deepEqual(
      { ...database.prepare('PRAGMA user_version').get() },
      { user_version: migrations.length + 1 },
    )
    database.close()
  })

  test('is left alone by one that the newer version says is too old', () => {
    assert.throws(() => openDatabase(newer('far', migrations.length + 1), 'write'), SchemaTooNewError)
  })

  test('tells when each change was made', () => {
    const database = openDatabase(join(folder, 'new.db'), 'write')
    const rows = database.prepare('SELECT version, at, floor FROM schema_changes').all() as {
      version: number
      at: number
      floor: number
    }[]
    assert.ok(rows.length > 0)
    for (const each of rows) {
      assert.ok(Math.abs(each.at - Date.now()) < 60_000)
      assert.ok(each.floor <= each.version)
    }
    database.close()
  })
})
