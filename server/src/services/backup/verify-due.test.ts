import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyDueAt } from './verify-due.ts'

const hour = 3_600_000
const [day, week] = [24 * hour, 168 * hour]
const at = Date.parse('2026-11-23T12:00:00Z')
const kept = (of: number) => ({ at: of, madeAt: of, tookMs: 1, bytes: 1, isDamaged: false })
const proved = (checkedAt: number, faults: string[] = []) => ({
  of: at,
  checkedAt,
  tookMs: 1,
  files: 1,
  faults,
})

test('the first is proved an hour after it was made, later ones at the pace of the settings', () => {
  const backups = [kept(at), kept(at + hour)]
  assert.equal(verifyDueAt({ backups, proof: null, triedAt: null }, week), at + hour)
  assert.equal(verifyDueAt({ backups, proof: null, triedAt: null }, 60_000), at + 60_000)
  const found = { backups, proof: proved(at + 5000), triedAt: at + 4000 }
  assert.equal(verifyDueAt(found, week), at + 5000 + week)
  assert.equal(verifyDueAt({ ...found, triedAt: null }, week), at + 5000 + week, 'a command has proved it')
})

test('after damage, or a try that came to nothing, the next follows within a day, and not at once', () => {
  const backups = [kept(at - 30 * day)]
  const broken = { backups, proof: proved(at + 5000, ['a is missing']), triedAt: at }
  assert.equal(verifyDueAt(broken, week), at + 5000 + day)
  assert.equal(verifyDueAt({ backups, proof: null, triedAt: at }, week), at + day)
  assert.equal(verifyDueAt({ backups, proof: proved(at - week), triedAt: at }, week), at + day)
  assert.equal(verifyDueAt({ backups, proof: null, triedAt: at }, hour), at + hour, 'nor seldomer than set')
})

test('none is due where none is wanted, and where there is none', () => {
  const backups = [kept(at)]
  assert.equal(verifyDueAt({ backups, proof: null, triedAt: null }, 0), null)
  assert.equal(verifyDueAt({ backups: [], proof: null, triedAt: null }, week), null)
})
