/** Parts of the service that messages and questions of our own go through, again and again. */
export const probedComponents = [
  'inbound',
  'outbound',
  'quarantine',
  'logs',
  'pages',
  'sign-in',
  'dns',
  'certificates',
  'content',
] as const
export type ProbedComponent = (typeof probedComponents)[number]

/** ok: it went through; failed: it did not; unknown: that cannot be told, which is neither a fault nor a comfort. */
export type ProbeResult = 'ok' | 'failed' | 'unknown'

/** Where on its road a message of ours is; `return`: on its way back to us. */
export const probeStages = ['accept', 'inspect', 'decide', 'wait', 'deliver', 'return'] as const
export type ProbeStage = (typeof probeStages)[number]

/** How long a stage of a try took. */
export interface ProbeStep {
  readonly stage: ProbeStage
  readonly tookMs: number
}

/** One try. */
export interface ProbeTry {
  readonly component: ProbedComponent
  /** The way it took, within the component: `node-1`, `admin at localhost`. At most 200 characters. */
  readonly path: string
  readonly result: ProbeResult
  /** When it ended (ms). */
  readonly at: number
  /** Null: it did not come to an end. */
  readonly tookMs: number | null
  /** How often it is tried; after two and a half times as long without a word nothing is known any more. */
  readonly everyMs: number
  /** What was seen, in a sentence; empty where all is well. At most 500 characters. */
  readonly words: string
  /** The node that tried it; absent: it is not one's. */
  readonly node?: string
  /** The process that tried it, as its alarm `process-silent` calls it: `node-1 1234`; absent: it is not known. */
  readonly process?: string
  /** Where it stopped; absent: it did not, or it has no stages. */
  readonly stage?: ProbeStage
  /** How long each stage took that it has been through; absent: it has no stages. */
  readonly steps?: readonly ProbeStep[]
}

/** How a path stands by its last tries. */
export interface Probe extends ProbeTry {
  /** Since when it has had this result, without a break. */
  readonly since: number
  /** Tries in a row with this result. */
  readonly inRow: number
}

/** A try as it is remembered for a day. */
export type PastTry = Pick<ProbeTry, 'result' | 'at' | 'tookMs' | 'words' | 'stage' | 'steps'>

/** Tries of a component within an hour, or a day. */
export interface ProbeSums {
  readonly component: ProbedComponent
  /** When the hour or day began (ms, UTC). */
  readonly at: number
  readonly ok: number
  readonly failed: number
  readonly unknown: number
}

/** What became of messages and questions of our own. */
export interface ProbeStore {
  /**
   * Takes tries down, each in the sums of its hour too. A try that is older than the last one of its path counts in the
   * sums alone, unless that one is still to come by the clock of the store: then it was told by a clock that was wrong.
   */
  noteProbes(tries: readonly ProbeTry[]): Promise<void>
  /** All paths as they were last tried, by component and path. See `currentProbes` for what is known now. */
  probes(): Promise<Probe[]>
  /** The latest tries of a path, newest first: at most so many, and of a day at most. */
  tries(component: ProbedComponent, path: string, limit: number): Promise<PastTry[]>
  /** By hour or by day from a moment on, oldest first; an hour without a try has no line: nothing is known of it. */
  probeSums(since: number, step: 'hour' | 'day'): Promise<ProbeSums[]>
  /** Forgets paths and tries of before the one moment, and sums of before the other. */
  forgetProbes(triedBefore: number, sumsBefore: number): Promise<void>
  /** Forgets paths that nobody tries any more; their tries and sums stay. */
  forgetPaths(paths: readonly Pick<Probe, 'component' | 'path'>[]): Promise<void>
}
