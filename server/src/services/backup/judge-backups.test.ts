import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BackupReport } from './backup-report.ts'
import { judgeBackups } from './judge-backups.ts'

const minute = 60_000
const now = Date.parse('2026-11-23T12:00:00Z')
const kept = (at: number) => ({ at, madeAt: at, tookMs: 900, bytes: 1000, isDamaged: false })

const report = (more: Partial<BackupReport> = {}): BackupReport => ({
  ...{ folder: '/backup', writtenAt: now - 10_000, doing: null, fault: null, nextAt: now + minute },
  ...{
    faults: [],
    backups: [kept(now - 7 * minute), kept(now - 3 * minute)],
    proof: null,
    proofFault: null,
    triedAt: null,
  },
  ...{ databaseBytes: 1e6, freeBytes: 1e9, ...more },
})
const judge = (found: BackupReport | null, more: object = {}) =>
  judgeBackups({ folder: '/backup', everyMs: 4 * minute, report: found, now, ...more })

describe('how backups do', () => {
  test('well: one that is young enough, and a process that says so', () => {
    assert.deepEqual(judge(report()), { state: 'well', troubles: [], ageMs: 3 * minute })
    assert.equal(judge(report({ backups: [] })).state, 'first')
    assert.equal(judge(report(), { folder: '' }).state, 'off')
  })

  test('silent: what was said once is not taken for now, and what was said of another folder for nothing', () => {
    assert.equal(judge(report({ writtenAt: now - minute - 1 })).state, 'silent')
    const verifies = { what: 'verify' as const, since: now - 8 * minute, bytes: 0, step: '' }
    const said = report({ writtenAt: now - 8 * minute, doing: verifies, backups: [kept(now - 2 * minute)] })
    assert.equal(judge(said).state, 'well', 'SQLite that checks a large database says nothing meanwhile')
    const makes = { ...verifies, what: 'backup' as const }
    assert.equal(judge({ ...said, doing: makes }).state, 'well', 'so does a backup of many files')
    const long = { ...said, doing: makes, writtenAt: now - 11 * minute }
    assert.equal(judge(long).state, 'silent')
    assert.equal(
      judge({ ...long, databaseBytes: 2e9 }).state,
      'well',
      'of a large database more is waited for',
    )
    for (const found of [null, report({ folder: '/other' })]) {
      const { state, troubles } = judge(found)
      assert.equal(state, 'silent')
      assert.match(troubles.join(), /role jobs/)
    }
  })

  test('late: why, and when it is tried again', () => {
    const full = judge(report({ fault: 'no space left on device' }))
    assert.equal(full.state, 'late')
    assert.match(
      full.troubles.join(),
      /no space left on device\. It is tried again by itself at 2026-11-23 12:01/,
    )
    const old = report({ backups: [kept(now - 5 * minute - 1)] })
    assert.match(judge(old).troubles.join(), /older than 5 minutes: the next one is due/)
    const doing = { what: 'verify' as const, since: now, bytes: 0, step: '' }
    assert.match(judge({ ...old, doing }).troubles.join(), /backups wait while one is verified/)
    assert.equal(judge(report({ backups: [kept(now - 5 * minute)] })).state, 'well')
  })

  test('damaged: of old ones, and of the one that was verified', () => {
    const old = judge(report({ faults: ['/backup/pages/x is damaged'] }))
    assert.deepEqual([old.state, old.troubles.length], ['damaged', 1])
    const proof = { of: now - minute, checkedAt: now, tookMs: 5, files: 1, faults: ['a is missing', 'b'] }
    const { state, troubles } = judge(report({ proof }))
    assert.equal(state, 'damaged')
    assert.match(troubles.join(), /2026-11-23 11:59 UTC was verified and lacks: a is missing, and 1 more/)
    assert.match(judge(report({ proofFault: 'full' })).troubles.join(), /could not be verified: full/)
  })

  test('a pace that loses more than is promised is told, and is no fault', () => {
    const { state, troubles } = judge(report(), { everyMs: 10 * minute })
    assert.equal(state, 'well')
    assert.match(troubles.join(), /every 10 minutes .* lost with the disk/)
    const hourly = (ageMs: number) =>
      judge(report({ backups: [kept(now - ageMs)] }), { everyMs: 60 * minute }).state
    assert.match(judge(report(), { everyMs: 1440 * minute }).troubles.join(), /every 24 hours /)
    assert.deepEqual([hourly(64 * minute), hourly(66 * minute)], ['well', 'late'])
  })
})
