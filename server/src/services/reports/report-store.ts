import { callTo } from '#services/directory/recorded-change.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'

/** A person's report of missed spam or a false alarm. */
export interface Report {
  /** Id of the mail that reported first; further messages that it reports have a number behind it. */
  readonly id: string
  readonly at: number
  /** When it was last repeated, and how often it came in all. */
  readonly lastAt: number
  readonly times: number
  readonly tenant: string
  readonly reporter: string
  readonly kind: 'missed-spam' | 'false-alarm'
  /** Whether SPF or DKIM shows that it comes from the reporter's domain. */
  readonly isProven: boolean
  /** As the report names it; empty where it names none. */
  readonly headerMessageId: string
  /** Null: no message of the reporter's was found. */
  readonly messageId: string | null
  /** The recipient that the reporter got it as. */
  readonly rcptTo: string | null
  /** State of that delivery, verdict, score, findings and versions when it was reported. */
  readonly foundState: string | null
  readonly verdict: string | null
  readonly score: number | null
  readonly findings: readonly { readonly code: string; readonly weight: number }[]
  readonly versions: Readonly<Record<string, unknown>>
  readonly state: ReportState
  readonly outcome: ReportOutcome
  /** What whoever decided wants the reporter to read. */
  readonly note: string
  readonly decidedAt: number | null
  readonly decidedBy: string
}

/** The same with what a list shows of its message. */
export interface ReportLine extends Report {
  readonly subject: string
  readonly mailFrom: string
  readonly headerFrom: string
  /** State of the delivery now; `forgotten`: it is kept no more, or none was found. */
  readonly mailState: string
}

export const reportStates = ['open', 'accepted', 'refused'] as const
export type ReportState = (typeof reportStates)[number]

/** What became of it; empty while it is open. */
export type ReportOutcome = '' | 'noted' | 'released' | 'refused' | 'not-found' | 'too-many'

/** Who has decided a report that was closed since nobody else did. */
export const byClosing = 'policy:reports.closeAfter'

export interface ReportFilter {
  readonly tenant?: string
  readonly state?: ReportState
  readonly kind?: Report['kind']
  readonly within?: Reach
  /** Only those before this id: newest first. */
  readonly before?: string
  /** Only those after this one, oldest first; absent: newest first. */
  readonly after?: string
}

export interface ReportDecision {
  readonly state: 'accepted' | 'refused'
  readonly outcome: ReportOutcome
  readonly note: string
  readonly at: number
  readonly who: string
}

/** An answer that a reporter has not got yet. */
export interface DueAnswer {
  readonly report: Report
  readonly about: 'taken' | 'decided'
  /** Answers that the reporter got since the moment asked for. */
  readonly lately: number
  /** What was released for it lies in quarantine again: it was stopped when it was scanned once more. */
  readonly isStopped: boolean
}

/** A false alarm that a manager has found himself: it is decided as it is written down. */
export interface ManagerReport {
  readonly id: string
  readonly at: number
  readonly tenant: string
  /** Who says so, as the audit log names him. */
  readonly who: string
  readonly messageId: string
  readonly headerMessageId: string
  readonly rcptTo: string
  readonly verdict: string
  readonly score: number
  readonly findings: readonly { readonly code: string; readonly weight: number }[]
  readonly versions: Readonly<Record<string, unknown>>
  readonly note: string
}

/** Reports about mail of one domain that wait for an answer for too long. */
export interface Undecided {
  readonly tenant: string
  readonly domain: string
  /** Whether the domain is still of that tenant: then its managers can decide. */
  readonly isTheirs: boolean
  /** Counted so far as was asked for. */
  readonly count: number
  readonly oldestAt: number
}

/** A report that waits for nobody any more. `isGone`: its tenant or its domain is. */
export interface Undecidable {
  readonly id: string
  readonly isGone: boolean
}

export interface ReportStore {
  /** Writes down a false alarm that is decided already. False: he has said so of this message before. */
  noteFalseAlarm(report: ManagerReport): Promise<boolean>
  list(filter: ReportFilter, limit: number): Promise<ReportLine[]>
  read(id: string): Promise<ReportLine | null>
  /** Decides a report that is open. False: it is not, or there is none. */
  decide(id: string, decision: ReportDecision): Promise<boolean>
  /**
   * Answers that are due, oldest first, one for each reporter at most. Answers about decisions to who has got `most`
   * since a moment are not due yet, nor about what is scanned once more before it leaves.
   */
  dueAnswers(since: number, most: number, limit: number): Promise<DueAnswer[]>
  /** Leaves an answer out for good. */
  skipAnswer(id: string, about: DueAnswer['about']): Promise<void>
  /** Open false alarms about mail in quarantine which may be released without a person, oldest first. */
  releasable(limit: number): Promise<Report[]>
  /** Domains with reports that nobody has decided since a moment; the longest waiting first. */
  undecided(before: number, limit: number, mostCounted: number): Promise<Undecided[]>
  /** Open reports that came before a moment, or whose tenant or domain the directory has no more; at most `limit` of each. */
  undecidable(before: number, limit: number): Promise<Undecidable[]>
  /** Deletes reports that were decided before a moment, at most `limit`; answers how many. Open ones wait. */
  forgetBefore(at: number, limit: number): Promise<number>
}

/** Calls to its store, for changes that are noted with them. */
export const inReports = callTo<ReportStore>('reports')
