/**
 * All quick unit tests as one test file, for `npm test`: a process for each would take longer to start than they do. They
 * get what is left of the processors, so that what runs beside them is not slowed down.
 */
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { root } from './run-checks.ts'
import { listQuickUnits } from './unit-files.ts'

setPriority(10)
for (const file of listQuickUnits()) await import(join(root, file))
