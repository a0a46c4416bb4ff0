import type { Incident } from '#services/incidents/incident.ts'
import { type Arguments, UseError } from './arguments.ts'
import type { Site } from './site.ts'
import { publish } from './status-words.ts'

/** The only word of a command: an incident. @throws UseError */
export function oneWord({ words: [word, ...more] }: Arguments): string {
  if (word === undefined || more.length > 0) throw new UseError('name one incident')
  return word
}

/** At once: whoever waits for news shall not wait for the next round of the clock. */
export async function publishIfTold(site: Site, { isPublic }: Incident): Promise<void> {
  if (!isPublic || (await site.status.components()).length === 0) return
  await publish(site)
}
