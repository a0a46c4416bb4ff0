import type { SignedIn } from './access-store.ts'

/** A way in that is younger proves who somebody is. */
const freshMs = 30 * 60_000

/** Whether he has signed in just now. */
export function isFresh({ session }: SignedIn, now: number): boolean {
  return now - session.createdAt <= freshMs
}

/**
 * Whether his password proves who he is before he changes how he signs in. Who has none has to have signed in just now;
 * so has who came by a link, since he may have lost it: whoever made the link may do as much as he.
 */
export function asksPassword(mine: SignedIn, now: number): boolean {
  return mine.manager.passwordHash !== null && !(mine.session.isByLink && isFresh(mine, now))
}
