import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { readCandidates } from './snapshot-candidates.ts'

const both = ['shadow', 'canary'] as const

function snapshotOf(
  rows: readonly (readonly [scope: string, stage: string, people: string, proposal: string])[],
) {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE candidates (scope, id, stage, share, people, proposal)')
  const add = database.prepare('INSERT INTO candidates VALUES (?1, ?1, ?2, 0, ?3, ?4)')
  for (const row of rows) add.run(...row)
  return database
}

const proposal = (scope: string, more: object = {}) =>
  JSON.stringify({ scope, settings: [], senders: [], rule: null, ...more })

describe('changes on trial in a snapshot', () => {
  test('one that is torn or of another shape is left out, and all others are there', () => {
    const rule = { id: 'r', rule: { id: 'r', scope: 'x', name: '', direction: 'both', position: 0 } }
    const database = snapshotOf([
      ['domain:a.test', 'shadow', '[]', proposal('domain:a.test')],
      ['domain:b.test', 'shadow', '[]', '{"scope":"domain:b.te'],
      ['domain:c.test', 'shadow', '[]', proposal('domain:c.test', { settings: undefined })],
      ['domain:d.test', 'shadow', '[]', proposal('domain:d.test', { settings: [{ setting: 'x' }] })],
      ['domain:e.test', 'canary', '{"all":true}', proposal('domain:e.test')],
      ['domain:f.test', 'canary', '[]', proposal('domain:f.test', { rule })],
      ['domain:g.test', 'canary', '[]', 'null'],
    ])
    assert.deepEqual([...readCandidates(database, both).keys()], ['domain:a.test'])
  })

  test('who only needs those in force for some reads no others', () => {
    const database = snapshotOf([
      ['domain:a.test', 'shadow', '[]', proposal('domain:a.test')],
      ['domain:b.test', 'canary', '[]', proposal('domain:b.test')],
    ])
    assert.deepEqual([...readCandidates(database, ['canary']).keys()], ['domain:b.test'])
    const before = readCandidates(database, both)
    assert.equal(readCandidates(database, both, before).get('domain:a.test'), before.get('domain:a.test'))
  })

  test('one says which step of it is in force; a file of the program before says it of none, and has them all', () => {
    const database = snapshotOf([['domain:a.test', 'canary', '[]', proposal('domain:a.test')]])
    assert.equal(readCandidates(database, both).get('domain:a.test')?.since, null)
    database.exec('ALTER TABLE candidates ADD COLUMN since')
    database.exec('UPDATE candidates SET since = 7')
    assert.equal(readCandidates(database, both).get('domain:a.test')?.since, 7)
  })

  test('a file of an older program has none', () => {
    assert.equal(readCandidates(new DatabaseSync(':memory:'), both).size, 0)
  })
})
