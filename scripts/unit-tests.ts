/**
 * All quick unit tests as one test file, for `npm test`: a process for each costs the processor half as much again. They get
 * what is left of it, so that what runs beside them is not slowed down.
 */

import { setPriority } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './run-checks.ts'
import { listQuickUnits } from './unit-files.ts'

setPriority(10)
const loaded = Promise.withResolvers<void>()
// The runner ends a file as soon as all tests that it knows of are over; so none begins before all are known.
test('every file of unit tests can be loaded', () => loaded.promise)
try {
  for (const file of listQuickUnits()) await import(join(root, file))
  loaded.resolve()
} catch (cause) {
  loaded.reject(cause)
}
