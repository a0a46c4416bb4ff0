import { startDnsServer } from '../harness/dns-server.ts'
import { type SiteOptions, TestSite } from '../harness/site.ts'
import type { DrillReport } from './drill.ts'
import { checkFalseAlarms } from './false-alarms.ts'

/** Twenty times as often as in the field, so that in a drill of a minute each way is tried as often as in twenty. */
const tryEvery = '3s'
/** What tests are patient in, as strict as it is in the field. */
export const asInTheField = {
  'spool.stallRefuse': '2s',
  'inspection.behindAbove': '1s',
  'console.storeWait': '1500ms',
} as const

interface DrillSiteOptions extends SiteOptions {
  /** What this site may tell, where it is less than what all sites of the drill may. */
  readonly about?: RegExp
}

/**
 * A site as drills have it: it tries itself all the time, as one in the field, and before it ends it is asked what it
 * has told that is not about the fault. Its DNS answers at once and knows nobody, unless the drill gives it one.
 */
export async function drillSite(
  report: DrillReport,
  { about = report.about, ...options }: DrillSiteOptions = {},
): Promise<TestSite> {
  const { settings = {} } = options
  await using made = new AsyncDisposableStack()
  const dns =
    settings['dns.servers'] === undefined ? made.use(await startDnsServer({ zone: {}, ttl: 3600 })) : null
  const owned = made.move()
  return TestSite.start({
    ...options,
    settings: {
      'watch.probeEvery': tryEvery,
      ...asInTheField,
      ...(dns && { 'dns.servers': [dns.address] }),
      ...settings,
    },
    async beforeEnd(site) {
      try {
        checkFalseAlarms(report, site, about)
      } finally {
        await owned.disposeAsync()
      }
    },
  })
}
