import { noEndYet } from '#ground/platform/kept-days.ts'
import { localTime } from './local-time.ts'
import type { Output } from './output.ts'
import type { Site } from './site.ts'

/** Says until when mail of domains keeps the longer time that it had before the directory changed. */
export function sayLonger(site: Pick<Site, 'longerUntil'>, out: Output, domains: readonly string[]): void {
  for (const domain of new Set(domains)) {
    const until = site.longerUntil(domain)
    if (until === null) continue
    const end = until >= noEndYet ? 'while the loss is held back' : `before ${localTime(until)}`
    out.warn(
      `people of ${domain} have a shorter time for kept mail than before; what is older leaves, and not ${end} (the alarm kept-longer says how much it is)`,
    )
  }
}
