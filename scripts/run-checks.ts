import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** One check of the sources: a program that ends with 0 where all is well, and says what is not. */
export interface Check {
  readonly name: string
  /** What to do when it fails. */
  readonly remedy: string
  /** Program below node_modules/.bin, or `node`, and its arguments. */
  readonly command: readonly [string, ...string[]]
}

export interface CheckResult {
  readonly check: Check
  readonly passed: boolean
  readonly tookMs: number
  readonly output: string
}

export const root = join(import.meta.dirname, '..')

// Every test file is a process of its own: what one has compiled the others need not compile again.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/compile')

/**
 * What the compiler knows of unchanged files since the last check. One checker: each of several would work out most types
 * for itself, and what they would save in time runs beside it here.
 */
const remembered = (name: string) => [
  ...['--checkers', '1'],
  '--incremental',
  '--tsBuildInfoFile',
  `node_modules/.cache/types-of-${name}.tsbuildinfo`,
]

/** What is checked without running the product. */
export const staticChecks: readonly Check[] = [
  {
    name: 'types',
    remedy: 'npx tsc --noEmit -p . shows the same',
    command: ['tsc', '--noEmit', '-p', '.', '--pretty', 'false', ...remembered('server')],
  },
  {
    name: 'types of the console',
    remedy: 'npx tsc --noEmit -p console shows the same',
    command: ['tsc', '--noEmit', '-p', 'console', '--pretty', 'false', ...remembered('console')],
  },
  {
    name: 'lint and format',
    remedy: 'npx biome check --write . mends most of it',
    command: ['biome', 'check', '.', '--diagnostic-level=error'],
  },
  {
    name: 'layers',
    remedy: 'the table stands in scripts/check-layers.ts',
    command: ['node', 'scripts/check-layers.ts'],
  },
  {
    name: 'paths in documents',
    remedy: 'mend the path, or the document',
    command: ['node', 'scripts/check-doc-refs.ts'],
  },
  {
    name: 'patterns',
    remedy:
      'make it linear, or say in scripts/safe-patterns.json why it is bounded; then check-patterns.ts --write',
    command: ['node', 'scripts/check-patterns.ts'],
  },
  {
    name: 'reference pages',
    remedy: 'node scripts/gen-reference.ts writes them anew',
    command: ['node', 'scripts/gen-reference.ts', '--check'],
  },
  {
    name: 'lock file',
    remedy: 'npm install with the .npmrc of this repository',
    command: ['node', 'scripts/check-lock.ts'],
  },
  {
    name: 'unused files and exports',
    remedy: 'delete what nobody uses, or name its user in knip.json',
    command: ['knip', '--no-progress', '--no-config-hints'],
  },
]

/** Runs checks, `atOnce` at a time, in the order given; answers in that order too. */
export async function runChecks(checks: readonly Check[], atOnce: number): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  const queue = checks.entries()
  const worker = async () => {
    for (const [index, check] of queue) results[index] = await runCheck(check)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

async function runCheck(check: Check): Promise<CheckResult> {
  const [program, ...rest] = check.command
  const path = join(root, 'node_modules/.bin', program)
  const started = performance.now()
  let output = ''
  const child = spawn(path, rest, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  const passed = await new Promise<boolean>((resolve) => {
    child.once('error', (cause) => {
      output += cause.message
      resolve(false)
    })
    child.once('close', (code) => resolve(code === 0))
  })
  return { check, passed, tookMs: performance.now() - started, output }
}

/** A line for each check; below them what the failing ones said. */
export function describeChecks(results: readonly CheckResult[]): string {
  const lines = results.map(
    ({ check, passed, tookMs }) =>
      `${passed ? 'ok  ' : 'FAIL'}  ${check.name.padEnd(26)} ${(tookMs / 1000).toFixed(1).padStart(6)} s`,
  )
  const failures = results
    .filter((each) => !each.passed)
    .map(({ check, output }) => `\n${check.name}: ${check.remedy}\n${lastLines(output, 60)}`)
  return [...lines, ...failures].join('\n')
}

function lastLines(text: string, most: number): string {
  const lines = text.trimEnd().split('\n')
  const left = lines.length - most
  return left > 0 ? [`(${left} lines before these)`, ...lines.slice(-most)].join('\n') : lines.join('\n')
}
