/**
 * Holds every regular expression that ships against recheck: none may take more than linear time over what strangers
 * write. Those found safe are remembered in scripts/safe-patterns.json, so that only new ones cost time; `--write` looks
 * at all of them anew.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ShippedPattern, shippedPatterns } from './shipped-patterns.ts'

interface Known {
  /** The version of recheck that said so. */
  readonly recheck: string
  readonly safe: readonly string[]
  /** Those that recheck does not call safe, and why they are: by `flags source`. */
  readonly explained: Readonly<Record<string, string>>
}

const root = join(import.meta.dirname, '..')
const file = join(root, 'scripts/safe-patterns.json')
const timeoutMs = 20_000
const atATime = 2

const known = JSON.parse(readFileSync(file, 'utf8')) as Known
const patterns = shippedPatterns(root)
const isNew = process.argv.includes('--write')
const open = patterns.filter(
  (each) => !(nameOf(each) in known.explained) && (isNew || !known.safe.includes(hashOf(each))),
)
const faults: string[] = []
const safe = new Set<string>()
const queue = [...open]
await Promise.all(Array.from({ length: atATime }, work))

const unused = Object.keys(known.explained).filter((name) => !patterns.some((each) => nameOf(each) === name))
faults.push(
  ...unused.map((name) => `scripts/safe-patterns.json explains ${name}, which is not there any more`),
)
for (const each of faults) console.log(each)
if (isNew) {
  const kept = patterns.filter((each) => safe.has(hashOf(each))).map(hashOf)
  writeFileSync(file, `${JSON.stringify({ ...known, safe: kept.sort() }, null, 2)}\n`)
}
console.log(`${patterns.length} patterns, ${open.length} looked at, ${faults.length} faults`)
process.exitCode = faults.length === 0 ? 0 : 1

async function work(): Promise<void> {
  if (queue.length === 0) return
  // It is large, and there is mostly nothing to ask it.
  const { check } = await import('recheck')
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { source, flags, place } = next
    // recheck knows no v; what it adds to classes changes no running time.
    const result = await check(source, flags.replace('v', 'u').replace('d', ''), { timeout: timeoutMs })
    if (result.status === 'safe') safe.add(hashOf(next))
    else
      faults.push(
        `${place}: /${source}/${flags} is ${result.status}${'complexity' in result && result.complexity ? ` (${result.complexity.summary})` : ''}${'error' in result ? `: ${JSON.stringify(result.error)}` : ''}`,
      )
  }
}

function nameOf({ source, flags }: ShippedPattern): string {
  return `${flags} ${source}`
}

function hashOf(pattern: ShippedPattern): string {
  return createHash('sha256').update(nameOf(pattern)).digest('hex').slice(0, 12)
}
