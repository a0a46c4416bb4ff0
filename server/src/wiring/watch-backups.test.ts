import assert from 'node:assert/strict'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { writeBackupReport } from '#ground/storage/backups/report-file.ts'
import type { BackupReport } from '#services/backup/backup-report.ts'
import { openTestSite } from '../test-site.ts'
import { watchBackups } from './watch-backups.ts'

test('copies that are made no more are told of, where one was ever made', async () => {
  using it = openTestSite({ MAILKEEP_BACKUP_LATE_AFTER: '2h' })
  const { site } = it
  const alarms = createAlarms(systemClock, createSilentLog())
  const hour = 3_600_000
  const openAfter = async (ms: number, config = site.loaded.config) => {
    await watchBackups({ folder: site.folder, config, alarms }, Date.now() + ms, null)
    return alarms.open().map((each) => each.name)
  }
  assert.deepEqual(await openAfter(1000 * hour), [], 'none was ever made')
  site.backup(join(site.folder, 'copy'))
  const note = join(site.folder, 'last-backup')
  assert.equal(statSync(note).mode & 0o777, 0o644, 'the server reads it, whoever made the copy')
  assert.deepEqual(await openAfter(1.9 * hour), [])
  assert.deepEqual(await openAfter(2.1 * hour), ['backup-late'])
  assert.deepEqual(await openAfter(2.1 * hour, { ...site.loaded.config, 'backup.lateAfter': 0 }), [])
  assert.deepEqual(await openAfter(2.1 * hour), ['backup-late'])
  site.backup(join(site.folder, 'next'))
  assert.deepEqual(await openAfter(hour), [])
  assert.deepEqual(
    await openAfter(3 * hour, site.loaded.config).then(() =>
      watchBackups(
        { folder: join(site.folder, 'copy'), config: site.loaded.config, alarms },
        1e15,
        null,
      ).then(() => alarms.open()),
    ),
    [],
    'a site that was started from a copy has made none yet',
  )
  writeFileSync(note, '')
  await assert.rejects(openAfter(hour), /does not say when/, 'a broken note is not the same as none')
  rmSync(note)
  mkdirSync(note)
  await assert.rejects(openAfter(hour), { code: 'EISDIR' })
})

test('a server that is to make copies by itself tells soon that it cannot, and why', async () => {
  using it = openTestSite({ MAILKEEP_BACKUP_FOLDER: '/backup', MAILKEEP_BACKUP_EVERY: '4m' })
  const { folder, loaded } = it.site
  const alarms = createAlarms(systemClock, createSilentLog())
  const [now, minute] = [Date.now(), 60_000]
  const textAfter = async (ms: number, fault: string | null, isVerifying = false) => {
    await watchBackups({ folder, config: loaded.config, alarms }, now + ms, {
      startedAt: now,
      fault,
      faults: [],
      isVerifying,
    })
    return alarms.open().map((each) => each.text)
  }
  assert.deepEqual(await textAfter(7 * minute, 'the disk is full'), [])
  assert.match(
    (await textAfter(9 * minute, 'the disk is full')).join(),
    /no copy of .*\/backup: the disk is full$/,
  )
  it.site.backup(join(folder, 'copy'))
  assert.deepEqual(await textAfter(7 * minute, null), [])
  assert.match((await textAfter(9 * minute, null)).join(), /everything up to .* takes long$/)
  assert.match((await textAfter(9 * minute, null, true)).join(), /: backups wait while one is verified$/)
})

test('damage of old backups is told while new ones are made, until it is gone', async () => {
  using it = openTestSite({ MAILKEEP_BACKUP_FOLDER: '/backup' })
  const { folder, loaded } = it.site
  const alarms = createAlarms(systemClock, createSilentLog())
  const tell = async (faults: readonly string[] | null) => {
    const rounds = { startedAt: Date.now(), fault: null, faults, isVerifying: false }
    await watchBackups({ folder, config: loaded.config, alarms }, Date.now(), rounds)
    return alarms.open().map((each) => `${each.name} ${each.text}`)
  }
  assert.deepEqual(await tell([]), [])
  const text =
    'backup-damaged /backup: pages/1.pages is damaged; and 1 more; new backups are made all the same'
  assert.deepEqual(await tell(['pages/1.pages is damaged', 'x']), [text])
  assert.deepEqual(await tell(null), [text], 'nobody has looked since')
  assert.deepEqual(await tell([]), [])
})

test('a verification that found damage, or came to nothing, is told until one finds the backup whole', async () => {
  using it = openTestSite({ MAILKEEP_BACKUP_FOLDER: '/backup' })
  const { folder, loaded } = it.site
  const alarms = createAlarms(systemClock, createSilentLog())
  const rounds = { startedAt: Date.now(), fault: null, faults: [], isVerifying: false }
  const of = Date.parse('2026-11-23T12:00:00Z')
  const came = (...faults: string[]) => ({ of, checkedAt: of + 9, tookMs: 9, files: 2, faults })
  const said = (more: Partial<BackupReport>) =>
    writeBackupReport(folder, {
      ...{ folder: '/backup', writtenAt: Date.now(), doing: null, fault: null, nextAt: 0, faults: [] },
      ...{ backups: [], proof: null, proofFault: null, triedAt: null, databaseBytes: 1, freeBytes: 1 },
      ...more,
    })
  const tell = async (config = loaded.config) => {
    await watchBackups({ folder, config, alarms }, Date.now(), config['backup.folder'] ? rounds : null)
    return alarms.open().map((each) => `${each.name} ${each.text}`)
  }
  said({ proof: came() })
  assert.deepEqual(await tell(), [])
  said({ proof: came('x: its content y is missing') })
  const text =
    'backup-damaged /backup: the backup of 2026-11-23 12:00 UTC was verified and lacks: x: its content y is missing'
  assert.deepEqual(await tell(), [text])
  writeFileSync(join(folder, 'backup-report'), '')
  assert.deepEqual(await tell(), [text], 'nobody has said that it is mended')
  said({ proof: came(), proofFault: 'no space left on device' })
  assert.match((await tell()).join(), /could not be verified: no space left on device$/)
  said({ proof: came() })
  assert.deepEqual(await tell(), [])
  said({ proof: came('z') })
  assert.equal((await tell()).length, 1)
  assert.deepEqual(await tell({ ...loaded.config, 'backup.folder': '' }), [], 'nobody makes them any more')
})
