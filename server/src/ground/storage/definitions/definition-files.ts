import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Definitions, DefinitionsInForce } from '#flow/inspection/definitions.ts'

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
  readonly #read: (json: string) => Definitions
  #inForce: DefinitionsInForce
  #stamp = ''
  /** Why the files cannot be read; null: they can, or there are none yet. */
  trouble: string | null = null

  /** @param shipped what is in force until files say otherwise */
  constructor(folder: string, read: (json: string) => Definitions, shipped: Definitions) {
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
    try {
      const { mtimeMs, ino } = statSync(join(this.#folder, pointerName))
      const stamp = `${mtimeMs} ${ino}`
      if (stamp === this.#stamp) return
      this.#inForce = this.#load()
      this.#stamp = stamp
      this.trouble = null
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      if (code !== 'ENOENT') this.trouble = message
    }
  }

  #load(): DefinitionsInForce {
    const pointer = JSON.parse(readFileSync(join(this.#folder, pointerName), 'utf8')) as Pointer
    const load = (version: string) => this.#read(readFileSync(join(this.#folder, fileOf(version)), 'utf8'))
    const { active, trial } = pointer
    return {
      active: load(active),
      trial: trial && { definitions: load(trial.version), share: trial.share },
    }
  }
}

/** Puts sets in force: their files first, then the pointer in one step. */
export function putDefinitionsInForce(
  folder: string,
  active: { readonly version: string; readonly content: string },
  trial: { readonly version: string; readonly content: string; readonly share: number } | null,
): void {
  mkdirSync(folder, { recursive: true })
  for (const each of trial ? [active, trial] : [active])
    replace(join(folder, fileOf(each.version)), each.content)
  const pointer: Pointer = {
    active: active.version,
    trial: trial && { version: trial.version, share: trial.share },
  }
  replace(join(folder, pointerName), JSON.stringify(pointer))
}

function fileOf(version: string): string {
  return `set-${version}.json`
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { flush: true })
  renameSync(`${path}.new`, path)
}
