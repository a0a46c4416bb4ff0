import type { NewReport } from '#flow/spool/report.ts'
import type { NewReviewLink } from '#flow/spool/review-note.ts'
import { callTo } from '#services/directory/recorded-change.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { AskedManager } from './managers-for.ts'
import type { ReviewPeopleQuery, ReviewPerson, Standing } from './review-standing.ts'

/** Whoever mail is for, behind one or more addresses. */
export interface Person {
  /** His own address; for an alias that of its owner. Lower case. */
  readonly address: string
  readonly tenant: string
  /** Whether the directory names him; else only his domain is known. */
  readonly isListed: boolean
}

/** A change of what waits for people, from the ledger. */
export interface ReviewNews {
  readonly messageId: string
  readonly n: number
  readonly tenant: string
  readonly rcptTo: string
  readonly at: number
  /** `aside`: it is in quarantine; `freed`: we let it go by ourselves; `gone`: somebody did, or it was deleted. */
  readonly kind: 'aside' | 'freed' | 'gone'
}

/** What is known of somebody whose mail waits. */
export interface ReviewState {
  readonly address: string
  readonly tenant: string
  /** When it is looked next whether a mail is due; null: nothing new waits. */
  readonly dueAt: number | null
  /** When the first message came that no mail has told of. */
  readonly newsSince: number | null
  /** A mail is wanted now, whatever the time. */
  readonly isAsked: boolean
  /** Messages that we set aside, told of, and let go by ourselves since the last mail. */
  readonly freed: number
  readonly mailedAt: number | null
  readonly reviewedAt: number | null
}

/** A message that waits for somebody, or waited of late. */
export interface ReviewLine {
  readonly messageId: string
  readonly n: number
  readonly tenant: string
  readonly rcptTo: string
  /** When it was set aside. */
  readonly at: number
  readonly state: string
  readonly reason: string
  readonly mailFrom: string
  readonly headerFrom: string
  readonly headerMessageId: string
  readonly subject: string
  readonly receivedAt: number
  readonly size: number
  readonly verdict: string
  readonly score: number
  readonly findings: readonly object[]
  /** State of a request for its release; null: there is none. */
  readonly request: ReleaseRequest['state'] | null
  /** What a manager wrote who decided it. */
  readonly requestNote: string
}

export interface ReviewQuery {
  readonly address: string
  readonly tenant: string
  /** Only mail up to this score; null: all. */
  readonly visibility: number | null
  /** Only what came later; null: all. */
  readonly since: number | null
  /** Only what stands behind this line. */
  readonly after?: Pick<ReviewLine, 'at' | 'messageId' | 'n'>
}

export interface ReviewLink extends Omit<NewReviewLink, 'clicks' | 'tries'> {
  readonly clicksLeft: number
  readonly triesLeft: number
}

/** Somebody who looks at his own mail. Never a manager's session. */
export interface ReviewSession {
  /** SHA-256 of the secret in the cookie. */
  readonly hash: string
  readonly address: string
  readonly tenant: string
  /** What came later is new to him. */
  readonly since: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly ip: string
}

/** Somebody asks that a message be released to him. */
export interface ReleaseRequest {
  readonly id: string
  readonly messageId: string
  readonly n: number
  readonly tenant: string
  readonly rcptTo: string
  readonly person: string
  readonly askedAt: number
  /** `gone`: the message left quarantine before anybody decided. */
  readonly state: 'open' | 'approved' | 'denied' | 'gone'
  readonly decidedAt: number | null
  readonly decidedBy: string
  /** What the asker reads. */
  readonly note: string
}

/** A request with what a list shows of its message. */
export interface RequestLine extends ReleaseRequest {
  readonly subject: string
  readonly mailFrom: string
  readonly headerFrom: string
  readonly verdict: string
  readonly reason: string
  /** State of the delivery now. */
  readonly mailState: string
}

export interface RequestQuery {
  readonly state?: ReleaseRequest['state']
  readonly within?: Reach
  /** Only those before this id: newest first. */
  readonly after?: string
}

/** People who wait for an answer of a manager. */
export interface Waiting {
  readonly count: number
  /** Since when the longest waits; null: nobody does. */
  readonly oldestAt: number | null
}

/** What is open: messages that people ask for, and what they report. */
export interface Asked {
  readonly requests: Waiting
  readonly reports: Waiting
}

/** People of a domain who wait for an answer. */
export interface AskedGroup {
  readonly tenant: string
  readonly domain: string
  readonly requests: number
  readonly reports: number
  readonly oldestAt: number
  readonly newestAt: number
}

/** Whose people are asked about. */
export interface AskedOfPeople {
  /** Id of who looks after them. */
  readonly manager: string
  /** What is of other tenants is none of his, whoever is named. */
  readonly tenants: readonly string[]
  /** Groups and people by name, as in a reach. */
  readonly names: readonly string[]
}

/** What waits for people, and how they come to it without passwords. */
export interface ReviewStore {
  /** Whose address it is, in a domain of ours; null: in none. */
  person(address: string): Promise<Person | null>

  /** News of the ledger behind the last that were noted; `upTo` is what was read. */
  news(limit: number): Promise<{ readonly upTo: number; readonly from: number; readonly news: ReviewNews[] }>
  /** Notes news; does nothing where somebody else has noted them. */
  noteNews(from: number, upTo: number, news: readonly ReviewNews[]): Promise<void>

  state(address: string): Promise<ReviewState | null>
  /** People in order of their addresses, and addresses that the directory does not name and mail waits for. */
  people(query: ReviewPeopleQuery): Promise<ReviewPerson[]>
  /** How each of them stands, in the same order, by the newest `most` messages of each. */
  standings(
    people: readonly Pick<ReviewQuery, 'address' | 'tenant' | 'visibility'>[],
    most: number,
  ): Promise<Standing[]>
  /** People whose mail is due to be looked at, longest first. */
  due(now: number, limit: number): Promise<ReviewState[]>
  /** Looks again then; null: when something new has come. Does nothing where somebody has changed it since `was`. */
  putOff(address: string, was: number | null, dueAt: number | null): Promise<void>
  /** A mail is wanted now. */
  askForMail(person: Person, at: number): Promise<void>
  /** How many messages wait, and how many of them since a moment. */
  count(query: ReviewQuery): Promise<{ readonly waiting: number; readonly fresh: number }>
  list(query: ReviewQuery, limit: number): Promise<ReviewLine[]>
  /** One message of somebody's, waiting or not; null: there is none of his. */
  line(
    of: Pick<ReviewQuery, 'address' | 'tenant' | 'visibility'>,
    messageId: string,
    n: number,
  ): Promise<ReviewLine | null>

  /** Takes what somebody says of a message of his, as a report that came by mail; said again it is counted. */
  report(report: NewReport, id: string, at: number): Promise<void>

  link(hash: string): Promise<ReviewLink | null>
  putLink(link: NewReviewLink): Promise<void>
  /**
   * Uses one click of a link up and opens a session, in one step. `wrong-code` costs a try; `over`: time, clicks or
   * tries are used up, or there is none.
   */
  useLink(
    hash: string,
    codeHash: string | null,
    session: Omit<ReviewSession, 'address' | 'tenant' | 'since'>,
  ): Promise<'opened' | 'wrong-code' | 'over'>
  session(hash: string): Promise<ReviewSession | null>
  /** A session and whose address it is now (null: in no domain of ours), in one step: every click asks this. */
  sessionAndPerson(
    hash: string,
  ): Promise<{ readonly session: ReviewSession; readonly person: Person | null } | null>
  endSession(hash: string): Promise<void>

  /** Asks for release. False: it was asked before. */
  addRequest(request: Omit<ReleaseRequest, 'state' | 'decidedAt' | 'decidedBy' | 'note'>): Promise<boolean>
  request(id: string): Promise<RequestLine | null>
  requests(query: RequestQuery, limit: number): Promise<RequestLine[]>
  /** What people wait for managers to answer, reports among it. */
  asked(within?: Reach): Promise<Asked>
  /** The same of all, by tenant and domain. */
  askedGroups(): Promise<AskedGroup[]>
  /** The same of the people of some managers; for each of them by tenant and domain, and nothing twice. */
  askedOf(asked: readonly AskedOfPeople[]): Promise<(AskedGroup & { readonly manager: string })[]>
  /** Managers who have an address and may sign in. */
  askedManagers(): Promise<AskedManager[]>
  /** Decides an open one; the asker is told later. False: it is not open. */
  decide(
    id: string,
    decision: {
      readonly state: 'approved' | 'denied' | 'gone'
      readonly at: number
      readonly who: string
      readonly note: string
    },
  ): Promise<boolean>
  /** Open requests about mail that has left quarantine. */
  settled(limit: number): Promise<RequestLine[]>
  /** Decided requests whose asker has not been told; what is scanned once more before it leaves is told of after that. */
  untold(limit: number): Promise<RequestLine[]>

  /** Forgets what is over; answers how many rows went. */
  forget(now: number, limit: number): Promise<number>
}

/** Calls to its store, for changes that are noted with them. */
export const inReview = callTo<ReviewStore>('review')
