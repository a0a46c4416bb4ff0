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
  /** Filtering is not switched on for these recipients: as if a rule said never to hold. */
  readonly isOff?: true
  /** Content of their mail is encrypted where it is kept. */
  readonly encrypts?: true
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
 * What a check or a rule asks for comes first, then block lists, then the score, then what could not be looked at.
 * Allow lists take away blocks and score; a rule that says never to hold takes away quarantine too. Neither reaches
 * a virus, what could not be looked at, a refusal (DMARC) or a loop.
 * @param recipient address of the envelope, for findings that count for some recipients only
 */
export function decide(
  findings: readonly Finding[],
  policy: VerdictPolicy,
  recipient: string | null = null,
): Decision {
  const counting = findings.filter(({ only }) => !only || (recipient !== null && only.includes(recipient)))
  const weighed = counting.map((each) => weigh(each, policy))
  const score = sumOf(weighed)
  const wishes = wishesOf(weighed, policy)
  const ended =
    byProposal(weighed, policy, wishes) ??
    byBlock(weighed, wishes) ??
    byScore(weighed, policy, wishes) ??
    byGap(weighed) ??
    byKind(weighed)
  return { ...ended, score, findings: weighed }
}

/** What tenants want of this message. */
interface Wishes {
  /** The rule that decides: the first one that says what is to be done. */
  readonly rule: Finding | null
  /** Nothing but what is firm may keep it from its recipient. */
  readonly neverHold: boolean
  readonly allowed: boolean
}

function wishesOf(findings: readonly Finding[], { isOff }: VerdictPolicy): Wishes {
  const rule = findings.find(
    (each) => each.rule !== undefined && (each.proposal !== undefined || each.wish === 'never-hold'),
  )
  return {
    rule: rule ?? null,
    neverHold: rule?.wish === 'never-hold' || isOff === true,
    allowed: findings.some((each) => each.wish === 'allow'),
  }
}

function sumOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, each) => sum + each.weight, 0)
}

type Ended = Pick<Decision, 'verdict' | 'disposition' | 'because'>

function weigh(finding: Finding, { weights }: VerdictPolicy): Finding {
  // What a rule adds its owner has said; a weight for all rules together would mean nothing.
  if (finding.rule !== undefined) return finding
  const weight = weights[finding.code]
  return weight === undefined || weight === finding.weight ? finding : { ...finding, weight }
}

function byProposal(
  findings: readonly Finding[],
  policy: VerdictPolicy,
  { rule, neverHold }: Wishes,
): Ended | null {
  const counting = findings.filter((each) => {
    // All that the check of authentication asks for, it asks for the sake of DMARC.
    if (policy.dmarc !== 'enforce' && each.check === 'authentication') return false
    if (each.rule !== undefined) return each === rule
    return !(neverHold && each.proposal === 'quarantine' && each.kind !== 'virus')
  })
  const because = strongest(counting, ({ proposal }) => (proposal === undefined ? 0 : rank[proposal]))
  if (because?.proposal === undefined) return null
  return { verdict: because.kind ?? 'policy', disposition: because.proposal, because }
}

function byBlock(findings: readonly Finding[], { neverHold, allowed }: Wishes): Ended | null {
  const because = findings.find((each) => each.wish === 'block')
  if (!because || neverHold || allowed) return null
  return { verdict: 'policy', disposition: 'quarantine', because }
}

function byScore(
  all: readonly Finding[],
  { tolerance }: VerdictPolicy,
  { neverHold, allowed }: Wishes,
): Ended | null {
  const findings = neverHold || allowed ? all.filter((each) => each.kind === 'virus') : all
  if (sumOf(findings) < tolerance || findings.length === 0) return null
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
