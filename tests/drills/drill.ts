/** One line under "Must hold" or "Must be seen": what was promised, what was measured. */
export interface Line {
  readonly section: 'must hold' | 'must be seen' | 'invariant'
  readonly what: string
  readonly bound: string
  readonly measured: string
  readonly held: boolean
  /** It is a time or a rate, which a machine that does something else meanwhile can miss without a fault of ours. */
  readonly timed: boolean
}

/** Where a drill writes down what it found. */
export interface DrillReport {
  /** A bound that was met or missed; `timed` marks a time or a rate (see rounds.ts), never a count or a state. */
  hold(what: string, bound: string, measured: string | number, held: boolean, timed?: 'timed'): void
  see(what: string, bound: string, measured: string | number, held: boolean, timed?: 'timed'): void
  invariant(id: string, what: string, measured: string | number, held: boolean): void
  /** A figure that has no bound. */
  note(name: string, value: unknown): void
  /** Progress for people who watch. */
  say(text: string): void
}

export interface DrillOptions {
  /** The short form runs on every change, the full form at night. */
  readonly long: boolean
  /** Only the variant that stands for one incident; null: all. */
  readonly incident: string | null
}

/** A repeatable fault with its pass rules. */
export interface Drill {
  readonly id: string
  readonly name: string
  /** Ids of the incidents that it stands for (see docs/operate/drills.md). */
  readonly incidents: readonly string[]
  /** What has to be there; a drill that lacks something reports "not run" with the reason. */
  readonly needs?: readonly Need[]
  run(report: DrillReport, options: DrillOptions): Promise<void>
}

export interface Need {
  readonly what: string
  /** Null: it is there. Else why not. */
  readonly missing: () => string | null
}

export type Outcome = 'passed' | 'failed' | 'not run'

export interface FinishedDrill {
  readonly id: string
  readonly name: string
  readonly incidents: readonly string[]
  readonly outcome: Outcome
  readonly why: string
  /** It ended before its end, by an error or a wait in vain. */
  readonly broke: boolean
  readonly startedAt: string
  readonly tookSeconds: number
  readonly lines: readonly Line[]
  readonly notes: Readonly<Record<string, unknown>>
}
