import { shareOf } from '#ground/platform/share-of.ts'
import type { CandidateInForce } from '#services/policy/candidate.ts'

/**
 * Whether a canary is in force for somebody. By his address and the candidate's id: he stays in or out, whatever mail
 * comes, and a greater share takes nobody out. A tag is none of the address: mail to it is his too.
 */
export function isChosen({ id, stage, share, people }: CandidateInForce, person: string): boolean {
  if (stage !== 'canary') return false
  const name = withoutTag(person.toLowerCase())
  return people.includes(name) || shareOf(`${id} ${name}`) < share
}

function withoutTag(address: string): string {
  const [plus, at] = [address.indexOf('+'), address.lastIndexOf('@')]
  return plus > 0 && plus < at ? address.slice(0, plus) + address.slice(at) : address
}

/** The canary that is in force for somebody; null: none is, as a rule. */
export function canaryFor(
  candidates: ReadonlyMap<string, CandidateInForce>,
  levels: readonly string[],
  person: string,
): CandidateInForce | null {
  if (candidates.size === 0) return null
  for (const scope of levels) {
    const candidate = candidates.get(scope)
    if (candidate && isChosen(candidate, person)) return candidate
  }
  return null
}
