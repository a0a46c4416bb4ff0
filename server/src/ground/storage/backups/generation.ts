import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogPlace } from './log-place.ts'
import type { PackFile } from './page-pack.ts'

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
  /** The whole database; only the oldest generation has one. */
  readonly image: string | null
  /** Pages that are written over the image, or over what the generations before come to. */
  readonly pack: PackFile | null
  /** Names of content files, against the generation before. */
  readonly content: { readonly added: readonly string[]; readonly gone: readonly string[] }
  readonly parts: readonly PartFile[]
}

/** The name of a generation, by its moment (ms). */
export function generationName(at: number): string {
  return new Date(at).toISOString().replace(/[-:.]/g, '')
}

/**
 * Generations of a folder, the oldest first: the newest that can be read with all that it stands on. What is not among
 * them is left from something that was interrupted, or is damaged.
 * @param folder of generations
 */
export function readChain(folder: string): Generation[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder)
    .filter((each) => each.endsWith('.json'))
    .map((each) => each.slice(0, -'.json'.length))
    .sort()
    .reverse()
  const read = new Map<string, Generation | null>()
  const get = (name: string) => {
    if (!read.has(name)) read.set(name, readGeneration(folder, name))
    return read.get(name) ?? null
  }
  for (const newest of names) {
    const chain = chainFrom(newest, get)
    if (chain) return chain
  }
  return []
}

function chainFrom(newest: string, get: (name: string) => Generation | null): Generation[] | null {
  const chain: Generation[] = []
  for (let name: string | null = newest; name !== null; ) {
    const found = get(name)
    if (found === null) return null
    chain.push(found)
    name = found.previous
  }
  return chain.at(-1)?.image ? chain.reverse() : null
}

function readGeneration(folder: string, name: string): Generation | null {
  try {
    return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Generation
  } catch {
    return null
  }
}

/** Names of the content files that a generation stands on. @param chain up to it */
export function contentOf(chain: readonly Generation[]): Set<string> {
  const names = new Set<string>()
  for (const { content } of chain) {
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
