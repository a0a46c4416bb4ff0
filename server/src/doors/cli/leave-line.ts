import { recordOrder } from '#services/directory/directory-order.ts'
import type { Arguments } from './arguments.ts'
import { clip } from './clip.ts'
import { orderOf } from './order-of.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'

const mostWords = 10
const longestWord = 200

/**
 * Every command passes here at its end, also one that breaks off: where it has changed something and nothing that it
 * called has left a line in the audit log, it gets one. Options are named without their values, which may be secret.
 */
export async function leaveLine(
  site: Site,
  { name, isReading, options }: SiteCommand,
  given: Arguments,
): Promise<void> {
  if (isReading || !site.trail.hasChanged() || site.trail.hasLeftLine()) return
  await recordOrder(orderOf(site), 'command-run', null, {
    command: name,
    words: given.words.slice(0, mostWords).map((each) => clip(each, longestWord)),
    options: Object.keys(options).filter((each) => given.has(each)),
  })
}
