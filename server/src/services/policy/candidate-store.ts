import type { CandidateSums } from '#flow/inspection/candidate-notes.ts'
import type { Candidate } from './candidate.ts'
import type { LevelSelection, PolicyClash } from './policy-store.ts'
import type { PolicyEdit, PolicyStep } from './policy-version.ts'

/** What a candidate has shown in its stage, or in a step of it. */
export type CandidateCounts = Pick<
  CandidateSums,
  'messages' | 'deliveries' | 'changed' | 'heldBefore' | 'heldAfter' | 'freedBad' | 'failed'
>

/** The same: in its stage, and in the step of it that is under way. */
export interface CandidateShown {
  readonly stage: CandidateCounts
  readonly step: CandidateCounts
}

export interface CandidateStageSums extends CandidateCounts {
  readonly stage: 'shadow' | 'canary'
}

export interface CandidateHour extends CandidateStageSums {
  /** Beginning of the hour. */
  readonly hour: number
}

/** A step of a candidate that has ended: a stage, or a share of the people in it. */
export interface CandidateEndedStep extends CandidateCounts {
  readonly stage: 'shadow' | 'canary'
  readonly share: number
  /** How many people by name it was in force for. */
  readonly people: number
  readonly since: number
  readonly until: number
  /** As the audit log names him; `mailkeep`: it went by itself. */
  readonly endedBy: string
  /** What came then, and why. */
  readonly why: string
}

/** Where whoever moves a candidate has seen it; each move has a moment of its own. */
export type CandidateSeen = Pick<Candidate, 'stage' | 'since'>

/** A message that would have fared, or has fared, otherwise. */
export interface CandidateDifference {
  readonly messageId: string
  readonly at: number
  readonly stage: 'shadow' | 'canary'
  readonly before: string
  readonly after: string
  readonly because: string
  readonly recipients: number
}

export interface CandidateQuery extends LevelSelection {
  /** Those of these tenants; null: of all. */
  readonly tenants: readonly string[] | null
  readonly limit: number
}

/** The line of the audit log about a move. */
export interface CandidateAudit {
  readonly at: number
  readonly who: string
  readonly ip: string
  /** Word of the audit log, such as `policy-trial-started`. */
  readonly what: string
}

/** Changes of policy on trial, and what they have shown. */
export interface CandidateStore {
  /** Those that are open first, then the newest. */
  list(query: CandidateQuery): Promise<Candidate[]>
  /** All that are in the shadow or canaries; one that cannot be read any more has no edits. */
  open(): Promise<Candidate[]>
  read(id: string): Promise<Candidate | null>
  /** Those that were taken back since a moment, by whomever. */
  takenBackSince(since: number): Promise<Candidate[]>
  /**
   * Adds a candidate, or moves one to another step, with a line in the audit log that says what the step before has
   * measured. False: it is no longer where whoever moves it has seen it, or what it is about has been changed and it was
   * not to end; nothing was done.
   * @param seen null: it is new
   * @param known ids of the open ones that whoever adds it has seen; false also where there is another one by now
   */
  put(
    candidate: Candidate,
    seen: CandidateSeen | null,
    audit: CandidateAudit,
    known?: readonly string[],
  ): Promise<boolean>
  /**
   * Makes the change for all: the candidate moves and the step is made, or neither. Answers the version.
   * @param seen where whoever promotes it has seen it
   */
  promote(
    candidate: Candidate,
    seen: CandidateSeen,
    step: PolicyStep,
    audit: CandidateAudit,
  ): Promise<{ readonly version: number } | PolicyClash | 'moved-meanwhile'>
  /**
   * Has a step begin now that a clock which was ahead has let begin later, and what ended before it end before. False: it
   * has moved since, and nothing was done.
   */
  bringBack(id: string, seen: CandidateSeen, now: number): Promise<boolean>
  /** Adds what inspections have noted; what is of none that is open, or of a step before, is dropped. */
  addSums(sums: readonly CandidateSums[]): Promise<void>
  /** Counts of each stage in which it was, over all its hours. */
  sums(id: string): Promise<CandidateStageSums[]>
  /** What the step that is under way has counted: what its stage has, and no step before it. Of one that ended: nothing. */
  stepCounts(id: string, stage: Candidate['stage']): Promise<CandidateCounts>
  /** Counts by hour, the oldest first. */
  hours(id: string): Promise<CandidateHour[]>
  /** The latest steps that have ended, the oldest of them first. */
  steps(id: string, limit: number): Promise<CandidateEndedStep[]>
  /**
   * Number of the first of its edits that would write over what somebody else has saved since it was put on trial; null:
   * all is as it was. A process of before ends no trial when it changes what that is about.
   */
  overtaken(edits: readonly PolicyEdit[]): Promise<number | null>
  /** Messages that fare otherwise, the newest first. */
  differences(id: string, limit: number): Promise<CandidateDifference[]>
  /**
   * Ids of messages that are kept from their recipients, and that nobody has touched, where a canary made the difference;
   * for whoever has taken it back.
   * @param since no message that came in before
   */
  keptBy(id: string, since: number, limit: number): Promise<string[]>
  /** Has such messages judged anew; answers how many there were left. */
  reopen(id: string, messages: readonly string[], at: number): Promise<number>
  /** Forgets candidates that ended before a moment, with what they have shown. */
  forget(before: number): Promise<number>
}
