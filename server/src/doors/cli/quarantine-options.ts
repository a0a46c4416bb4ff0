import type { ParseArgsOptionsConfig } from 'node:util'
import type { QuarantineSelection } from '#services/quarantine/quarantine-store.ts'
import { conditionNames, readSelection } from '#services/quarantine/read-selection.ts'
import type { Arguments } from './arguments.ts'
import { peopleHelp, peopleOption, readPeople } from './people-option.ts'
import { readMoment } from './read-moment.ts'
import type { Site } from './site.ts'

/** Options by which mail in quarantine is selected: the words of the API and of the console. */
export const conditionOptions = {
  ...peopleOption,
  ...(Object.fromEntries(conditionNames.map((name) => [name, { type: 'string' }])) as Record<
    (typeof conditionNames)[number],
    { readonly type: 'string' }
  >),
} satisfies ParseArgsOptionsConfig

/** What they mean, for help texts. */
export const conditionHelp = `${peopleHelp}
  --sender     an address, or a domain with all below it; of the envelope, or of the author
  --recipient  an address, or a domain with all below it
  --tenant     tenant
  --domain     exact domain of the recipient
  --reason     why it was set aside, such as score,blocked (docs/reference/reasons.md)
  --verdict    what it was taken for: spam, bulk, phishing, spoof, virus, policy or unscanned; several parted by commas
  --score      such as geq:200 or geq:200,lt:400; there are gt, geq, lt, leq and eq
  --size       in bytes, likewise
  --subject    a part of it, any case
  --since      set aside since then: an ISO time, or 2h for two hours ago; --until likewise`

/** The conditions that were typed; all that is given holds together. @throws UseError, OrderError */
export async function readConditions(
  site: Site,
  given: Arguments,
  now: number,
): Promise<QuarantineSelection> {
  const texts = conditionNames
    .map((name) => [name, given.text(name)] as const)
    .filter(([, text]) => text !== undefined)
  const within = await readPeople(site, given)
  const { since, until, ...others } = Object.fromEntries(texts)
  return {
    ...readSelection(others, now),
    ...(within && { within }),
    ...(since !== undefined && { setAsideFrom: readMoment(since, now) }),
    ...(until !== undefined && { setAsideUntil: readMoment(until, now) }),
  }
}
