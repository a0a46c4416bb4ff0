import type { Direction } from '#flow/spool/message.ts'
import type { AffectedComponent, Impact, Touched } from '#services/status/status-store.ts'
import { type Cause as CauseWord, causes } from '#services/watch/finding.ts'

/** Suspected: a machine says so, and nobody has looked yet. */
export const incidentStates = [
  'suspected',
  'investigating',
  'identified',
  'monitoring',
  'resolved',
  'postmortem',
] as const
export type IncidentState = (typeof incidentStates)[number]

/** What can have caused it, as detectors say it too. Unknown: it was looked for and not found, as the data shows. */
export { causes }
export type CauseName = CauseWord

/** Something measured that speaks for a cause. */
export interface Evidence {
  /** What was measured, and where, such as `deferred of next hop mx.example`. */
  readonly what: string
  readonly value: string
  /** What it is usually; null or absent: not known. */
  readonly usual?: string | null
  readonly at: number
}

/** Something measured, in a line. */
export function evidenceWords({ what, value, usual = null }: Evidence): string {
  return `${what}: ${value}${usual === null ? '' : `, usually up to ${usual}`}`
}

export interface Cause {
  readonly name: CauseName
  readonly words: string
  readonly evidence: readonly Evidence[]
  readonly at: number
  /** Who named it: a person, or `mailkeep` by its own measurements. */
  readonly who: string
}

/**
 * Which mail it touched: deliveries with an event, and refusals, between two moments that meet every condition. All of
 * it stands in the ledger, so the list is exact and not an estimate.
 */
export interface Predicate {
  readonly since: number
  /** Null: until its end, or now. */
  readonly until: number | null
  readonly direction?: Direction
  readonly reason?: string
  readonly kind?: string
  readonly node?: string
  readonly tenant?: string
  /** Domain of the recipient. */
  readonly domain?: string
  /** Part of what was said in the dialogue. */
  readonly reply?: string
  /** Codes of findings; `*` stands for anything. */
  readonly findings?: readonly string[]
  /** Only mail that was judged although something could not be checked. */
  readonly onError?: boolean
  /** Accepted mail that was not delivered so long after (ms). */
  readonly lateBy?: number
}

/** How long mail took from its acceptance to its end, in ms; what has not come to one: until it was counted. */
export interface Delays {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** How many it touched, counted in the ledger. */
export interface Figures {
  readonly at: number
  /** Deliveries and refusals. */
  readonly affected: number
  /** All deliveries that were accepted, and all refusals, in the same stretch. */
  readonly all: number
  readonly tenants: number
  /** Rows by the state that they are in now. */
  readonly states: Readonly<Record<string, number>>
  /** When the first and the last of them were touched; null: none was. */
  readonly firstAt: number | null
  readonly lastAt: number | null
  /** How long those of them took that were accepted; null: none was. Absent: counted before this was kept. */
  readonly delays?: Delays | null
  /** False: the time for counting was over, and there are more. Absent: counted before this was kept. */
  readonly isExact?: boolean
}

/** How many of how many, in words; what was not counted to its end does not look exact. */
export function affectedWords({
  affected,
  all,
  isExact,
}: Pick<Figures, 'affected' | 'all' | 'isExact'>): string {
  return isExact === false ? `at least ${affected} of at least ${all}` : `${affected} of ${all}`
}

/** What the public is told of the count; undefined: it was not counted. */
export function touchedOf({
  figures,
  predicate,
}: Pick<Incident, 'figures' | 'predicate'>): Touched | undefined {
  if (figures === null) return undefined
  const { affected, all, isExact = true, delays } = figures
  const isHeldUp = predicate?.lateBy !== undefined || predicate?.kind === 'deferred'
  if (!isHeldUp || !delays) return { affected, all, isExact }
  const { p50, p95, max } = delays
  return { affected, all, isExact, delays: { p50, p95, max } }
}

/** Something that was changed shortly before or during it. */
export interface Change {
  /** `change:17` is line 17 of the audit log; `process:NAME` a start; `set:VERSION` a set of definitions. */
  readonly id: string
  readonly at: number
  readonly what: string
  readonly who: string
  readonly words: string
}

export interface LogLine {
  readonly id: string
  readonly at: number
  readonly who: string
  readonly kind: 'opened' | 'state' | 'note' | 'cause' | 'list' | 'repair' | 'promise' | 'reopened'
  readonly state: IncidentState
  readonly text: string
  /** The public was told the same. */
  readonly isTold: boolean
}

/** A review that was promised; it keeps the incident open until it is held. */
export interface Promised {
  readonly id: string
  readonly what: string
  readonly due: number
  readonly who: string
  readonly keptAt: number | null
  readonly result: string
}

/** What shows that an incident is understood: a drill that is red without its mending, or why none can repeat it. */
export interface RepeatedBy {
  /** Null: none can, for the reason in `why`. */
  readonly drill: string | null
  readonly why: string
  readonly at: number
  readonly who: string
}

/** The same in a line. */
export function drillWords({ drill, why }: Pick<RepeatedBy, 'drill' | 'why'>): string {
  return drill === null ? `No drill can repeat it: ${why}` : `Drill: ${drill}`
}

/** What went wrong: the one object that people, the status page, the list and the repairs speak of. */
export interface Incident {
  /** The id of its public face too. */
  readonly id: string
  /** Counts changes, so that two who change it at once are noticed. */
  readonly version: number
  /** How many of these changes were nothing but counts made anew while it lasts; absent: none. */
  readonly recounts?: number
  readonly name: string
  readonly state: IncidentState
  readonly impact: Impact
  readonly components: readonly AffectedComponent[]
  readonly direction: 'inbound' | 'outbound' | 'both' | null
  /** Stage of the road of a message, and the node: null: not known, or all. */
  readonly stage: string | null
  readonly node: string | null
  /** Name of the fault that measurements opened it for; null: a person opened it. */
  readonly finding: string | null
  /** Findings that it was opened for or that have joined it since; absent: none. */
  readonly findings?: readonly string[]
  readonly isUpstream: boolean
  /** The next hop that it is about, as measured; null or absent: it is not one's. */
  readonly hop?: string | null
  readonly createdAt: number
  readonly startedAt: number
  /** Where the beginning is from: measured, or told by a person. */
  readonly startFrom: 'telemetry' | 'told'
  readonly monitoringAt: number | null
  readonly resolvedAt: number | null
  /** When it was bad again, where measurements opened it again; absent: they did not. */
  readonly againAt?: number
  /** How long it was bad before it was opened again, the good time in between not counted; absent: it was not. */
  readonly badBeforeMs?: number
  /** Measurements are good since then; null: they are not, or nothing measures it. */
  readonly quietSince: number | null
  /** When measurements were bad last; absent: nothing measures it, or they were never good again. */
  readonly lastBadAt?: number | null
  readonly cause: Cause | null
  readonly predicate: Predicate | null
  readonly figures: Figures | null
  readonly changes: readonly Change[]
  /** Oldest first. */
  readonly log: readonly LogLine[]
  readonly promises: readonly Promised[]
  /** Absent: nobody has said. */
  readonly repeatedBy?: RepeatedBy
  /** Ids of tasks that repair what it did. */
  readonly tasks: readonly string[]
  readonly postmortem: string | null
  /** It has a public face. */
  readonly isPublic: boolean
}

export const incidentLimits = {
  name: 120,
  text: 4000,
  log: 500,
  evidence: 50,
  promises: 20,
  changes: 100,
  tasks: 50,
  postmortem: 60_000,
} as const

/** How long it was bad, in all its stretches (ms); null: it is not over. */
export function lastedMs({
  startedAt,
  resolvedAt,
  againAt,
  badBeforeMs = 0,
}: Pick<Incident, 'startedAt' | 'resolvedAt' | 'againAt' | 'badBeforeMs'>): number | null {
  return resolvedAt === null ? null : badBeforeMs + Math.max(0, resolvedAt - (againAt ?? startedAt))
}

export function isOver({ state }: Pick<Incident, 'state'>): boolean {
  return state === 'resolved' || state === 'postmortem'
}

/** What people have seen of it, for If-Match: a count that is made anew while somebody writes takes nothing back. */
export function seenVersion({ version, recounts = 0 }: Pick<Incident, 'version' | 'recounts'>): string {
  return String(version - recounts)
}

/** It was told when it was over already. */
export function isReportedAfterwards({ createdAt, resolvedAt }: Incident): boolean {
  return resolvedAt !== null && resolvedAt < createdAt
}
