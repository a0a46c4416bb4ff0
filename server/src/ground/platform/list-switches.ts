import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** An outside list that somebody has switched off by a command. */
export interface ListSwitch {
  readonly zone: string
  readonly since: number
  readonly who: string
  readonly why: string
}

const name = 'switches.json'

/** Lists that are switched off, as they stand in the data folder; none where that cannot be read. */
export function readListSwitches(folder: string): readonly ListSwitch[] {
  try {
    const found: unknown = JSON.parse(readFileSync(join(folder, 'lists', name), 'utf8'))
    return Array.isArray(found) ? (found as ListSwitch[]) : []
  } catch {
    return []
  }
}

/** Whoever reads it meets the file before or the file after, never a part. */
export function writeListSwitches(folder: string, switches: readonly ListSwitch[]): void {
  const path = join(folder, 'lists', name)
  mkdirSync(join(folder, 'lists'), { recursive: true, mode: 0o700 })
  writeFileSync(`${path}.next`, JSON.stringify(switches), { flush: true, mode: 0o600 })
  renameSync(`${path}.next`, path)
}
