/**
 * What following a link came to. `led`: to `end`, which nobody has opened. `stays`: it is no redirect, and `end` is
 * the last page on the way. `unknown`: it could not be followed, and nothing may be concluded from that.
 */
export interface LinkEnd {
  readonly state: 'led' | 'stays' | 'unknown'
  readonly end: string | null
  /** What was asked on the way, with its answers. */
  readonly hops: readonly { readonly url: string; readonly status: number }[]
  /** Why it is not known, or what is odd; empty where all is said. */
  readonly why: string
}

/** What is known around the links of a message, for judging where they lead. Plain data. */
export type LinkSurroundings = Readonly<Record<string, unknown>>

/** A message that has links to be followed. */
export interface AskedLinks {
  readonly messageId: string
  /** Whose mail it is: one tenant gets half of the queue at most. */
  readonly tenant: string
  readonly urls: readonly string[]
  readonly around: LinkSurroundings
}

/** A link in hand, to be followed. */
export interface ClaimedLink {
  readonly url: string
  /** How often it was tried before. */
  readonly attempts: number
}

/** A link of a message of which it is known by now where it leads, or that it will never be. */
export interface AnsweredLink {
  readonly url: string
  /** Null: there was no room for it in the queue. */
  readonly end: LinkEnd | null
}

/** A message whose links have all been answered. */
export interface AnsweredMessage {
  readonly messageId: string
  readonly askedAt: number
  readonly around: LinkSurroundings
  readonly links: readonly AnsweredLink[]
}

/** What a message hears of its links. */
export interface LinksTold {
  readonly messageId: string
  readonly links: readonly AnsweredLink[]
  /** What where they lead says against the message; nothing: it is only noted. */
  readonly findings: readonly object[]
}

/**
 * What became of telling. `noted`: it stands in the explanation. `reopened`: the message is still ours, and is judged
 * anew. `late`: it has left, which is an event of the ledger. `not-yet`: there is no such message, or its checks
 * have not come to an end.
 */
export type ToldAs = 'noted' | 'reopened' | 'late' | 'not-yet'

/** How often hosts stood in mail of a tenant that was not kept from anybody. */
export interface HostSums {
  readonly host: string
  readonly tenant: string
  readonly at: number
  mails: number
}

export interface LinkQueueState {
  readonly pending: number
  /** When the oldest link that waits was asked for; null: none waits. */
  readonly oldestAt: number | null
}

/** What is known of one link that was asked for. */
export interface LinkRecord {
  readonly askedAt: number
  /** Null: it waits. */
  readonly doneAt: number | null
  readonly attempts: number
  readonly end: LinkEnd | null
}

/** A host in mail of one tenant that was let through. */
export interface HostRecord {
  readonly tenant: string
  readonly firstAt: number
  readonly mails: number
}

/** A list of hosts as it stands. */
export interface HostListState {
  readonly name: string
  readonly verdict: string
  readonly weight: number
  readonly version: string
  readonly made: number | null
  readonly entries: number
  /** Why it weighs nothing, or why its file is not taken; empty where all is well. */
  readonly why: string
}

/** Links to be followed, where they led, and which hosts mail has led to; each bounded. */
export interface LinkStore {
  /**
   * Puts links into the queue, up to `room` of them; one that is there is not put in again, one followed after
   * `freshSince` needs not be. Answers how many found no room.
   */
  ask(asked: readonly AskedLinks[], now: number, freshSince: number, room: number): Promise<number>
  /** Takes links that are due in hand until `leaseUntil`: of each tenant as many, the oldest first. */
  claim(now: number, leaseUntil: number, limit: number): Promise<ClaimedLink[]>
  finish(url: string, end: LinkEnd, now: number): Promise<void>
  /** Puts a link back; `wasTried`: that counts as an attempt. */
  postpone(url: string, dueAt: number, wasTried: boolean): Promise<void>
  /** Messages that wait for none of their links any more, oldest first. */
  answered(now: number, limit: number): Promise<AnsweredMessage[]>
  /** Tells a message where its links lead. `giveUp`: it is forgotten if it cannot be told. */
  tell(told: LinksTold, now: number, giveUp: boolean): Promise<ToldAs>
  addHosts(sums: readonly HostSums[]): Promise<void>
  queue(): Promise<LinkQueueState>
  /** Null: nobody has asked for it, or its result is forgotten. */
  link(url: string): Promise<LinkRecord | null>
  /** By tenant, the one that had it first on top. */
  host(name: string): Promise<HostRecord[]>
  /** Forgets results from before `followedBefore`, and hosts that have not been seen for long. */
  forget(now: number, followedBefore: number, limit: number): Promise<number>
}
