import { type BounceClass, bounceClasses } from './bounce-classes.ts'

/** Beside those that can never be reached: nothing changes there by itself either. */
const closed: ReadonlySet<BounceClass> = new Set(['user-disabled', 'relay-refused'])

/**
 * Whether a refusal says that nobody is behind an address, so that writing to it again and again is no use. What a
 * receiver says of us, of the mail or of its own trouble says nothing of the address, nor does a full mailbox.
 */
export function isUnreachable(found: BounceClass): boolean {
  return bounceClasses[found].hard || closed.has(found)
}
