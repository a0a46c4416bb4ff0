import { callTo } from '#services/directory/recorded-change.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { KeptPage, KeptPlace, KeptSelection } from '#services/ledger/retention-store.ts'

/** A change of what is held, from the ledger. */
export interface HeldNews {
  readonly messageId: string
  /** Envelope sender, lower case. */
  readonly sender: string
  readonly tenant: string
  readonly at: number
  /** `held`: it waits for somebody; `freed`: we let it go by ourselves; `gone`: somebody did, or gave it back. */
  readonly kind: 'held' | 'freed' | 'gone'
}

/** A held message, or one that was held of late. */
export interface HeldLine {
  readonly messageId: string
  readonly sender: string
  readonly tenant: string
  readonly heldAt: number
  readonly toldAt: number | null
  readonly warnedAt: number | null
  /** When its sender asked managers to release it; null: he has not. */
  readonly askedAt: number | null
  readonly subject: string
  readonly headerFrom: string
  readonly size: number
  readonly verdict: string
  readonly score: number
  readonly findings: readonly object[]
  /** Why it is held, as the ledger has it; of one that is held no more, why it is where it is. */
  readonly reason: string
  /** State of its deliveries that matters most: held, then waiting, then what they came to. */
  readonly state: string
  /** Deliveries that are held now. */
  readonly held: number
  /** All deliveries to others. */
  readonly deliveries: number
  /** Up to 20 of their recipients. */
  readonly recipients: readonly string[]
  /** It is being judged anew at this moment, so nobody decides. */
  readonly isJudged: boolean
}

/** Whose mail is held: its envelope sender, and the tenant that had him when it came. */
export interface HeldOf {
  readonly sender: string
  readonly tenant: string
}

/** The same with the time since when his oldest is held. */
export interface HeldSince extends HeldOf {
  readonly heldAt: number
}

export interface HeldQuery {
  readonly sender?: string
  /** Only what a sender has asked to be released. */
  readonly asked?: boolean
  readonly within?: Reach
  /** Only what stands behind this line: oldest first. */
  readonly after?: { readonly heldAt: number; readonly messageId: string }
}

/** Messages of one sender that a notice is due about. */
export interface HeldDue {
  readonly sender: string
  readonly tenant: string
  /** Oldest first. */
  readonly messages: readonly HeldLine[]
  /** Notices that he got since the moment asked for, and the last of them. */
  readonly notices: number
  readonly lastAt: number | null
}

/** `expire`: gives back what nobody decided about in time. */
export type HeldAction = 'release' | 'withdraw' | 'return' | 'expire'

export interface HeldOrder {
  readonly action: HeldAction
  readonly messageId: string
  /** As the audit log names him; a sender is `person:ADDRESS`. */
  readonly who: string
  readonly ip: string
  readonly at: number
  /** Life that released deliveries get anew, in milliseconds. */
  readonly lifeMs: number
  /** Whether what holds a virus may be released. */
  readonly mayVirus: boolean
  readonly within?: Reach
  /** A sentence for the audit log. */
  readonly note?: string
  /** After how many days it goes back, where a level says so. */
  readonly keptDays?: number
}

/** Mail of our people that policy holds before it leaves. What is changed is written here, and delivery finds it. */
export interface HeldStore {
  /** News of the ledger behind the last that were noted; `upTo` is what was read. */
  news(limit: number): Promise<{ readonly from: number; readonly upTo: number; readonly news: HeldNews[] }>
  /** Notes news; does nothing where somebody else has noted them. */
  noteNews(from: number, upTo: number, news: readonly HeldNews[]): Promise<void>
  /**
   * Senders who are to hear of held mail, with up to `most` messages each.
   * @param since from when notices are counted
   * @param of this one alone
   */
  due(
    kind: 'told' | 'warned' | 'corrected',
    now: number,
    since: number,
    most: number,
    of?: HeldOf,
  ): Promise<HeldDue[]>
  /** Who has heard of mail that is held since before a moment, and was not warned yet: by address and tenant, from behind one on. */
  unwarned(heldBefore: number, behind: HeldOf | null, limit: number): Promise<HeldSince[]>
  list(query: HeldQuery, limit: number): Promise<HeldLine[]>
  /** Null: it is not held, and was not of late. */
  read(messageId: string, within?: Reach): Promise<HeldLine | null>
  /** The message that a link is for; null: there is none. */
  link(hash: string): Promise<HeldLine | null>
  /** Does it, each delivery once and with an event, in one step with the audit row. Answers how many; 0: somebody was faster. */
  act(order: HeldOrder): Promise<number>
  /** The sender asks managers to release it. False: he has asked before, or it is held no more. */
  ask(messageId: string, at: number): Promise<boolean>
  /** Uses a code up where it is right; a wrong one costs a try. `over`: there is none that still counts. */
  useCode(messageId: string, codeHash: string, at: number): Promise<'right' | 'wrong' | 'over'>
  /** Messages that have been held since before a moment. */
  heldBefore(moment: number, limit: number): Promise<string[]>
  /** The same as levels ask for them: oldest first, without those that are judged anew at this moment. */
  kept(selection: KeptSelection, behind: KeptPlace | null, limit: number): Promise<KeptPage>
  /** How many messages of a selection are held. */
  countOpen(selection: KeptSelection): Promise<number>
  /** Forgets what was decided before a moment. */
  forget(goneBefore: number, limit: number): Promise<number>
}

/** Calls to its store, for changes that are noted with them. */
export const inHeld = callTo<HeldStore>('held')
