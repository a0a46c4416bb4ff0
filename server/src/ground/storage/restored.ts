import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const name = 'restored'

/** That a data folder was made from a backup: its ledger knows nothing of what came between the two moments. */
export interface Restored {
  /** Folder of backups. */
  readonly from: string
  /** It has everything up to then (ms). */
  readonly at: number
  /** When it was made (ms); nothing went on in it before. */
  readonly restoredAt: number
}

export function noteRestored(folder: string, restored: Restored): void {
  writeFileSync(join(folder, name), `${JSON.stringify(restored)}\n`, { flush: true })
}

/** Null: this data folder was never restored from a folder of backups. */
export function readRestored(folder: string): Restored | null {
  const path = join(folder, name)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Restored) : null
}
