import type { Finding, FindingKind } from '#flow/inspection/check.ts'

/** What a layer may do to a message. */
export interface Influence {
  readonly points: number
  /** What keeps it from doing what it asks for; null: nothing. */
  readonly limited: string | null
}

/** Points for one of log odds. */
const pointsEach = 40
/** Fewer say nothing worth telling. */
const fewestPoints = 10
/** Kinds of findings that no opinion of a tenant takes back: they are about deceit, not about taste. */
const grave: ReadonlySet<FindingKind | undefined> = new Set<FindingKind>(['phishing', 'spoof', 'virus'])

/**
 * How much of what a tenant has taught counts for a message; null: it says nothing. It adds no more than others have
 * found, so it never condemns alone. It takes off no more than the check of content gave for spam and advertising, so
 * what other checks found stays whole; and nothing where there is a sign of deceit. Where something firmer than points
 * decides, or something could not be looked at, it does nothing at all.
 */
export function boundInfluence(found: readonly Finding[], score: number, most: number): Influence | null {
  const asked = Math.sign(score) * Math.round(Math.min(most, Math.abs(score) * pointsEach))
  if (!(Math.abs(asked) >= fewestPoints)) return null
  const firm = found.find(({ proposal, incomplete }) => proposal !== undefined || incomplete !== undefined)
  if (firm) return { points: 0, limited: firm.code }
  const against = found.filter(({ weight }) => weight > 0)
  if (asked > 0) return within(asked, sumOf(against), 'nothing else speaks so much against it')
  const deceit = against.find(({ kind }) => grave.has(kind))
  if (deceit) return { points: 0, limited: deceit.code }
  const content = against.filter(({ check }) => check === 'content')
  return within(asked, sumOf(content), 'the content weighs no more')
}

function within(asked: number, most: number, limited: string): Influence {
  if (Math.abs(asked) <= most) return { points: asked, limited: null }
  return { points: most === 0 ? 0 : Math.sign(asked) * most, limited }
}

function sumOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, { weight }) => sum + weight, 0)
}
