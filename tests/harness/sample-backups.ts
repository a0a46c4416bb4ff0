import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addGeneration } from '../../server/src/ground/storage/backups/add-generation.ts'
import { BackupPlace } from '../../server/src/ground/storage/backups/backup-place.ts'
import type { TestSite } from './site.ts'
import { waitUntil } from './wait-until.ts'

const [minute, count] = [60_000, 24]

/** A folder for the backups of a site, which its settings name. */
export function makeBackupFolder(): string {
  return mkdtempSync(join(tmpdir(), 'mailkeep-sample-backups-'))
}

/** Backups of the last hours, one of which came late, and the newest of them proved. */
export async function addBackups(
  site: TestSite,
  folder: string,
  verify: () => Promise<unknown>,
): Promise<void> {
  const data = join(site.folder, 'data')
  const options = { takesOver: false, keep: { allMs: 1e12, dailyMs: 1e12 }, follower: null, sweeps: false }
  const lists = async () =>
    (await site.json<{ backups: unknown[] }>('restore', '--list', '--from', folder)).backups
  await waitUntil('the server has made the first', async () => (await lists().catch(() => [])).length > 0)
  for (let n = 0; n < count; n++) await addGeneration(data, folder, { ...options, pace: () => undefined })
  {
    using place = new BackupPlace(folder, 'write')
    const chain = place.chain()
    const newest = Date.now() - minute
    for (const [n, each] of chain.entries()) {
      const ago = (chain.length - 1 - n) * 4 * minute + (n < 12 ? 9 * minute : 0)
      const took = { ms: 900 + ((n * 137) % 800), bytes: n === 0 ? 88e6 : 1.1e6 + ((n * 7919) % 23) * 9e4 }
      place.put({ ...each, at: newest - ago, took })
    }
  }
  await verify()
}
