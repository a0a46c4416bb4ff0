import type { Attempt, Job } from './delivery-store.ts'
import type { PathWish } from './sending/choose-path.ts'
import { isAboutRecipient } from './sending/path.ts'

/**
 * Where a message wants to leave: away from addresses that it was refused or put off over, or again where it is waited
 * for.
 */
export function wishOf({ recipients, message }: Job): PathWish {
  const refusals = recipients.flatMap((each) => each.refusedFrom ?? [])
  const last = recipients.flatMap(({ lastAttempt }) => lastAttempt ?? [])
  const greylisted = last.find((each) => each.class === 'greylisted')
  const putOff = greylisted ? undefined : last.find(saysPutOff)
  return {
    refusedFrom: message.isDoubted ? [] : refusals.toSorted((a, b) => a.at - b.at).map((each) => each.ip),
    prefer: greylisted?.localAddress ?? null,
    putOffFrom: putOff?.localAddress ?? null,
  }
}

function saysPutOff(attempt: Attempt): boolean {
  return attempt.localAddress !== '' && !isAboutRecipient(attempt.class ?? null)
}
