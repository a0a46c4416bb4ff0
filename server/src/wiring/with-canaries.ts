import type { CheckResult, Finding, InspectedMessage, LastCheck } from '#flow/inspection/check.ts'
import type { TenantBook } from '#flow/inspection/tenant-book.ts'
import { canaryFor } from '#ground/storage/snapshot/is-chosen.ts'
import type { CandidateInForce } from '#services/policy/candidate.ts'
import type { CandidateBook } from './candidates-for.ts'
import { ProposedBook } from './proposed-book.ts'

type Book = CandidateBook & TenantBook

/**
 * Lists or rules, asked with a canary for those for whom it is in force, and without it for all others. Where there is
 * no canary, which is the rule, they are asked once and know nothing of it.
 */
export function withCanaries(book: Book, make: (book: TenantBook) => LastCheck): LastCheck {
  const plain = make(book)
  const made = new WeakMap<CandidateInForce, LastCheck>()
  const checkOf = (candidate: CandidateInForce): LastCheck => {
    const known = made.get(candidate) ?? make(new ProposedBook(book, candidate.proposal))
    made.set(candidate, known)
    return known
  }
  return {
    name: plain.name,
    async run(message, found, signal) {
      const parts = partsOf(message, book)
      if (parts.size === 1 && parts.has(null)) return plain.run(message, found, signal)
      const results: CheckResult[] = []
      // First those for whom everything is as ever: a canary takes no time from them.
      const plainly = parts.get(null) ?? []
      if (plainly.length > 0)
        results.push(limited(await plain.run(forSome(message, plainly), found, signal), plainly, null))
      for (const [candidate, rcptTo] of parts) {
        if (candidate === null) continue
        const mine = forSome(message, rcptTo)
        try {
          results.push(limited(await checkOf(candidate).run(mine, found, signal), rcptTo, candidate))
        } catch {
          // A canary that is broken is in force for nobody.
          results.push(limited(await plain.run(mine, found, signal), rcptTo, null))
        }
      }
      return {
        findings: results.flatMap(({ findings }) => findings),
        edits: results.flatMap(({ edits = [] }) => edits),
        routings: results.flatMap(({ routings = [] }) => routings),
      }
    },
  }
}

/** Recipients by the canary that is in force for them. */
function partsOf({ arrival }: InspectedMessage, book: Book): Map<CandidateInForce | null, string[]> {
  const candidates = book.candidates()
  const parts = new Map<CandidateInForce | null, string[]>()
  if (candidates.size === 0) return parts.set(null, [...arrival.rcptTo])
  const { rcptTo, mailFrom, direction, ours = [] } = arrival
  for (const address of rcptTo) {
    const person = direction === 'outbound' && !ours.includes(address) ? mailFrom : address
    const canary = canaryFor(candidates, book.levelsOf(person), person)
    parts.set(canary, [...(parts.get(canary) ?? []), address])
  }
  return parts.size === 0 ? parts.set(null, []) : parts
}

function forSome(message: InspectedMessage, rcptTo: readonly string[]): InspectedMessage {
  const { ours } = message.arrival
  const mine = ours && { ours: ours.filter((each) => rcptTo.includes(each)) }
  return { ...message, arrival: { ...message.arrival, rcptTo, ...mine } }
}

/** What was said of a part of the recipients counts for that part alone. */
function limited(
  { findings, edits = [], routings = [] }: CheckResult,
  rcptTo: readonly string[],
  candidate: CandidateInForce | null,
): CheckResult {
  const marked = (finding: Finding): Finding =>
    candidate !== null && finding.rule === candidate.proposal.rule?.id
      ? { ...finding, evidence: { ...finding.evidence, trial: candidate.id } }
      : finding
  return {
    findings: findings.map((each) => ({ ...marked(each), only: each.only ?? rcptTo })),
    edits: edits.map((each) => ({ ...each, only: each.only ?? rcptTo })),
    routings,
  }
}
