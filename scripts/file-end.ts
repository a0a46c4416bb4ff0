import { relative } from 'node:path'
import { root } from './run-checks.ts'
import type { TestEvent } from './test-tally.ts'

/**
 * How the process of a test file ended that failed without a test that did, for the report: node says no more of it than that
 * it failed. Empty: the event is another one.
 */
export function describeFileEnd({ type, data }: TestEvent): string {
  const { exitCode = null, signal = null } = data.details?.error ?? {}
  if (type !== 'test:fail' || (exitCode === null && signal === null)) return ''
  const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`
  return `\n${relative(root, data.name ?? '')} ended with ${how}, and none of its tests had failed.\n`
}
