import type { ParseArgsOptionsConfig } from 'node:util'
import type { ReturnedSo, Selection } from '#services/queue/queue-store.ts'
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

/** Options by which returned mail is selected beside them. */
export const returnedOptions = {
  node: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  reply: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

export const returnedHelp = `  --node       node that returned it
  --since      returned at this moment or later: an ISO time, or 2h for two hours ago; --until: or before
  --reply      part of what the receiver said, such as "550 5.1.1" or "blocked"`

/** The selection that was typed; ids are the words of the command. */
export function readSelection(given: Arguments, now: number): Selection {
  const before = given.text('before')
  const returned = readReturned(given, now)
  const texts = (['lane', 'domain', 'tenant', 'recipient', 'sender', 'reason'] as const)
    .map((name) => [name, given.text(name)] as const)
    .filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(texts),
    ...(given.words.length > 0 && { messageIds: given.words.map((each) => each.replace(/^\[|\]$/g, '')) }),
    ...(before !== undefined && { before: readMoment(before, now) }),
    ...(Object.keys(returned).length > 0 && { returned }),
  }
}

function readReturned(given: Arguments, now: number): ReturnedSo {
  const [node, since, until, reply] = (['node', 'since', 'until', 'reply'] as const).map((name) =>
    given.text(name),
  )
  return {
    ...(node !== undefined && { node }),
    ...(since !== undefined && { since: readMoment(since, now) }),
    ...(until !== undefined && { until: readMoment(until, now) }),
    ...(reply !== undefined && { reply }),
  }
}
