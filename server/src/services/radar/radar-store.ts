import type { NewRadarReply } from '#flow/spool/radar-reply.ts'
import { callTo } from '#services/directory/recorded-change.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { CheckResult } from './check-result.ts'
import type { FoundProbe } from './read-mailboxes.ts'

/**
 * What our part has come to. passed: it was done, and the mail arrived where there was one; failed: the other side did
 * not take it; inconclusive: a fault of ours, which counts against nobody.
 */
export type Outcome = 'passed' | 'failed' | 'inconclusive'

export interface RadarReply extends Omit<NewRadarReply, 'token'> {
  readonly at: number
}

/** One test of a domain or an address. Times in milliseconds. */
export interface RadarTest {
  readonly id: string
  readonly tenant: string
  readonly domain: string
  /** Null: only the domain is looked at, and no mail is sent. */
  readonly address: string | null
  /** As the audit log names him. */
  readonly askedBy: string
  readonly startedAt: number
  /** running: our part goes on; waiting: for the reply. */
  readonly state: 'running' | 'waiting' | 'ended'
  /** Null: our part goes on. */
  readonly outcome: Outcome | null
  /** Why, in words. */
  readonly says: string
  /** By when our part has ended, whatever happens. */
  readonly oursUntil: number
  /** Until when a reply is waited for. */
  readonly replyUntil: number
  readonly endedAt: number | null
  /** In the address that the reply comes back to; null: no mail is sent. */
  readonly token: string | null
  readonly messageId: string | null
  readonly deliveredAt: number | null
  readonly results: readonly CheckResult[]
  /** Null: nothing could be judged. */
  readonly score: number | null
  readonly reply: RadarReply | null
  /** Node that has done it; empty: none yet. */
  readonly node: string
  /** From 1; a test that we could not finish runs again as a test of its own. */
  readonly attempt: number
  /** The test that this one runs again. */
  readonly before: string | null
  /** The test that runs this one again. */
  readonly again: string | null
}

/** A mailbox that answers by itself, mailed again and again. */
export interface RadarPath {
  readonly id: string
  readonly tenant: string
  readonly domain: string
  readonly address: string
  readonly name: string
  readonly everyMs: number
  readonly addedAt: number
  readonly addedBy: string
}

/** One message there and back. */
export interface RadarTrip {
  readonly id: string
  /** Empty: a control of ours, through our own door and nobody else's server. */
  readonly path: string
  readonly startedAt: number
  readonly state: 'open' | Outcome
  readonly says: string
  readonly token: string
  readonly messageId: string
  readonly oursUntil: number
  readonly deliveredAt: number | null
  readonly repliedAt: number | null
  readonly endedAt: number | null
  /** The control of its round; null: it could not be sent. */
  readonly control: string | null
  readonly node: string
}

export interface TestFilter {
  readonly within: Reach | undefined
  readonly domain?: string
  readonly outcome?: Outcome
  /** The last id of the page before. */
  readonly after?: string
  readonly limit: number
}

/** How tests and trips since a moment have ended. */
export interface FinishedCounts {
  readonly passed: number
  readonly failed: number
  readonly inconclusive: number
  /** Ids of the latest inconclusive ones. */
  readonly unfinished: readonly string[]
}

export interface RadarStore {
  /** Adds a test, unless its address or its asker has had too many since. False: it was not added, see whyNoTest. */
  addTest(test: RadarTest, limits: TestLimits | null): Promise<boolean>
  /** Why a test would not be added now; null: it would. */
  whyNoTest(test: RadarTest, limits: TestLimits | null): Promise<'address' | 'client' | 'unwanted' | null>
  /**
   * Saves what has become of it, and with it the test that runs it again, where there is one; `dueAt` null: nothing more
   * is to be done. False: somebody else has taken it since the lease was given, and nothing is saved.
   */
  saveTest(test: RadarTest, dueAt: number | null, claim: TestClaim): Promise<boolean>
  test(id: string): Promise<RadarTest | null>
  /** Newest first. */
  tests(filter: TestFilter): Promise<RadarTest[]>
  /** Tests with something to do, for one who works at them until a moment. */
  claimTests(node: string, now: number, leaseUntil: number, limit: number): Promise<RadarTest[]>
  /** @param hash of the secret of the link; null: it ends */
  putLink(id: string, hash: string | null, until: number | null): Promise<boolean>
  /** The test of a link that still holds, and until when it does. */
  byLink(hash: string, now: number): Promise<{ readonly test: RadarTest; readonly until: number } | null>
  linkUntil(id: string): Promise<number | null>
  /** Lets replies to a token in until a moment. */
  openToken(token: string, until: number): Promise<void>
  awaitsReply(token: string, now: number): Promise<boolean>
  reply(token: string): Promise<RadarReply | null>
  /** Tests whose mail is on its way, or was delivered and awaits its reply. */
  openTests(limit: number): Promise<RadarTest[]>
  /** Takes down that a test mail was found in a mailbox, where its token is one of ours; the first that is known counts. */
  noteArrival(found: FoundProbe): Promise<void>
  addPath(path: RadarPath): Promise<void>
  removePath(id: string): Promise<boolean>
  path(id: string): Promise<RadarPath | null>
  paths(within: Reach | undefined, after: string, limit: number): Promise<RadarPath[]>
  /** Paths whose time has come; each is given to one caller, and is next due after its time. */
  takeDuePaths(now: number, limit: number): Promise<RadarPath[]>
  /** Adds a trip, or saves what has become of it; what has ended stays as it was. */
  putTrip(trip: RadarTrip): Promise<void>
  openTrips(limit: number): Promise<RadarTrip[]>
  trip(id: string): Promise<RadarTrip | null>
  /** Newest first. */
  trips(path: string, since: number, limit: number): Promise<RadarTrip[]>
  finishedSince(since: number): Promise<FinishedCounts>
  /** Somebody wants no more test mails, for good. @param name an address, or a domain */
  putUnwanted(name: string, at: number): Promise<void>
  isUnwanted(address: string): Promise<boolean>
  forgetBefore(at: number): Promise<number>
}

export interface TestClaim {
  /** `leaseUntil` of the claim that it was worked at by. */
  readonly leaseUntil: number
  readonly next: RadarTest | null
}

export interface TestLimits {
  readonly since: number
  readonly perAddress: number
  readonly perClient: number
}

/** Calls to its store, for changes that are noted with them. */
export const inRadar = callTo<RadarStore>('radar')
