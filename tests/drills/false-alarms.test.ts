import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import type { DrillReport } from './drill.ts'
import { checkFalseAlarms } from './false-alarms.ts'

const folder = mkdtempSync(join(tmpdir(), 'false-alarms-'))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'data'))
const database = new DatabaseSync(join(folder, 'data', 'mailkeep.db'))
after(() => database.close())
database.exec(`CREATE TABLE alarm_states (name TEXT, subject TEXT, text TEXT, since INTEGER);
  CREATE TABLE findings (kind TEXT, subject TEXT, finding TEXT, since INTEGER);
  CREATE TABLE status_incidents (incident TEXT, started_at INTEGER)`)
const raise = (name: string, subject: string) =>
  database.prepare('INSERT INTO alarm_states VALUES (?, ?, ?, 1)').run(name, subject, 'words')

interface Seen {
  readonly measured: string
  readonly held: boolean
}

function look(): Seen {
  const seen: Seen[] = []
  const report = {
    rang: new Set(),
    see: (...[, , measured, held]: Parameters<DrillReport['see']>) =>
      void seen.push({ measured: String(measured), held }),
  } as unknown as DrillReport
  checkFalseAlarms(report, { folder }, /^disk-full /)
  return seen[0]!
}

test('what is about the fault is fine; every other alarm, finding and public incident is not', () => {
  raise('disk-full', '/spool')
  assert.deepEqual(look(), { measured: 'none', held: true })
  raise('process-halts', 'node-1 7')
  assert.deepEqual(look(), { measured: 'alarm process-halts node-1 7 (words)', held: false })
  database.exec(`INSERT INTO findings VALUES ('probe-fails', 'dns: node-1', '{"cause":"dns"}', 1)`)
  database.exec(`INSERT INTO status_incidents VALUES ('{"name":"Mail is late","impact":"minor"}', 1)`)
  assert.match(look().measured, /finding probe-fails dns: node-1.*; public incident Mail is late \(minor\)/)
})

test('a site that has no store yet has told nothing', () => {
  const report = { see: () => assert.fail('nothing is looked at') } as unknown as DrillReport
  checkFalseAlarms(report, { folder: join(folder, 'nowhere') }, /^/)
})

test('a store that cannot be read is told as such, and hides nothing else', () => {
  const place = join(folder, 'torn')
  mkdirSync(join(place, 'data'), { recursive: true })
  writeFileSync(join(place, 'data', 'mailkeep.db'), 'no database, but as long as the head of one '.repeat(10))
  const seen: unknown[] = []
  const report = { see: (...line: unknown[]) => void seen.push(...line.slice(2)) } as unknown as DrillReport
  checkFalseAlarms(report, { folder: place }, /^/)
  assert.match(String(seen[0]), /^could not be read: /)
  assert.equal(seen[1], false)
})
