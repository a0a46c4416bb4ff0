/** So far ahead of each other clocks of processes may be, and no further. */
const mostAheadMs = 300_000

/**
 * Whether a moment was written by a clock that was ahead and has been set back since: until it comes, nothing that is
 * counted from it would ever be over.
 */
export function isAhead(moment: number, now: number): boolean {
  return moment - now > mostAheadMs
}

/** From this moment on all moments are ahead. */
export function aheadFrom(now: number): number {
  return now + mostAheadMs + 1
}
