import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BackupProof } from '#services/backup/backup-report.ts'
import { giveToOwner } from './give-to-owner.ts'

/** Beside the backups: what came of the last proof, whoever made it. */
const name = 'proof.json'

/** @param folder of backups, which the caller holds */
export function writeProof(folder: string, proof: BackupProof): void {
  const path = join(folder, name)
  writeFileSync(`${path}.unfinished`, `${JSON.stringify(proof)}\n`, { mode: 0o600, flush: true })
  giveToOwner(folder, `${path}.unfinished`)
  renameSync(`${path}.unfinished`, path)
}

/** Removes what never got its name. @param folder of backups, which the caller holds */
export function clearProof(folder: string): void {
  rmSync(`${join(folder, name)}.unfinished`, { force: true })
}

/** Null: none was made, or what is there cannot be understood. */
export function readProof(folder: string): BackupProof | null {
  try {
    const found = JSON.parse(readFileSync(join(folder, name), 'utf8')) as BackupProof
    return Number.isFinite(found.of) && Array.isArray(found.faults) ? found : null
  } catch {
    return null
  }
}
