import type { Alarm } from '#ground/platform/alarms.ts'
import { callTo } from '#services/directory/recorded-change.ts'
import type { QuietHours } from './quiet-hours.ts'

/** What an alarm said before it said something else. */
export interface EarlierText {
  readonly text: string
  /** When it was so no more. */
  readonly until: number
}

/** An alarm of any process of the site, as it stands. */
export interface AlarmState extends Alarm {
  /** When it was over; null: it is open. */
  readonly clearedAt: number | null
  /** Why it was wrong, by the word of a person; null: it was right. */
  readonly withdrawn: string | null
  /** The process that said it last. */
  readonly instance: string
  /** The newest first, and one of several minutes at most; absent: it has always said the same. */
  readonly earlier?: readonly EarlierText[]
}

/** How a target reads what it is told. */
export const targetForms = ['mail', 'webhook', 'slack', 'pagerduty'] as const
export type TargetForm = (typeof targetForms)[number]

/** A place that a subscription tells. */
export interface Target {
  readonly form: TargetForm
  /** A mail address, or an https address, which lets whoever knows it write there. */
  readonly address: string
  /** What signs a webhook, or the integration key of PagerDuty; else empty. */
  readonly secret: string
  /** 0: at once; else so long after those, if nobody has acknowledged it. */
  readonly afterMs: number
}

/** Somebody who wants to hear of alarms. */
export interface Subscription {
  readonly id: string
  /** `tenant:ID` or `domain:NAME`: alarms of it and of everything below it. The operator's tenant: those of the house too. */
  readonly scope: string
  readonly tenant: string
  /** Kinds of alarms; none: all. */
  readonly names: readonly string[]
  /** In the order in which they are told; at least one at once. */
  readonly targets: readonly Target[]
  readonly quiet: QuietHours | null
  readonly createdAt: number
  readonly createdBy: string
}

/** What is open, and who wants to hear of it. */
export interface AlarmStore {
  /**
   * Takes down what a process has open now; what it had open before and has no more is over. An alarm that comes back
   * within `calmMs` is the same fault. One that says something else by now says so in notices too, without being told anew.
   */
  note(instance: string, open: readonly Alarm[], now: number, calmMs: number): Promise<void>
  /** Ends alarms that no process has spoken of since then: theirs are gone. */
  endUnseen(seenBefore: number, now: number): Promise<number>
  /** Open ones, and those that were over after this moment; newest first. @param names of these kinds alone */
  states(clearedSince: number, limit: number, names?: readonly string[]): Promise<AlarmState[]>
  /** Says that an alarm is wrong. False: there is none such. */
  withdraw(name: string, subject: string, why: string, now: number): Promise<boolean>
  subscriptions(): Promise<Subscription[]>
  subscription(id: string): Promise<Subscription | null>
  putSubscription(subscription: Subscription): Promise<void>
  /**
   * Puts it in place of one that still stands as it was seen; what its places have been told goes with them.
   * @param moved where each place stands now, by where it stood; null: it is told no more
   * @returns false: somebody else has changed or ended it, and nothing was done
   */
  changeSubscription(
    subscription: Subscription,
    seen: Subscription,
    moved: readonly (number | null)[],
  ): Promise<boolean>
  removeSubscription(id: string): Promise<boolean>
  /** Deletes alarms that were over before this moment. */
  forget(before: number): Promise<void>
}

/** Calls to its store, for changes that are noted with them. */
export const inAlarms = callTo<AlarmStore>('alarms')
