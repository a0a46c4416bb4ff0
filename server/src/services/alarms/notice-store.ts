import { callTo } from '#services/directory/recorded-change.ts'
/** An alarm within a notice. */
export interface NoticeLine {
  readonly name: string
  readonly subject: string
  /** When the fault began: the same alarm later on is another fault. */
  readonly since: number
  readonly text: string
  readonly state: 'open' | 'over' | 'wrong'
  /** Revision of the notice that it came with. */
  readonly raisedAt: number
  /** Revision that its end was noted with; null: it is open. */
  readonly endedAt: number | null
  /** When it was over (ms); null: it is open. */
  readonly clearedAt: number | null
  /** Why it was wrong; empty: it was right. */
  readonly why: string
}

/** How far one target of a subscription has been told of a notice. */
export interface Telling {
  readonly target: number
  /** Revision that it has been told; 0: nothing yet. */
  readonly toldRevision: number
  readonly firstToldAt: number | null
  readonly lastToldAt: number | null
  /** Id of what was sent first; what follows refers to it. */
  readonly firstMessage: string | null
  /** Id of what is being sent; null: nothing is. */
  readonly pending: string | null
  readonly pendingRevision: number
  readonly leaseUntil: number
  readonly dueAt: number
  readonly tries: number
  readonly failingSince: number | null
  readonly error: string
  /** Lets whoever knows it acknowledge this notice, and nothing else. */
  readonly secret: string
}

/**
 * What one subscription is told about one cause, from its beginning to its end: a conversation. Each revision says all
 * that is so then, so that a target that was away hears only the last one.
 */
export interface Notice {
  readonly id: string
  readonly subscription: string
  /** `incident:ID`, `target:...`, `quiet`, `various`, or the part of the site that its alarms come from. */
  readonly cause: string
  readonly openedAt: number
  /** When an alarm joined it last. */
  readonly joinedAt: number
  /** Counts what there was to tell, from 1. */
  readonly revision: number
  readonly ackedAt: number | null
  readonly ackedBy: string | null
  /** When all of its alarms were over; null: it is open. */
  readonly endedAt: number | null
  readonly lines: readonly NoticeLine[]
  readonly tellings: readonly Telling[]
}

export type NewLine = Pick<NoticeLine, 'name' | 'subject' | 'since' | 'text'>

/** A step in the life of notices. */
export type NoticeChange =
  | {
      readonly kind: 'open'
      readonly id: string
      readonly subscription: string
      readonly cause: string
      readonly lines: readonly NewLine[]
    }
  | {
      readonly kind: 'join'
      readonly id: string
      readonly subscription: string
      readonly lines: readonly NewLine[]
    }
  /** An alarm is over, or was wrong. */
  | {
      readonly kind: 'settle'
      readonly id: string
      readonly subscription: string
      readonly line: Pick<NoticeLine, 'name' | 'subject' | 'since'>
      readonly state: 'over' | 'wrong'
      readonly clearedAt: number
      readonly why: string
    }
  /**
   * An alarm that is open is not to be told here any more: it leaves without a word, a notice without alarms with it, and
   * is told anew where it comes back. A pager that has heard of the notice hears its end: else it would stay open there.
   */
  | {
      readonly kind: 'leave'
      readonly id: string
      readonly subscription: string
      readonly line: Pick<NoticeLine, 'name' | 'subject' | 'since'>
    }

/** What came of trying to tell. */
export type TellOutcome =
  | { readonly kind: 'told'; readonly revision: number; readonly at: number }
  | {
      readonly kind: 'failed'
      readonly dueAt: number
      readonly at: number
      readonly error: string
      /** Of the claim that it was tried under: where another has the target by now, its failure says nothing. */
      readonly leaseUntil: number
    }

/** What is told to whom, and how far. */
export interface NoticeStore {
  /** Open ones, and those that ended after a moment; oldest first, with all their lines and tellings. */
  notices(endedSince: number): Promise<Notice[]>
  /**
   * Those that a round has something to do with: open ones; of those that ended after a moment the ones whose end has not
   * been told everywhere, and the ones with an alarm that is open (it is known already) or was wrong. What has been told
   * to its end is not read again and again.
   */
  unsettled(endedSince: number): Promise<Notice[]>
  notice(id: string): Promise<Notice | null>
  /** Takes steps down, each at once and once: an alarm is in one notice of a subscription, whoever was first. */
  change(changes: readonly NoticeChange[], now: number): Promise<void>
  /**
   * Takes a target of a notice for a while, to tell it of a revision: nobody else has it meanwhile. What was being
   * sent when a process ended keeps its id.
   * @returns null: it has been told, or somebody else is at it, or it is not due yet, or the notice is gone, or over before
   *   this target heard of it
   */
  claimTelling(
    notice: string,
    target: number,
    given: {
      readonly revision: number
      readonly message: string
      readonly secret: string
      readonly now: number
      readonly leaseUntil: number
    },
  ): Promise<Telling | null>
  /**
   * Takes down what came of a message, by the id that it was claimed under: its place may have another number by now, and
   * where it was taken out another place has its number.
   * @returns false: it does not stand any more; its place was taken out, or another process has it by now
   */
  settleTelling(notice: string, message: string, outcome: TellOutcome): Promise<boolean>
  /**
   * Gives back a telling as if this claim had not been; by its pending id: its place may have another number by now. An id
   * that an earlier claim has left stays: that message may have been sent.
   */
  releaseTelling(
    notice: string,
    pending: string,
    claim: { readonly message: string; readonly leaseUntil: number },
  ): Promise<void>
  /** How much each target was told since then, by `SUBSCRIPTION TARGET`; ends of notices are not counted. */
  countTold(since: number): Promise<Record<string, number>>
  /** Somebody looks after these. @returns how many nobody had acknowledged before; null: none, and nothing was done */
  acknowledge(notices: readonly string[], who: string, at: number): Promise<number | null>
  /** The notice and the target that a link of a mail belongs to. */
  ofSecret(secret: string): Promise<{ readonly notice: Notice; readonly target: number } | null>
  forgetSubscription(subscription: string): Promise<void>
  /** Deletes notices that ended before a moment. */
  forgetNotices(before: number): Promise<void>
}

/** Calls to its store, for changes that are noted with them. */
export const inNotices = callTo<NoticeStore>('notices')
