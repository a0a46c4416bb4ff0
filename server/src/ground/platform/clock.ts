/** The time, in milliseconds since 1970, as a value that tests can set. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }
