import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { OrderError } from '#services/ledger/order-error.ts'
import type { BackupReport, BackupWish } from './backup-report.ts'
import { type BackupOrdering, orderBackup } from './order-backup.ts'

const now = 1_000_000_000
const kept = { at: now - 1000, madeAt: now - 999, tookMs: 1, bytes: 1, isDamaged: false }
const idle: BackupReport = {
  ...{ folder: '/backup', writtenAt: now, doing: null, fault: null, nextAt: now + 1000, faults: [] },
  ...{ backups: [kept], proof: null, proofFault: null, triedAt: null, databaseBytes: 1, freeBytes: 1 },
}

describe('an order to the process that makes backups', () => {
  let report: BackupReport | null
  let wish: BackupWish | null
  let noted: string[]
  let isTaken: boolean
  beforeEach(() => {
    ;[report, wish, noted, isTaken] = [idle, null, [], false]
  })
  const order = (folder = '/backup') =>
    ({
      desk: {
        report: async () => report,
        wish: async () => wish,
        ask: async (wanted: BackupWish) => {
          if (!isTaken) wish = wanted
          return !isTaken
        },
      },
      access: {
        record: async ({ what, who }: { what: string; who: string }) => noted.push(`${who} ${what}`),
      },
      directory: {},
      ...{ folder, everyMs: 240_000, at: now, who: 'olga', ip: '' },
    }) as unknown as BackupOrdering
  const refused = (text: RegExp) => (cause: unknown) =>
    cause instanceof OrderError && cause.code === 'conflict' && text.test(cause.message)

  test('is asked for once, and stands in the audit log', async () => {
    await orderBackup(order(), 'verify')
    assert.deepEqual(
      [wish, noted],
      [{ what: 'verify', who: 'olga', at: now }, ['olga backup-verify-ordered']],
    )
    await assert.rejects(orderBackup(order(), 'backup'), refused(/olga has asked already/))
    assert.equal(noted.length, 1)
  })

  test('of two at the same moment one is told that the other was first', async () => {
    isTaken = true
    await assert.rejects(orderBackup(order(), 'backup'), refused(/somebody else has asked already/))
  })

  test('is refused where nobody would do it, with the reason', async () => {
    await assert.rejects(orderBackup(order(''), 'backup'), refused(/backup\.folder/))
    report = { ...idle, doing: { what: 'backup', since: now, bytes: 0, step: '' } }
    await assert.rejects(orderBackup(order(), 'backup'), refused(/is being made/))
    report = { ...idle, backups: [] }
    await assert.rejects(orderBackup(order(), 'verify'), refused(/no backup yet/))
    report = { ...idle, writtenAt: 0 }
    await assert.rejects(orderBackup(order(), 'backup'), refused(/Nothing was heard/))
    assert.deepEqual([wish, noted], [null, []])
  })
})
