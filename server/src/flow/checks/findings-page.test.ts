import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const page = join(import.meta.dirname, '../../../../docs/reference/findings.md')

/** The check to copy judges no mail, so its codes are in no page. */
const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'skeleton')
  .map((entry) => entry.name)

for (const folder of folders) {
  const codes = codesOf(folder)
  test(`the findings of ${folder} and their page are in step`, {
    skip: codes.length === 0 && 'no codes yet',
  }, () => {
    assert.deepEqual(documentedCodes(folder), codes)
  })
}

/** Codes in the sources of a check: lists named `…Codes`, and findings written as `{ check: …, code: '…' }`. */
function codesOf(folder: string): string[] {
  const found = new Set<string>()
  for (const name of readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue
    const source = readFileSync(join(import.meta.dirname, folder, name), 'utf8')
    for (const [, list = ''] of source.matchAll(/\w+Codes = \[([^\]]*)\] as const/g)) {
      for (const [, code = ''] of list.matchAll(/'([a-z0-9-]+)'/g)) found.add(code)
    }
    for (const [, code = ''] of source.matchAll(/\bcheck: [^,\n]+,\s*code: '([a-z0-9-]+)'/g)) found.add(code)
  }
  return [...found].sort()
}

/** Codes in the table under the heading of a check. */
function documentedCodes(folder: string): string[] {
  const [, ...sections] = readFileSync(page, 'utf8').split(/^## /m)
  const section = sections.find((each) => each.startsWith(`${folder}\n`)) ?? ''
  return [...section.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, code = '']) => code).sort()
}
