import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestSite } from '../../test-site.ts'

const source = join(import.meta.dirname, '../..')

test('each store that changes are made in by its name is there, and is what its calls take it for', () => {
  using it = openTestSite()
  const stores = it.stores as unknown as Record<string, object | undefined>
  const named = globSync('{services,doors}/**/*.ts', { cwd: source }).flatMap((file) => [
    ...readFileSync(join(source, file), 'utf8').matchAll(/callTo<(\w+)>\('(\w+)'\)/g),
  ])
  assert.ok(named.length >= 12, `${named.length} are named`)
  for (const [, type, name = ''] of named) assert.equal(stores[name]?.constructor.name, `Sqlite${type}`, name)
})
