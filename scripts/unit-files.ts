import { globSync } from 'node:fs'
import { root } from './run-checks.ts'

const places = ['server/src/**', 'contract/src/**', 'console/src/**', 'scripts']

/** Unit tests that are quick: many share a process, since one for each would cost half as much of the processor again. */
export const quickUnits: readonly string[] = places.map((each) => `${each}/!(*.slow).test.ts`)

/** Those that wait for clocks, judge the golden samples or measure growth: each is a process of its own. */
export const slowUnits: readonly string[] = places.map((each) => `${each}/*.slow.test.ts`)

/** The files of `quickUnits`, in an order that is the same everywhere. */
export function listQuickUnits(): string[] {
  return quickUnits.flatMap((each) => globSync(each, { cwd: root }).sort())
}
