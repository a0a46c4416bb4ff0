import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WeighedFinding } from '#services/policy/explain-settings.ts'

/** Findings as their page lists them; a test keeps that page and the checks in step. */
export function readFindings(): WeighedFinding[] {
  const page = join(import.meta.dirname, '../../../docs/reference/findings.md')
  return readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => {
      const [, code = '', weight = '', , meaning = ''] = line.split(' | ').join('|').split('|')
      const name = /^\s*`([a-z0-9-]+)`/.exec(code)?.[1]
      return name === undefined ? [] : [{ code: name, weight: weight.trim(), meaning: meaning.trim() }]
    })
}
