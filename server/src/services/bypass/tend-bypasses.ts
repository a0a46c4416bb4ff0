import type { Alarms } from '#ground/platform/alarms.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { inBypasses } from './bypass-store.ts'
import type { BypassOrder } from './switch-bypass.ts'

export interface TendBypassParts extends BypassOrder {
  readonly alarms: Alarms
}

const hourMs = 3_600_000
/** Its end is told so long before it comes, and so long after it has come. */
const remindMs = 2 * hourMs
const toldAfterMs = 2 * hourMs

/** What is known of bypasses between rounds. */
export class BypassRounds {
  readonly raised = new Set<string>()
}

/** Says which domains send past us, reminds before the end, and ends those whose time is over or whose domain is gone. */
export async function tendBypasses(parts: TendBypassParts, { raised }: BypassRounds): Promise<void> {
  const { bypasses, directory, alarms, at } = parts
  const [found, domains] = await Promise.all([bypasses.bypasses(), directory.domains()])
  const running = new Set<string>()
  for (const each of found) {
    const { domain, since, until, why, who } = each
    const known = domains.find(({ name }) => name === domain)
    const end = utcWords(until)
    if (known && until > at) {
      running.add(domain)
      const text = `${domain} sends past us since ${utcWords(since)}, until ${end}, by ${who}: ${why}`
      alarms.raise('bypass-on', domain, text)
      if (until - at <= remindMs)
        alarms.pulse(
          'bypass-ends',
          domain,
          `the bypass of ${domain} ends at ${end}; bring its mail back to us, or begin it anew`,
          toldAfterMs,
        )
      continue
    }
    const line = {
      what: 'bypass-ended',
      tenant: known?.tenant ?? null,
      detail: { before: each, after: null },
    }
    if (!(await changeRecorded(parts, inBypasses.removeBypass(domain), line))) continue
    if (known)
      alarms.pulse(
        'bypass-ends',
        domain,
        `the bypass of ${domain} has ended at ${end}; mail that still goes past us is not protected, and nobody is told when it stops`,
        toldAfterMs,
      )
  }
  for (const domain of raised) if (!running.has(domain)) alarms.clear('bypass-on', domain)
  raised.clear()
  for (const domain of running) raised.add(domain)
}
