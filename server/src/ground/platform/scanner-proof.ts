import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A virus scanner that tries a set of signatures which has not proved itself. What it says meanwhile counts for nothing. */
export interface ScannerProof {
  /** Address of the scanner. */
  readonly scanner: string
  readonly version: string
  readonly startedAt: number
  /** When it had a proved set again; null: not yet. */
  readonly endedAt: number | null
}

/** The proof that was last begun in a folder of signatures; null: none, or it cannot be read. */
export function readScannerProof(folder: string): ScannerProof | null {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8')) as ScannerProof
  } catch {
    return null
  }
}

export function writeScannerProof(folder: string, proof: ScannerProof): void {
  writeFileSync(join(folder, `${name}.next`), JSON.stringify(proof), { flush: true })
  renameSync(join(folder, `${name}.next`), join(folder, name))
}

const name = 'proof.json'
