import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BackupState } from '../../contract/src/backups.ts'
import { addGeneration } from '../../server/src/ground/storage/backups/add-generation.ts'
import { BackupPlace } from '../../server/src/ground/storage/backups/backup-place.ts'
import type { GiveOrder } from './operator.ts'
import type { TestSite } from './site.ts'
import { waitUntil } from './wait-until.ts'

const [minute, count] = [60_000, 24]

/** A folder for the backups of a site, which its settings name. */
export function makeBackupFolder(): string {
  return mkdtempSync(join(tmpdir(), 'mailkeep-sample-backups-'))
}

/** Backups of the last hours, one of which came late, and the newest of them proved. */
export async function addBackups(site: TestSite, folder: string, give: GiveOrder): Promise<void> {
  const data = join(site.folder, 'data')
  const options = { takesOver: false, keep: { allMs: 1e12, dailyMs: 1e12 }, follower: null, sweeps: false }
  const state = () => give<BackupState>('GET', '/backups')
  await waitUntil('the server has made the first and waits', async () => {
    const { doing, backups } = await state()
    return doing === null && backups.length > 0
  })
  for (let n = 0; n < count; n++)
    await whenFree(() => addGeneration(data, folder, { ...options, pace: () => undefined }))
  await whenFree(async () => spread(folder))
  await give('POST', '/backups', { what: 'verify' })
}

/** Gives them moments of the past. */
function spread(folder: string): void {
  using place = new BackupPlace(folder, 'write')
  const chain = place.chain()
  const newest = Date.now() - minute
  for (const [n, each] of chain.entries()) {
    const ago = (chain.length - 1 - n) * 4 * minute + (n < 12 ? 9 * minute : 0)
    const [at, ms] = [newest - ago, 900 + ((n * 137) % 800)]
    const bytes = n === 0 ? 88e6 : 1.1e6 + ((n * 7919) % 23) * 9e4
    place.put({ ...each, at, took: { ms, madeAt: at + ms, bytes } })
  }
}

/** Somebody else may be at the folder for a moment: the server, or who lists. */
async function whenFree(act: () => Promise<unknown>): Promise<void> {
  await waitUntil('nobody else works in the folder of backups', async () => {
    try {
      await act()
      return true
    } catch (cause) {
      if (/^another process works in /.test((cause as Error).message)) return false
      throw cause
    }
  })
}
