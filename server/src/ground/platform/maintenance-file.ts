import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Planned work on the console. Mail knows nothing of it. */
export interface Maintenance {
  readonly since: number
  /** Planned end. */
  readonly until: number
  /** For those who meet it, in a sentence. */
  readonly text: string
  readonly who: string
}

const name = 'maintenance.json'
const everyMs = 1000

/**
 * Maintenance stands in a file beside the database and not in it: the page must tell of it while the store is away.
 * Null: there is none, or the file cannot be read as one.
 */
export async function readMaintenance(folder: string): Promise<Maintenance | null> {
  try {
    const { since, until, text, who } = JSON.parse(await readFile(join(folder, name), 'utf8'))
    if (typeof since !== 'number' || typeof until !== 'number') return null
    return { since, until, text: String(text).slice(0, 500), who: String(who).slice(0, 200) }
  } catch {
    return null
  }
}

/** Begins (or changes) maintenance; null ends it. */
export async function writeMaintenance(folder: string, maintenance: Maintenance | null): Promise<void> {
  const path = join(folder, name)
  if (maintenance === null) return rm(path, { force: true })
  await writeFile(`${path}.new`, JSON.stringify(maintenance), { mode: 0o600 })
  await rename(`${path}.new`, path)
}

/** What the file says, looked at each second: nobody waits for a disk for the sake of it. */
export class MaintenanceWatch {
  readonly #folder: string
  readonly #timer: NodeJS.Timeout
  #now: Maintenance | null = null
  #isReading = false

  constructor(folder: string, onRound: (now: Maintenance | null) => void) {
    this.#folder = folder
    this.#timer = setInterval(() => void this.look().then(() => onRound(this.#now)), everyMs).unref()
  }

  get now(): Maintenance | null {
    return this.#now
  }

  async look(): Promise<void> {
    if (this.#isReading) return
    this.#isReading = true
    this.#now = await readMaintenance(this.#folder)
    this.#isReading = false
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
