import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'oxc-parser'

/** A regular expression of our sources that mail meets. */
export interface ShippedPattern {
  readonly source: string
  readonly flags: string
  /** The first place that it stands at, as `file:line`. */
  readonly place: string
}

/** Every regular expression in the sources of server and contract, each once; tests are not shipped. */
export function shippedPatterns(root: string): ShippedPattern[] {
  const found = new Map<string, ShippedPattern>()
  const files = globSync('{server,contract}/src/**/*.ts', { cwd: root }).filter(
    (each) => !each.endsWith('.test.ts'),
  )
  for (const file of files.sort()) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const { pattern, flags, start } of literalsIn(parseSync(file, text).program)) {
      const line = text.slice(0, start).split('\n').length
      const key = `${flags} ${pattern}`
      if (!found.has(key)) found.set(key, { source: pattern, flags, place: `${file}:${line}` })
    }
  }
  return [...found.values()]
}

interface Literal {
  readonly pattern: string
  readonly flags: string
  readonly start: number
}

/** Walks a tree of any shape: only literals are looked at. */
function literalsIn(node: unknown): Literal[] {
  if (typeof node !== 'object' || node === null) return []
  if (Array.isArray(node)) return node.flatMap(literalsIn)
  const { type, regex, start } = node as {
    type?: string
    regex?: { pattern: string; flags: string }
    start?: number
  }
  if (type === 'Literal' && regex) return [{ ...regex, start: start ?? 0 }]
  return Object.values(node).flatMap(literalsIn)
}
