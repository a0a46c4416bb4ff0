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

const now = at + 20 * week
const due = (found: object, everyMs = week, at = now) =>
  verifyDueAt({ backups: [kept(1)], proof: null, triedAt: null, seenAt: null, ...found }, everyMs, at)

test('the first is proved an hour after backups were seen, later ones at the pace of the settings', () => {
  assert.equal(due({ seenAt: at }), at + hour)
  assert.equal(due({ seenAt: at }, 60_000), at + 60_000)
  assert.equal(due({}), null, 'a version before did not note it')
  const found = { proof: proved(at + 5000), triedAt: at + 4000 }
  assert.equal(due(found), at + 5000 + week)
  assert.equal(due({ ...found, triedAt: null }), at + 5000 + week, 'a command has proved it')
})

test('after damage, or a try that came to nothing, the next follows within a day, and not at once', () => {
  assert.equal(due({ proof: proved(at + 5000, ['a is missing']), triedAt: at }), at + 5000 + day)
  assert.equal(due({ triedAt: at }), at + day)
  assert.equal(due({ proof: proved(at - week), triedAt: at }), at + day)
  assert.equal(due({ triedAt: at }, hour), at + hour, 'nor seldomer than set')
})

test('times that a clock ahead has written are not known', () => {
  assert.equal(due({ seenAt: at, triedAt: now + day, proof: proved(now + day) }), at + hour)
  assert.equal(due({ triedAt: at, proof: proved(now + day) }), at + day)
  assert.equal(due({ seenAt: now + week }), now + hour)
})

test('none is due where none is wanted, where there is none, and where backups would wait too long', () => {
  assert.equal(due({ seenAt: at }, 0), null)
  assert.equal(due({ seenAt: at, backups: [] }), null)
  const slow = { ...proved(at), tookMs: 300_001 }
  assert.equal(due({ seenAt: at, proof: slow }), null)
  assert.equal(due({ proof: { ...slow, tookMs: 300_000 } }), at + week)
})
