/** What has to be seen of every fault: the alarm in time, its cause by name, the status page, and exactly whom it hit. */
export const sights = ['alarm', 'cause', 'status', 'list'] as const
export type Sight = (typeof sights)[number]

/** One line under "Must hold" or "Must be seen": what was promised, what was measured. */
export interface Line {
  readonly section: 'must hold' | 'must be seen' | 'invariant'
  readonly what: string
  readonly bound: string
  readonly measured: string
  readonly held: boolean
  /** It is a time or a rate, which a machine that does something else meanwhile can miss without a fault of ours. */
  readonly timed: boolean
  /** Which of the four sights it measures. */
  readonly sight?: Sight
  /** How long after the fault it was told (ms), where that is what it measures and it was told at all. */
  readonly afterMs?: number
}

/** Where a drill writes down what it found. */
export interface DrillReport {
  /** See Drill. */
  readonly about: RegExp
  /** Kinds of alarms that its faults have raised. */
  readonly rang: Set<string>
  /** A bound that was met or missed; `timed` marks a time or a rate (see rounds.ts), never a count or a state. */
  hold(what: string, bound: string, measured: string | number, held: boolean, timed?: 'timed'): void
  see(what: string, bound: string, measured: string | number, held: boolean, timed?: 'timed'): void
  /**
   * A line under "must be seen" that measures one of the four sights; see must-be-seen.ts.
   * @param afterMs how long after the fault it was told, where that is measured and it was told at all
   */
  sight(
    sight: Sight,
    what: string,
    bound: string,
    measured: string | number,
    held: boolean,
    timed?: 'timed',
    afterMs?: number,
  ): void
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
  /** Alarms, findings and public incidents that its faults cause, by `NAME SUBJECT`; every other one is false. */
  readonly about?: RegExp
  /** What has to be there; a drill that lacks something reports "not run" with the reason. */
  readonly needs?: readonly Need[]
  /** Sights that do not apply to it, each with the reason. */
  readonly notSeen?: Readonly<Partial<Record<Sight, string>>>
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
  /** By what it ended before its end; null where it came to its end. */
  readonly broke: 'error' | 'wait in vain' | null
  /** Whether it was run in its long form. */
  readonly long: boolean
  /** What was run: the commit of the sources, with `-dirty` where they were changed; null: nobody knows. */
  readonly commit: string | null
  readonly startedAt: string
  readonly tookSeconds: number
  readonly lines: readonly Line[]
  /** Kinds of alarms that its faults have raised. */
  readonly rang: readonly string[]
  readonly notSeen: Readonly<Partial<Record<Sight, string>>>
  readonly notes: Readonly<Record<string, unknown>>
}
