import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeFileEnd } from './file-end.ts'
import { root } from './run-checks.ts'

const fails = (error: object) => ({
  type: 'test:fail',
  data: { name: join(root, 'tests/a.test.ts'), details: { error } },
})

test('a file that failed as a whole is told with how its process ended', () => {
  assert.match(
    describeFileEnd(fails({ exitCode: null, signal: 'SIGSEGV' })),
    /^\ntests\/a\.test\.ts ended with signal SIGSEGV, /,
  )
  assert.match(describeFileEnd(fails({ exitCode: 7, signal: null })), /ended with exit code 7, /)
})

test('nothing is said of a test that failed by itself', () => {
  assert.equal(describeFileEnd(fails({ message: 'Expected 1, got 0' })), '')
  assert.equal(describeFileEnd({ ...fails({ exitCode: 1, signal: null }), type: 'test:pass' }), '')
})
