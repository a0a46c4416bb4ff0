import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Generation } from '#ground/storage/backups/generation.ts'
import { readBackupReport } from '#ground/storage/backups/report-file.ts'
import { mostListed } from '#services/backup/backup-report.ts'
import { proofTroubles } from '#services/backup/proof-troubles.ts'
import { BackupNotes, keptOf } from './backup-notes.ts'

test('of very many backups the newest are listed, also those that stand on damage of one that is not', () => {
  const chain = Array.from({ length: mostListed + 10 }, (_, n) => ({
    ...{ at: n, image: n === 0 || n === mostListed ? 'image' : null },
    ...(n === 1 && { damage: 'damaged' }),
  })) as unknown as Generation[]
  const kept = keptOf(chain)
  assert.deepEqual([kept.length, kept[0]?.at, kept.at(-1)?.at], [mostListed, 10, mostListed + 9])
  assert.equal(kept.filter((each) => each.isDamaged).length, mostListed - 10)
})

test('verifications that end the process twice have left behind that they were interrupted; one, or one that ends, has not', async () => {
  const data = mkdtempSync(join(tmpdir(), 'mailkeep-notes-'))
  try {
    const begun = new BackupNotes(data, '/none')
    begun.begin('verify')
    const left = (await readBackupReport(data)) ?? assert.fail('nothing is said')
    assert.deepEqual(proofTroubles(left), [], 'it runs')
    const next = new BackupNotes(data, '/none')
    await next.recall()
    next.stay()
    const found = (await readBackupReport(data)) ?? assert.fail('nothing is said')
    assert.deepEqual(proofTroubles(found), [], 'an ordinary end of the server is no fault')
    assert.equal(found.triedAt, left.triedAt)
    next.begin('backup')
    next.end({ fault: null })
    next.begin('verify')
    const third = new BackupNotes(data, '/none')
    await third.recall()
    third.stay()
    const again = (await readBackupReport(data)) ?? assert.fail('nothing is said')
    assert.deepEqual(proofTroubles(again), ['the newest could not be verified: it was interrupted twice'])
    third.begin('verify')
    third.end({ proofFault: null })
    const ended = (await readBackupReport(data)) ?? assert.fail('nothing is said')
    assert.deepEqual([ended.proofFault, ended.isTrying], [null, false])
  } finally {
    rmSync(data, { recursive: true })
  }
})
