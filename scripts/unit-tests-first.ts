import { loadUnits } from './load-units.ts'

await loadUnits(0)
