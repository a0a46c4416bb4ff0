import type { Alarm } from '#ground/platform/alarms.ts'

/** An alarm of any process of the site, as it stands. */
export interface AlarmState extends Alarm {
  /** When it was over; null: it is open. */
  readonly clearedAt: number | null
  /** Why it was wrong, by the word of a person; null: it was right. */
  readonly withdrawn: string | null
}

/** Somebody who wants to hear of alarms by mail. */
export interface Subscription {
  readonly id: string
  /** `tenant:ID` or `domain:NAME`: alarms of it and of everything below it. The operator's tenant: those of the house too. */
  readonly scope: string
  readonly tenant: string
  /** Kinds of alarms; none: all. */
  readonly names: readonly string[]
  readonly address: string
  readonly createdAt: number
  readonly createdBy: string
}

export type AlarmMailKind = 'raised' | 'cleared' | 'corrected'

/** A mail about one fault to one address. */
export interface AlarmMail {
  readonly subscription: string
  readonly name: string
  readonly subject: string
  /** When the fault began: the same alarm later on is another fault. */
  readonly since: number
  readonly kind: AlarmMailKind
  readonly at: number
  readonly messageId: string
  readonly sent: boolean
}

/** What is open, who wants to hear of it, and what was told. */
export interface AlarmStore {
  /**
   * Takes down what a process has open now; what it had open before and has no more is over. An alarm that comes back
   * within `calmMs` is the same fault.
   */
  note(instance: string, open: readonly Alarm[], now: number, calmMs: number): Promise<void>
  /** Ends alarms that no process has spoken of since then: theirs are gone. */
  endUnseen(seenBefore: number, now: number): Promise<number>
  /** Open ones, and those that were over after this moment; newest first. */
  states(clearedSince: number, limit: number): Promise<AlarmState[]>
  /** Says that an alarm is wrong. False: there is none such. */
  withdraw(name: string, subject: string, why: string, now: number): Promise<boolean>
  subscriptions(): Promise<Subscription[]>
  putSubscription(subscription: Subscription): Promise<void>
  removeSubscription(id: string): Promise<boolean>
  mails(since: number): Promise<AlarmMail[]>
  /** Writes a mail down before it is sent. False: somebody else has. */
  claimMail(mail: AlarmMail): Promise<boolean>
  markSent(mail: AlarmMail): Promise<void>
  /** Deletes alarms that are over, and what was told of them, before this moment. */
  forget(before: number): Promise<void>
}
