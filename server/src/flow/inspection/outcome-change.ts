import type { Finding } from './check.ts'
import { type Decision, type Disposition, decide, type VerdictPolicy } from './verdict.ts'

/** One change with which a message would have fared otherwise. */
export type OutcomeChange =
  /** Without these findings: one if one is enough, else the fewest of the heaviest. */
  | { readonly kind: 'without'; readonly codes: readonly string[]; readonly outcome: Disposition }
  /** With this tolerance instead. */
  | { readonly kind: 'tolerance'; readonly tolerance: number; readonly outcome: Disposition }
  /** With so many points more. */
  | { readonly kind: 'points'; readonly points: number; readonly outcome: Disposition }

/** Changes that are named at most; the first are the smallest. */
const mostChanges = 4

/** Findings that are tried one by one; they are judged again each time. */
const mostTried = 40

/**
 * What would have changed the outcome of a decision (N-19), found by deciding again: pure, so that what is told here
 * is what would have happened, and never a guess from weights.
 * @param judge how the decision was made, where more than findings and policy had a say
 */
export function findOutcomeChanges(
  decision: Decision,
  findings: readonly Finding[],
  policy: VerdictPolicy,
  judge: (findings: readonly Finding[], policy: VerdictPolicy) => Decision = decide,
): OutcomeChange[] {
  const again = (kept: readonly Finding[], tolerance = policy.tolerance) =>
    judge(kept, { ...policy, tolerance }).disposition
  if (decision.disposition === 'deliver')
    return pointsMissing(decision, policy, (tolerance) => again(findings, tolerance))
  const changes = withoutOne(decision, findings, again)
  return [
    ...(changes.length > 0 ? changes : withoutSeveral(decision, findings, again)),
    ...otherTolerance(decision, (tolerance) => again(findings, tolerance)),
  ].slice(0, mostChanges)
}

type Again = (kept: readonly Finding[]) => Disposition

/** Mail that was delivered: how near it was to the tolerance. Without points there is nothing to tell. */
function pointsMissing(
  { score }: Decision,
  { tolerance }: VerdictPolicy,
  again: (tolerance: number) => Disposition,
): OutcomeChange[] {
  if (score <= 0 || score >= tolerance) return []
  const outcome = again(score)
  return outcome === 'deliver' ? [] : [{ kind: 'points', points: tolerance - score, outcome }]
}

function withoutOne(
  { disposition, findings: weighed }: Decision,
  findings: readonly Finding[],
  again: Again,
): OutcomeChange[] {
  const changes: OutcomeChange[] = []
  for (const code of codesByWeight(weighed)) {
    const outcome = again(findings.filter((each) => each.code !== code))
    if (outcome !== disposition) changes.push({ kind: 'without', codes: [code], outcome })
  }
  return changes
}

function withoutSeveral(
  { disposition, findings: weighed }: Decision,
  findings: readonly Finding[],
  again: Again,
): OutcomeChange[] {
  const codes: string[] = []
  for (const code of codesByWeight(weighed)) {
    codes.push(code)
    const outcome = again(findings.filter((each) => !codes.includes(each.code)))
    if (outcome !== disposition) return [{ kind: 'without', codes, outcome }]
  }
  return []
}

/** Codes of what speaks against a message, the heaviest first; what asks for something counts most. */
function codesByWeight(findings: readonly Finding[]): string[] {
  const against = findings.filter(
    (each) => each.weight > 0 || each.proposal !== undefined || each.incomplete !== undefined,
  )
  const rank = (each: Finding) => each.weight + (each.proposal || each.incomplete ? 1_000_000 : 0)
  return [...new Set(against.sort((a, b) => rank(b) - rank(a)).map((each) => each.code))].slice(0, mostTried)
}

function otherTolerance(
  { score, disposition }: Decision,
  again: (tolerance: number) => Disposition,
): OutcomeChange[] {
  const tolerance = score + 1
  const outcome = again(tolerance)
  return outcome === disposition ? [] : [{ kind: 'tolerance', tolerance, outcome }]
}
