import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './run-checks.ts'
import { listQuickUnits } from './unit-files.ts'

/** Processes that share the quick unit tests: each of them computes, and two find a processor each. */
const shares = 2

/**
 * Quick unit tests as one test file, for `npm test`: a process for each costs the processor half as much again.
 * @param share which of them: every second file, from this one on (0 or 1)
 */
export async function loadUnits(share: 0 | 1): Promise<void> {
  const loaded = Promise.withResolvers<void>()
  // The runner ends a file as soon as all tests that it knows of are over; so none begins before all are known.
  test('every file of unit tests can be loaded', () => loaded.promise)
  const broken: Error[] = []
  for (const file of listQuickUnits().filter((_, at) => at % shares === share))
    await import(join(root, file)).catch((cause: unknown) => broken.push(new Error(file, { cause })))
  if (broken.length === 0) loaded.resolve()
  else loaded.reject(new AggregateError(broken, broken.map(({ message }) => message).join(', ')))
}
