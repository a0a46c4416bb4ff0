import type { TestSite } from '../harness/site.ts'
import type { FaultNote } from './blind-faults.ts'

/** An incident as `./mailkeep incident list --json` has it, as far as a round looks at it. */
export interface Incident {
  readonly id: string
  readonly state: string
  readonly stage: string | null
  readonly node: string | null
  readonly hop?: string | null
  readonly quietSince: number | null
  readonly cause: { readonly name: string; readonly words: string; readonly at: string } | null
  readonly predicate: { readonly lateBy?: number } | null
  readonly figures: Figures | null
  readonly log: readonly { readonly kind: string; readonly text: string; readonly at: string }[]
}

/** One that was opened in a round, for the first time or again: the same fault within a day is the same incident. */
export interface OpenedIncident extends Incident {
  readonly openedAt: number
}

export interface Figures {
  readonly affected: number
  readonly all: number
  readonly delays: {
    readonly p50: number
    readonly p95: number
    readonly p99: number
    readonly max: number
  } | null
}

/** Incidents that the site has opened by itself since a moment, oldest first. */
export async function incidentsSince(site: TestSite, since: number): Promise<OpenedIncident[]> {
  const { incidents } = await site.json<{ incidents: Incident[] }>('incident', 'list')
  return incidents
    .map((each) => ({ ...each, openedAt: openedAt(each) }))
    .filter((each) => each.openedAt >= since)
    .toSorted((a, b) => a.openedAt - b.openedAt)
}

function openedAt({ log }: Incident): number {
  return Math.max(
    ...log.filter(({ kind }) => /^(opened|reopened)$/.test(kind)).map(({ at }) => Date.parse(at)),
  )
}

/** What the site said of a fault, held against the note. Unknown is no wrong name. */
export type Verdict = 'right' | 'unknown' | 'wrong'

export function judge({ stage, node, hop = null, cause }: Incident, note: FaultNote): Verdict {
  if (cause === null || cause.name === 'unknown') return 'unknown'
  const isRight =
    note.causes.includes(cause.name) &&
    note.stages.includes(stage ?? '') &&
    (note.hop === null || isSameServer(hop, note.hop)) &&
    (note.node === null || node === note.node)
  return isRight ? 'right' : 'wrong'
}

/**
 * What was said in a round, held against all that was in it: each fault has to be named in its time, and nothing else.
 * @param told incidents as they stood at the end of each fault, in their order; those of the last one at the end of the round
 * @param besides what is true beside them, and need not be named
 */
export function judgeRound(
  told: readonly (readonly Incident[])[],
  notes: readonly FaultNote[],
  besides: readonly FaultNote[],
): { readonly verdict: Verdict; readonly incident: Incident | null } {
  const truths = [...notes, ...besides]
  const wrong = told.flat().find((each) => truths.every((note) => judge(each, note) === 'wrong'))
  if (wrong) return { verdict: 'wrong', incident: wrong }
  const right = notes.map((note, n) => told[n]?.find((each) => judge(each, note) === 'right'))
  const incident = right.at(-1) ?? told.at(-1)?.[0] ?? null
  return { verdict: right.includes(undefined) ? 'unknown' : 'right', incident }
}

/**
 * Figures name `127.0.0.1:2525` what routes call `smtp://127.0.0.1:2525?tls=required`, and a server by its domain: `hop.test`
 * what they call `smtp://plain.hop.test:2525`.
 */
function isSameServer(named: string | null, meant: string): boolean {
  if (named === null) return false
  const [one, other] = [serverOf(named), serverOf(meant)]
  const host = other.replace(/:\d+$/, '')
  return one === other || host === one || host.endsWith(`.${one}`)
}

function serverOf(route: string): string {
  return route.replace(/^\w+:\/\//, '').replace(/\?.*$/, '')
}

export function answerWords({ stage, node, hop, cause }: Incident): string {
  const where = [`stage ${stage}`, node && `node ${node}`, hop && `next hop ${hop}`]
    .filter(Boolean)
    .join(', ')
  return `${cause?.name ?? 'unknown'}, ${where}`
}
