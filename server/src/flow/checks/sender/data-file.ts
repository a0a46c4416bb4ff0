import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A data file of this check: its version, and its lines under the heading in brackets above them. */
export interface DataFile {
  readonly version: string
  readonly sections: ReadonlyMap<string, readonly string[]>
}

/** Reads a data file beside this one. It is part of the program, so a fault in it stops the start and not a message. */
export function readDataFile(name: string): DataFile {
  const sections = new Map<string, string[]>()
  let version = ''
  let section = ''
  for (const line of readFileSync(join(import.meta.dirname, name), 'utf8').split('\n')) {
    const text = line.trim()
    if (text === '' || text.startsWith('#')) continue
    const heading = /^\[([a-z]+)\]$/.exec(text)
    if (heading) section = heading[1]!
    else if (version === '') version = /^version (\S+)$/.exec(text)?.[1] ?? ''
    else sections.set(section, [...(sections.get(section) ?? []), text])
    if (version === '') throw new Error(`${name} does not begin with its version`)
  }
  return { version, sections }
}

/** The phrases of a section, which stand between commas over its lines. */
export function phrasesOf({ sections }: DataFile, section: string): string[] {
  return (sections.get(section) ?? [])
    .join(',')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}
