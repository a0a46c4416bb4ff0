import type { Drill } from './drill.ts'
import { kill } from './kill.ts'

/** Every drill that exists, in the order in which they are run. */
export const catalogue: readonly Drill[] = [kill]
