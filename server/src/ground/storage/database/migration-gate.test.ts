import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { assertSafeChange, MigrationRefusedError } from './migration-gate.ts'
import { migrations } from './schema.ts'

describe('changes of the schema', () => {
  let database: DatabaseSync
  before(() => {
    database = new DatabaseSync(':memory:')
    for (const each of migrations) database.exec(each)
  })
  after(() => database.close())

  const refusal = (sql: string): string => {
    try {
      assertSafeChange(database, 99, sql)
      return 'let through'
    } catch (cause) {
      assert.ok(cause instanceof MigrationRefusedError)
      return cause.message
    }
  }

  test('every change that we have is one that the version before it can live with', () => {
    for (const [index, each] of migrations.entries()) assertSafeChange(database, index + 1, each)
  })

  test('additions are let through', () => {
    for (const sql of [
      'CREATE TABLE more (id TEXT PRIMARY KEY) WITHOUT ROWID; CREATE UNIQUE INDEX more_id ON more (id)',
      'CREATE TABLE sums (n INTEGER); INSERT INTO sums (n) SELECT count(*) FROM messages',
      'ALTER TABLE managers ADD COLUMN nickname TEXT',
      "ALTER TABLE managers ADD COLUMN tone TEXT NOT NULL DEFAULT 'calm'",
      'CREATE INDEX managers_role ON managers (role) -- few rows',
    ])
      assert.equal(refusal(sql), 'let through', sql)
  })

  test('what would break a version that runs is refused, with the reason', () => {
    for (const [sql, why] of [
      ['ALTER TABLE managers RENAME COLUMN role TO part', /may break a version that runs/],
      ['ALTER TABLE managers DROP COLUMN role', /may break/],
      ['ALTER TABLE managers RENAME TO people', /may break/],
      ['DROP TABLE sessions', /may break/],
      ['DROP INDEX sessions_seen', /may break/],
      ['CREATE TABLE more (a TEXT); DROP TABLE sessions', /DROP TABLE sessions/],
      ['UPDATE managers SET role = 1', /may break/],
      ['DELETE FROM managers', /may break/],
      ['INSERT INTO managers SELECT * FROM managers', /may break/],
      ["CREATE TRIGGER no BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'no'); END", /may break/],
      ['PRAGMA foreign_keys = 0', /may break/],
      ['CREATE UNIQUE INDEX one_role ON managers (role)', /would refuse what a version that runs writes/],
      ['ALTER TABLE managers ADD COLUMN age INTEGER NOT NULL', /has no default/],
      ['ALTER TABLE managers ADD COLUMN age INTEGER CHECK (age > 3)', /would refuse/],
    ] as const)
      assert.match(refusal(sql), why, sql)
  })

  test('what would hold up writers for long waits until no other process runs', () => {
    database.exec(
      `INSERT INTO access_failures (subject, at)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200002)
       SELECT 'x', i FROM n`,
    )
    const index = 'CREATE INDEX access_failures_at ON access_failures (at)'
    const fill = 'INSERT INTO sums (n) SELECT count(*) FROM access_failures'
    const steps = 'INSERT INTO sums (n) WITH RECURSIVE c (i) AS (SELECT 1) SELECT i FROM c'
    const long = [
      index,
      `CREATE TABLE sums (n INTEGER); ${fill}`,
      'CREATE TABLE copy AS SELECT * FROM access_failures',
      'CREATE TABLE Sums (n INTEGER); INSERT INTO sums (n) SELECT count(*) FROM Access_Failures',
    ]
    const counted = `CREATE TABLE sums (n INTEGER); ${steps}`
    for (const sql of [...long, counted])
      assert.equal(refusal(sql), 'let through', `nobody else is there: ${sql}`)
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)', 'main.ts'])
    try {
      const tell = database.prepare(
        'INSERT OR REPLACE INTO processes (instance, node, pid, started_at, seen_at) VALUES (?, ?, ?, 0, ?)',
      )
      tell.run('other', 'node-1', other.pid ?? 0, Date.now() - 3_600_000)
      for (const sql of long) assert.equal(refusal(sql), 'let through', `it has got the number only: ${sql}`)
      tell.run('other', 'node-1', other.pid ?? 0, Date.now())
      for (const sql of long) assert.match(refusal(sql), /more than 200000 rows.*stop all processes/, sql)
      assert.match(refusal(counted), /step by step.*stop all processes/)
      assert.equal(
        refusal('CREATE TABLE sums (n INTEGER); INSERT INTO sums (n) SELECT count(*) FROM managers'),
        'let through',
      )
    } finally {
      other.kill()
    }
  })
})
