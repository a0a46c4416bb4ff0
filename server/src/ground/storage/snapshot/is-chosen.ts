import { normaliseAddress, splitTag } from '#ground/mail/address.ts'
import { shareOf } from '#ground/platform/share-of.ts'
import type { CandidateInForce } from '#services/policy/candidate.ts'

const userLevel = 'user:'

/**
 * Whether a canary is in force for somebody. By who he is and the candidate's id: he stays in or out with all his addresses,
 * whatever mail comes, and a greater share takes nobody out.
 * @param levels his levels; while there is a canary, they name the owner of each alias and of each mailbox with a tag in it
 */
export function isChosen(
  { id, stage, share, people }: CandidateInForce,
  levels: readonly string[],
  address: string,
): boolean {
  if (stage !== 'canary') return false
  const person = personOf(levels, address)
  return people.includes(person) || shareOf(`${id} ${person}`) < share
}

/** Whose an address is: as his level says; else the address itself, without a tag. */
function personOf(levels: readonly string[], address: string): string {
  const level = levels.findLast((each) => each.startsWith(userLevel))
  if (level) return level.slice(userLevel.length)
  const { lookupKey } = normaliseAddress(address)
  const at = lookupKey.lastIndexOf('@')
  return at < 0 ? lookupKey : splitTag(lookupKey.slice(0, at)).base + lookupKey.slice(at)
}

/** The canary that is in force for somebody; null: none is, as a rule. */
export function canaryFor(
  candidates: ReadonlyMap<string, CandidateInForce>,
  levels: readonly string[],
  address: string,
): CandidateInForce | null {
  if (candidates.size === 0) return null
  for (const scope of levels) {
    const candidate = candidates.get(scope)
    if (candidate && isChosen(candidate, levels, address)) return candidate
  }
  return null
}
