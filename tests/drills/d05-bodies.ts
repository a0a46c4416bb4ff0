import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { DrillReport } from './drill.ts'

interface Found {
  readonly kept: number
  /** Named by the store, and not there, or not what was taken. */
  readonly missing: readonly string[]
  /** There, and named by nobody. */
  readonly orphans: readonly string[]
}

/** After recovery every content that the store names is there with the right hash, and no file is left over. */
export async function holdBodies(report: DrillReport, site: TestSite): Promise<void> {
  let found: Found | null = null
  let why = 'nothing was compared'
  // What is on its way meanwhile is written before it is named, and removed after it.
  const agrees = () => {
    try {
      found = compare(site)
    } catch (cause) {
      // A store that is busy, or a folder that is not there yet: the next try tells.
      why = String(cause)
      return false
    }
    return found.missing.length + found.orphans.length === 0
  }
  await waitUntil('files and store agree', agrees, 60_000, 500).catch(() => false)
  const { kept, missing, orphans } = (found as Found | null) ?? { kept: 0, missing: [why], orphans: [why] }
  report.hold(
    'content after recovery: missing, or with another hash',
    `0 of ${kept}`,
    missing.join(', ') || '0',
    missing.length === 0 && kept > 0,
  )
  report.hold(
    'content after recovery: files that nobody names',
    '0',
    orphans.join(', ') || '0',
    orphans.length === 0,
  )
}

function compare({ folder }: TestSite): Found {
  const place = join(folder, 'data', 'bodies')
  const database = new DatabaseSync(join(folder, 'data', 'mailkeep.db'), { readOnly: true, timeout: 10_000 })
  try {
    const rows = database
      .prepare('SELECT path, sha256 FROM bodies WHERE path IS NOT NULL')
      .all() as unknown as { path: string; sha256: string }[]
    const names = new Map(rows.map(({ path, sha256 }) => [basename(path), sha256]))
    const isWhole = (name: string, sha256: string) => hashOf(join(place, name)) === sha256
    // What begins with a dot is the mark of the folder itself.
    const files = readdirSync(place, { withFileTypes: true }).filter(
      (each) => each.isFile() && !each.name.startsWith('.'),
    )
    return {
      kept: names.size,
      missing: [...names].filter(([name, sha256]) => !isWhole(name, sha256)).map(([name]) => name),
      orphans: files.map(({ name }) => name).filter((name) => !names.has(name)),
    }
  } finally {
    database.close()
  }
}

/** Null: it is not there, or was removed just now. */
function hashOf(path: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ENOENT') return null
    throw cause
  }
}
