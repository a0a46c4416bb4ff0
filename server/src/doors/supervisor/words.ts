/** How one run of the server ended. Its successor writes it down, since the supervisor opens no database. */
export interface EndedRun {
  readonly pid: number
  /** Such as `ended by SIGKILL`, `ended with 70`. */
  readonly why: string
  /** From when on it did no work any more (ms since 1970): its end, or when it was last heard of. */
  readonly awayFrom: number
  /** Why it had to end, as it said itself; empty: it said nothing, as one that is killed. */
  readonly lastWords: string
}

/** What the supervisor tells a server that it has started. */
export interface EndedRuns {
  /** Runs of which no successor has said that they are written down, the oldest first; empty: there was no other. */
  readonly runs: readonly EndedRun[]
  /** How many runs have ended within `latelyMs`, these among them. */
  readonly lately: number
}

/** What the server tells its supervisor. */
export type ServerWord =
  /** Once its settings are read. @property silentAfterMs 0: a hang ends nobody */
  | { readonly kind: 'settings'; readonly silentAfterMs: number }
  /** Its event loop turns. */
  | { readonly kind: 'beat' }
  /** It has started whole. */
  | { readonly kind: 'running' }
  /** A fault of its own that it cannot go on with. */
  | { readonly kind: 'has to end'; readonly why: string }
  /** The first runs of those that it was told of are written down. */
  | { readonly kind: 'noted'; readonly runs: number }

/** How often a server says that its event loop turns. */
export const beatEveryMs = 1000
/** Ends within so long are counted together. */
export const latelyMs = 600_000
/** So many of them are a server that does not stay up. */
export const oftenFrom = 3
