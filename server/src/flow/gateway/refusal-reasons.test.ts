import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { refusalReasons } from './refusal-reasons.ts'

/** How refusals are written: `refuse('rcpt', 'word', …`, `return refuse('word', …`, `reason: 'word', reply`, `noteRefusal`. */
const written = [
  /\.refuse\('[a-z]+', '([a-z-]+)'/g,
  /(?<!\.)\brefuse\(\s*'([a-z-]+)'/g,
  /\breason: '([a-z-]+)',\s*reply\b/g,
]

test('every word for a refusal in the dialogue has words for people', () => {
  const found = new Set<string>()
  for (const name of readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue
    const source = readFileSync(join(import.meta.dirname, name), 'utf8')
    for (const pattern of written) for (const [, word = ''] of source.matchAll(pattern)) found.add(word)
  }
  assert.ok(found.size > 30, `only ${found.size} found: the sources write refusals in another way`)
  assert.deepEqual(
    [...found].filter((each) => !Object.hasOwn(refusalReasons, each)),
    [],
  )
})
