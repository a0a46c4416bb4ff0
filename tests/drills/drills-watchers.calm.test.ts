import { drillsOf } from './catalogue.ts'
import { testDrills } from './test-drills.ts'

testDrills(drillsOf.watchers)
