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
 * @param recipient the one that the decision was made for
 */
export function findOutcomeChanges(
  decision: Decision,
  policy: VerdictPolicy,
  recipient: string | null = null,
): OutcomeChange[] {
  const { findings } = decision
  const again = (kept: readonly Finding[], tolerance = policy.tolerance) =>
    decide(kept, { ...policy, tolerance }, recipient).disposition
  if (decision.disposition === 'deliver')
    return [
      ...withoutOne(decision, codesInFavour(findings), again),
      ...pointsMissing(decision, policy, (tolerance) => again(findings, tolerance)),
    ].slice(0, mostChanges)
  const codes = codesAgainst(findings)
  const changes = withoutOne(decision, codes, again)
  return [
    ...(changes.length > 0 ? changes : withoutSeveral(decision, codes, again)),
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
  { disposition, findings }: Decision,
  codes: readonly string[],
  again: Again,
): OutcomeChange[] {
  return codes.flatMap((code) => {
    const outcome = again(findings.filter((each) => each.code !== code))
    return outcome === disposition ? [] : [{ kind: 'without', codes: [code], outcome } as const]
  })
}

function withoutSeveral(
  { disposition, findings }: Decision,
  codes: readonly string[],
  again: Again,
): OutcomeChange[] {
  for (let count = 2; count <= codes.length; count++) {
    const gone = codes.slice(0, count)
    const outcome = again(findings.filter((each) => !gone.includes(each.code)))
    if (outcome !== disposition) return [{ kind: 'without', codes: gone, outcome }]
  }
  return []
}

/** Codes of what speaks against a message, the heaviest first; what asks for something counts most. */
function codesAgainst(findings: readonly Finding[]): string[] {
  const asks = ({ proposal, incomplete, wish }: Finding) =>
    Boolean(proposal || incomplete || wish === 'block')
  const rank = (each: Finding) => each.weight + (asks(each) ? 1_000_000 : 0)
  const against = findings.filter((each) => each.weight > 0 || asks(each)).sort((a, b) => rank(b) - rank(a))
  return [...new Set(against.map((each) => each.code))].slice(0, mostTried)
}

/** Codes of what let a message through: lists, rules, points taken off. */
function codesInFavour(findings: readonly Finding[]): string[] {
  const favours = findings.filter(
    ({ weight, wish }) => weight < 0 || wish === 'allow' || wish === 'never-hold',
  )
  return [...new Set(favours.map((each) => each.code))].slice(0, mostTried)
}

function otherTolerance(
  { score, disposition }: Decision,
  again: (tolerance: number) => Disposition,
): OutcomeChange[] {
  const tolerance = score + 1
  const outcome = again(tolerance)
  return outcome === disposition ? [] : [{ kind: 'tolerance', tolerance, outcome }]
}
