import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Definitions, DefinitionsInForce, ReadDefinitionFile } from '#flow/inspection/definitions.ts'

interface Pointer {
  readonly active: string
  readonly trial: { readonly version: string; readonly share: number } | null
}

const pointerName = 'in-force.json'

/**
 * The sets of definitions that the flow judges by, as files: inspection goes on from them whatever happens to the
 * database. A set that cannot be read leaves the one before in force.
 */
export class DefinitionFiles {
  readonly #folder: string
  readonly #read: (json: string, files: ReadDefinitionFile) => Definitions
  #inForce: DefinitionsInForce
  #stamp = ''
  /** Why the files cannot be read; null: they can, or there are none yet. */
  trouble: string | null = null

  /** @param shipped what is in force until files say otherwise */
  constructor(
    folder: string,
    read: (json: string, files: ReadDefinitionFile) => Definitions,
    shipped: Definitions,
  ) {
    this.#folder = folder
    this.#read = read
    this.#inForce = { active: shipped, trial: null }
    this.refresh()
  }

  current(): DefinitionsInForce {
    return this.#inForce
  }

  /** Looks whether other sets are in force now; called every second. */
  refresh(): void {
    const stamp = this.#look()
    if (stamp === null || stamp === this.#stamp) return
    try {
      this.#inForce = this.#load()
      this.#stamp = stamp
      this.trouble = null
    } catch (cause) {
      this.trouble = (cause as Error).message
    }
  }

  /** What tells one pointer from another; null: there is none yet. */
  #look(): string | null {
    try {
      const { mtimeMs, ino } = statSync(join(this.#folder, pointerName))
      return `${mtimeMs} ${ino}`
    } catch {
      return null
    }
  }

  #load(): DefinitionsInForce {
    const pointer = JSON.parse(readFileSync(join(this.#folder, pointerName), 'utf8')) as Pointer
    const load = (version: string) =>
      this.#read(readFileSync(join(this.#folder, fileOf(version)), 'utf8'), (name, { sha256 }) => {
        const file = readFileSync(join(this.#folder, dataOf(sha256)))
        if (createHash('sha256').update(file).digest('hex') === sha256) return file
        throw new Error(`${name} is damaged`)
      })
    const { active, trial } = pointer
    return {
      active: load(active),
      trial: trial && { definitions: load(trial.version), share: trial.share },
    }
  }
}

/** Puts sets in force: their files of data, the sets, then the pointer in one step. */
export function putDefinitionsInForce(
  folder: string,
  active: { readonly version: string; readonly content: string },
  trial: { readonly version: string; readonly content: string; readonly share: number } | null,
  files: ReadonlyMap<string, Uint8Array> = new Map(),
): void {
  mkdirSync(folder, { recursive: true })
  const names = new Set([...files.keys()].map(dataOf))
  for (const [sha256, content] of files) putData(join(folder, dataOf(sha256)), content)
  for (const each of trial ? [active, trial] : [active])
    replace(join(folder, fileOf(each.version)), each.content)
  const pointer: Pointer = {
    active: active.version,
    trial: trial && { version: trial.version, share: trial.share },
  }
  replace(join(folder, pointerName), JSON.stringify(pointer))
  for (const name of readdirSync(folder))
    if (name.startsWith('data-') && !names.has(name)) rmSync(join(folder, name), { force: true })
}

function fileOf(version: string): string {
  return `set-${version}.json`
}

function dataOf(sha256: string): string {
  return `data-${sha256}`
}

/** One that is there is left, unless the disk has lost some of it. */
function putData(path: string, content: Uint8Array): void {
  if (!existsSync(path) || Buffer.compare(readFileSync(path), content) !== 0) replace(path, content)
}

function replace(path: string, text: string | Uint8Array): void {
  writeFileSync(`${path}.new`, text, { flush: true })
  renameSync(`${path}.new`, path)
}
