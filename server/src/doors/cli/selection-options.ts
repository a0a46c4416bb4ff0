import type { ParseArgsOptionsConfig } from 'node:util'
import type { Selection } from '#services/queue/queue-store.ts'
import type { Arguments } from './arguments.ts'
import { readMoment } from './read-moment.ts'

/** Options by which queued mail is selected. */
export const selectionOptions = {
  lane: { type: 'string' },
  domain: { type: 'string' },
  tenant: { type: 'string' },
  recipient: { type: 'string' },
  sender: { type: 'string' },
  reason: { type: 'string' },
  before: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

/** What they mean, for help texts. */
export const selectionHelp = `  --lane       a lane as "queue list" names it
  --domain     domain of the recipient
  --tenant     tenant
  --recipient  address of the recipient
  --sender     envelope sender
  --reason     why it waits, such as deferred (docs/reference/reasons.md)
  --before     accepted before: an ISO time, or 2h for two hours ago`

/** The selection that was typed; ids are the words of the command. */
export function readSelection(given: Arguments, now: number): Selection {
  const before = given.text('before')
  const texts = (['lane', 'domain', 'tenant', 'recipient', 'sender', 'reason'] as const)
    .map((name) => [name, given.text(name)] as const)
    .filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(texts),
    ...(given.words.length > 0 && { messageIds: given.words.map((each) => each.replace(/^\[|\]$/g, '')) }),
    ...(before !== undefined && { before: readMoment(before, now) }),
  }
}
