import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { LogPlace } from './log-place.ts'
import type { PackFile } from './page-pack.ts'
import { readGeneration } from './read-generation.ts'

/** A file of the data folder that is copied as it is. */
export interface PartFile {
  /** Within the data folder. */
  readonly path: string
  readonly sha256: string
  readonly size: number
  readonly mode: number
  /** When it was changed last (ms). */
  readonly changedAt: number
}

/**
 * One backup among others in a folder: what was new then. A data folder is made of it and of all generations before it.
 * Its file is written last, so a generation that can be read has all that it names.
 */
export interface Generation {
  /** Of its moment; generations sort by it. */
  readonly name: string
  /** It has everything up to then (ms). */
  readonly at: number
  /** Null: the oldest. */
  readonly previous: string | null
  /** Where the log of the database was. */
  readonly place: LogPlace
  readonly pageSize: number
  readonly pageCount: number
  /** The whole database: of the oldest generation, and of one before which damage was found. Content begins anew there. */
  readonly image: string | null
  /** Pages that are written over the image, or over what the generations before come to. */
  readonly pack: PackFile | null
  /** Names of content files, against the generation before. */
  readonly content: { readonly added: readonly string[]; readonly gone: readonly string[] }
  readonly parts: readonly PartFile[]
  /**
   * How long it took until its file was written (ms), when that was (ms; from then on it is the newest), and what of database
   * and content was written (bytes).
   */
  readonly took?: { readonly ms: number; readonly madeAt?: number; readonly bytes: number }
  /** Which of its files was found damaged, in words: it and those after it, up to the next image, are not whole. */
  readonly damage?: string
}

/** The name of a generation, by its moment (ms). */
export function generationName(at: number): string {
  return new Date(at).toISOString().replace(/[-:.]/g, '')
}

/**
 * Generations of a folder, the oldest first: the newest with all that it stands on. What is not among them is left from
 * something that was interrupted.
 * @param folder of generations
 * @throws Error that names the file where one cannot be read, or one that the newest stands on is not there: what is built on
 * a guess would be no backup, and what is cleared away by one is lost
 */
export function readChain(folder: string): Generation[] {
  const found = new Map<string, Generation>()
  const names = namesIn(folder)
  for (const name of names) {
    const each = readGeneration(join(folder, `${name}.json`), name)
    if (each !== null) found.set(name, each)
  }
  const newest = names.findLast((each) => found.has(each))
  return newest === undefined ? [] : chainFrom(folder, newest, found)
}

/** The newest generations that can be read, for who restores; `faults` says in words what cannot. */
export interface ReadableChain {
  readonly chain: readonly Generation[]
  readonly faults: readonly string[]
}

/** As readChain, but for what cannot be read: of a damaged folder comes what can be had. @throws Error where it is away */
export function readWhatCanBe(folder: string): ReadableChain {
  const found = new Map<string, Generation>()
  const faults: string[] = []
  const attempt = <T>(act: () => T): T | null => {
    try {
      return act()
    } catch (cause) {
      faults.push((cause as Error).message)
      return null
    }
  }
  const names = namesIn(folder)
  for (const name of names) {
    const each = attempt(() => readGeneration(join(folder, `${name}.json`), name))
    if (each !== null) found.set(name, each)
  }
  for (const newest of names.reverse().filter((each) => found.has(each))) {
    const chain = attempt(() => chainFrom(folder, newest, found))
    if (chain !== null) return { chain, faults }
  }
  return { chain: [], faults }
}

const namesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((each) => each.endsWith('.json'))
    .map((each) => each.slice(0, -'.json'.length))
    .sort()

function chainFrom(folder: string, newest: string, found: ReadonlyMap<string, Generation>): Generation[] {
  const chain: Generation[] = []
  for (let name: string | null = newest; name !== null; ) {
    const each = found.get(name)
    if (each === undefined)
      throw new Error(
        `${join(folder, `${chain.at(-1)?.name}.json`)} stands on ${name}.json, which is missing or damaged; name an empty folder and keep this one`,
      )
    chain.push(each)
    name = each.previous
  }
  if (!chain.at(-1)?.image)
    throw new Error(`${join(folder, `${chain.at(-1)?.name}.json`)} is the oldest and has no whole database`)
  return chain.reverse()
}

/** The generations that the last of a chain is made of: from the newest whole database on. */
export function sinceImage(chain: readonly Generation[]): readonly Generation[] {
  return chain.slice(chain.findLastIndex((each) => each.image !== null))
}

/** Names of the content files that a generation stands on. @param chain up to it */
export function contentOf(chain: readonly Generation[]): Set<string> {
  const names = new Set<string>()
  for (const { content } of sinceImage(chain)) {
    for (const each of content.gone) names.delete(each)
    for (const each of content.added) names.add(each)
  }
  return names
}

/**
 * The generations that one is made of, which is the last of the answer.
 * @param at it has everything up to then, or to an earlier moment (ms); null: the newest
 * @throws Error where there is none so old
 */
export function chainUpTo(chain: readonly Generation[], at: number | null): readonly Generation[] {
  const found = at === null ? chain : chain.filter((each) => each.at <= at)
  const [oldest] = chain
  if (!oldest) throw new Error('there is no whole backup in this folder')
  if (found.length === 0)
    throw new Error(`the oldest backup in this folder is of ${new Date(oldest.at).toISOString()}`)
  return found
}
