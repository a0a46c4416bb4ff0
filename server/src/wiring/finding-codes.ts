import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WeighedFinding } from '#services/policy/explain-settings.ts'

let read: WeighedFinding[] | null = null

/**
 * Findings as their page lists them; a test keeps that page and the checks in step. Read when they are first wanted: a
 * program that came without its documents shows weights without their meaning, and starts all the same.
 */
export function findingsOfPage(): WeighedFinding[] {
  read ??= readFindings()
  return read
}

function readFindings(): WeighedFinding[] {
  const page = join(import.meta.dirname, '../../../docs/reference/findings.md')
  if (!existsSync(page)) return []
  return readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => {
      const [, code = '', weight = '', , meaning = ''] = line.split(' | ').join('|').split('|')
      const name = /^\s*`([a-z0-9-]+)`/.exec(code)?.[1]
      return name === undefined ? [] : [{ code: name, weight: weight.trim(), meaning: meaning.trim() }]
    })
}
