import type { Finding, FindingKind, Proposal } from './check.ts'

/** What is done with a message for one recipient (docs/reference/glossary.md, "disposition"). */
export type Disposition = 'deliver' | 'wait' | 'quarantine' | 'hold' | 'defer' | 'reject'

/** What we think of a message. */
export type Verdict = 'clean' | 'unscanned' | FindingKind

/** Settings of a recipient that decide about its mail, inherited from its tenant. */
export interface VerdictPolicy {
  readonly dmarc: 'enforce' | 'observe'
  /** Score from which mail is spam. */
  readonly tolerance: number
  /** Weights by code of finding that replace the checks' own (sensitivity). */
  readonly weights: Readonly<Record<string, number>>
}

export const defaultPolicy: VerdictPolicy = { dmarc: 'enforce', tolerance: 200, weights: {} }

export interface Decision {
  readonly verdict: Verdict
  readonly disposition: Disposition
  /** Sum of the weights in `findings`. */
  readonly score: number
  /** The finding that decided; null: nothing spoke against delivery. */
  readonly because: Finding | null
  /** The findings with the weights that this policy gives them. */
  readonly findings: readonly Finding[]
}

/**
 * Order in which proposals win. A hold comes before a rejection: mail that goes round in circles has often lost
 * its authentication on the way, and refusing it would bounce what we may have looped ourselves (D20).
 */
const rank: Record<Proposal, number> = { hold: 4, reject: 3, defer: 2, quarantine: 1 }

/**
 * Turns findings into one decision for a recipient. Pure: same findings and policy, same decision.
 * What a check asks for comes first, then the score, then what could not be looked at.
 */
export function decide(findings: readonly Finding[], policy: VerdictPolicy): Decision {
  const weighed = findings.map((each) => weigh(each, policy))
  const score = weighed.reduce((sum, each) => sum + each.weight, 0)
  const ended =
    byProposal(weighed, policy) ?? byScore(weighed, score, policy) ?? byGap(weighed) ?? byKind(weighed)
  return { ...ended, score, findings: weighed }
}

type Ended = Pick<Decision, 'verdict' | 'disposition' | 'because'>

function weigh(finding: Finding, { weights }: VerdictPolicy): Finding {
  const weight = weights[finding.code]
  return weight === undefined || weight === finding.weight ? finding : { ...finding, weight }
}

function byProposal(findings: readonly Finding[], policy: VerdictPolicy): Ended | null {
  // All that the check of authentication asks for, it asks for the sake of DMARC.
  const counting = findings.filter((each) => policy.dmarc === 'enforce' || each.check !== 'authentication')
  const because = strongest(counting, ({ proposal }) => (proposal === undefined ? 0 : rank[proposal]))
  if (because?.proposal === undefined) return null
  return { verdict: because.kind ?? 'policy', disposition: because.proposal, because }
}

function byScore(findings: readonly Finding[], score: number, { tolerance }: VerdictPolicy): Ended | null {
  if (score < tolerance) return null
  const because = strongest(findings, ({ weight }) => weight)
  return { verdict: heaviestKind(findings), disposition: 'quarantine', because }
}

/** Unscanned is neither bad nor clean: what can be looked at later waits, the rest is for a person (P5). */
function byGap(findings: readonly Finding[]): Ended | null {
  const because =
    findings.find((each) => each.incomplete === 'later') ??
    findings.find((each) => each.incomplete === 'never')
  if (!because) return null
  return {
    verdict: 'unscanned',
    disposition: because.incomplete === 'later' ? 'wait' : 'quarantine',
    because,
  }
}

function byKind(findings: readonly Finding[]): Ended {
  const isBulk = findings.some((each) => each.kind === 'bulk')
  return { verdict: isBulk ? 'bulk' : 'clean', disposition: 'deliver', because: null }
}

/** The kind whose findings weigh most together; what says nothing of its kind speaks for spam. */
function heaviestKind(findings: readonly Finding[]): FindingKind {
  const sums = new Map<FindingKind, number>()
  for (const { kind = 'spam', weight } of findings) sums.set(kind, (sums.get(kind) ?? 0) + weight)
  const [first] = [...sums].sort(([, a], [, b]) => b - a)
  return first?.[0] ?? 'spam'
}

/** The first finding with the greatest value above 0. */
function strongest(findings: readonly Finding[], value: (finding: Finding) => number): Finding | null {
  let found: Finding | null = null
  for (const each of findings) if (value(each) > (found ? value(found) : 0)) found = each
  return found
}
