import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiRoutes } from './routes.ts'

interface Named {
  readonly properties?: {
    readonly name?: { readonly minLength?: number; readonly maxLength?: number; readonly pattern?: string }
  }
}

test('a name that has to be given is more than blanks, at every address', () => {
  const names = apiRoutes.flatMap(({ path, body }) => {
    const { name } = (body as Named | undefined)?.properties ?? {}
    // Of domains and people the name is one of mail, which is read for itself.
    return name?.minLength && (name.maxLength ?? 0) < 253 ? [{ path, pattern: name.pattern }] : []
  })
  assert.ok(names.length > 8)
  assert.deepEqual(
    names.filter(({ pattern }) => pattern === undefined || new RegExp(pattern).test('  ')),
    [],
  )
})
