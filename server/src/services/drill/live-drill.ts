import type { Cause } from '#services/watch/finding.ts'

/** What a next hop of a drill does wrong, and what has to be named as the cause. */
export const liveDrillKinds = ['puts-off', 'refuses', 'drops', 'tls', 'silent', 'slow'] as const
export type LiveDrillKind = (typeof liveDrillKinds)[number]

export const liveDrillWords: Readonly<Record<LiveDrillKind, string>> = {
  'puts-off': 'the next hop puts each message off (451)',
  refuses: 'the next hop refuses connections',
  drops: 'the next hop drops the connection after the final dot, and takes nothing',
  tls: 'the next hop must be spoken to with TLS, and its handshake is broken',
  silent: 'the next hop takes connections and says nothing',
  slow: 'the next hop takes 20 s for each message',
}

export const expectedCause: Readonly<Record<LiveDrillKind, Cause>> = {
  'puts-off': 'next-hop',
  refuses: 'next-hop',
  drops: 'next-hop',
  tls: 'tls',
  silent: 'next-hop',
  slow: 'next-hop',
}

/** ordered: nobody has begun it; before: all works, so that there is something to compare with; after: mended again. */
export const liveDrillPhases = ['ordered', 'before', 'fault', 'after', 'over'] as const
export type LiveDrillPhase = (typeof liveDrillPhases)[number]

/** done: to its end; aborted: it could have been in the way of mail; died: the process that ran it is gone. */
export const liveDrillEndings = ['done', 'stopped', 'aborted', 'died'] as const
export type LiveDrillEnding = (typeof liveDrillEndings)[number]

/** Times in ms; letters a second are as few as still say something. */
export const liveDrillLimits = {
  usualMs: 7 * 60_000,
  longestMs: 15 * 60_000,
  everyMs: 250,
  /** Where nothing was written of it for so long, its process has no right to it any more: it mends, and others end it. */
  leaseMs: 60_000,
  /** Nobody has begun one that was ordered so long ago. */
  unbegunMs: 120_000,
} as const

/** Letters need some time too, however short the periods are. */
const leastMs = 30_000
/**
 * Two and a half to compare with, one or two until all is through; what is left of the one in which it begins, one until
 * enough waits and two bad ones in a row; as many to see that it is over. What is noticed sooner ends sooner.
 */
const periodsOfDrill = 14

/** The shortest time in which a fault can come about and be noticed. @param periodMs length of the periods that are judged */
export function shortestDrillMs(periodMs: number): number {
  return Math.max(leastMs, periodsOfDrill * periodMs)
}

/** What the platform has said of the fault, and when (ms). */
export interface Said {
  readonly name: string
  readonly words: string
  readonly at: number
}

/** What has been seen so far. */
export interface DrillSeen {
  /** Letters that our door took, and those that the next hop of the drill took. */
  readonly sent: number
  readonly arrived: number
  /** Letters that the next hop did not take at once, on purpose. */
  readonly harmed: number
  /** Letters in the queue now. */
  readonly waiting: number
  readonly alarm: Said | null
  readonly finding: Said | null
  readonly incident: Said | null
  /** What the incident says is the cause, with the moment when it said so. */
  readonly cause: Said | null
  /** When measurements were good again. */
  readonly quietAt: number | null
  /** 95 of 100 messages of people were through acceptance and their wait within, in ms; null: there were too few. */
  readonly othersBeforeMs: number | null
  readonly othersDuringMs: number | null
  /** Places that were told, where that was wanted. */
  readonly told: readonly string[]
}

/** A bound, and how it was met. */
export interface DrillLine {
  readonly what: string
  readonly bound: string
  readonly measured: string
  /** Null: it could not be measured. */
  readonly held: boolean | null
}

/** A drill beside people's mail: an order, how far it is, and what came of it. Times in ms. */
export interface LiveDrill {
  readonly id: string
  readonly kind: LiveDrillKind
  readonly orderedAt: number
  readonly who: string
  /** How long it may take altogether. */
  readonly forMs: number
  /** People who are told of alarms are told of this one. */
  readonly rings: boolean
  readonly phase: LiveDrillPhase
  readonly startedAt: number | null
  readonly faultAt: number | null
  readonly mendedAt: number | null
  readonly endedAt: number | null
  readonly ending: LiveDrillEnding | null
  /** Why it ended before its time; empty: it did not. */
  readonly why: string
  readonly seen: DrillSeen
  readonly lines: readonly DrillLine[]
}

/** One as it stands in the store. */
export interface KeptDrill extends LiveDrill {
  /** Who asked for its end; null: nobody. */
  readonly stoppedBy: string | null
  /** The process that runs it; empty: none. */
  readonly runner: string
  /** When that one last wrote something. */
  readonly beatAt: number
  /** False: that process has ended, and was missed by nobody who could go on with it. */
  readonly hasRunner: boolean
}

export const nothingSeen: DrillSeen = {
  ...{ sent: 0, arrived: 0, harmed: 0, waiting: 0 },
  ...{ alarm: null, finding: null, incident: null, cause: null, quietAt: null },
  ...{ othersBeforeMs: null, othersDuringMs: null, told: [] },
}

/** Whether it did all that it is there for; null: it was ended before, or is under way. */
export function hasPassed({ ending, lines }: LiveDrill): boolean | null {
  if (ending !== 'done') return null
  return lines.every(({ held }) => held !== false)
}
