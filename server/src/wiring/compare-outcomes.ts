import { asOutbound, readOutboundPolicy } from '#flow/gateway/outbound-policy.ts'
import type { CandidateChange, CandidateResult } from '#flow/inspection/candidate-result.ts'
import type { Finding } from '#flow/inspection/check.ts'
import { type Disposition, decide } from '#flow/inspection/verdict.ts'
import { readVerdictPolicy } from '#flow/inspection/verdict-policy.ts'
import type { PolicyProposal } from '#services/policy/policy-bench.ts'
import type { CandidateBook, Reached, ReachedRecipient } from './candidates-for.ts'
import { settingsAt } from './proposed-book.ts'

/** What was found in a message without a change of policy, and with it. */
export interface Worlds {
  readonly without: readonly Finding[]
  readonly with: readonly Finding[]
}

type Settings = Readonly<Record<string, string>>
type Counts = Pick<CandidateResult, 'deliveries' | 'heldBefore' | 'heldAfter' | 'changes'>

/** Names of what makes a difference that are told. */
const mostNamed = 5

/** What each recipient of a message gets without a change of policy, and with it; by findings that are there already. */
export function compareOutcomes(
  { candidate: { proposal }, recipients }: Reached,
  worlds: Worlds,
  book: Pick<CandidateBook, 'levelsOf' | 'levelOf'>,
  defers: boolean,
): Counts {
  const counts = { deliveries: 0, heldBefore: 0, heldAfter: 0 }
  const changes = new Map<string, CandidateChange>()
  const told = (all: readonly Finding[]) =>
    defers ? all : all.filter(({ proposal: wants }) => wants !== 'defer')
  const found = { without: told(worlds.without), with: told(worlds.with) }
  for (const recipient of recipients) {
    const levels = book.levelsOf(recipient.person)
    const settings = (of: Pick<PolicyProposal, 'scope' | 'settings'> | null) =>
      settingsAt(levels, (scope) => book.levelOf(scope), of)
    const before = outcomeOf(found.without, settings(null), recipient)
    const after = outcomeOf(found.with, settings(proposal), recipient)
    // What waits for DNS or a scanner is looked at once more, and counted then.
    if (before === 'defer' || before === 'wait') continue
    counts.deliveries++
    counts.heldBefore += Number(before !== 'deliver')
    counts.heldAfter += Number(isHeld(after))
    if (before === after) continue
    const because = causesOf(proposal, found, settings, recipient, after)
    const key = `${before} ${after} ${because}`
    const known = changes.get(key)
    changes.set(key, { before, after, because, recipients: (known?.recipients ?? 0) + 1 })
  }
  return { ...counts, changes: [...changes.values()] }
}

function isHeld(disposition: Disposition): boolean {
  return disposition !== 'deliver' && disposition !== 'wait'
}

function outcomeOf(
  findings: readonly Finding[],
  settings: Settings,
  { address, isOutbound }: ReachedRecipient,
): Disposition {
  if (!isOutbound) return decide(findings, readVerdictPolicy(settings), address).disposition
  const outbound = readOutboundPolicy(settings)
  return asOutbound(decide(findings, outbound.policy, address), outbound).disposition
}

/** What of a change is enough for the other outcome, each taken by itself; all of it where only all together is. */
function causesOf(
  { scope, settings: changed, rule, senders }: PolicyProposal,
  found: Worlds,
  settings: (of: Pick<PolicyProposal, 'scope' | 'settings'> | null) => Settings,
  recipient: ReachedRecipient,
  after: Disposition,
): string {
  const asked = [
    ...(rule === null ? [] : [`rule ${rule.id}`]),
    ...senders.map(({ kind, entry }) => `${kind} ${entry}`),
  ]
  const alone = changed.filter(
    (each) => outcomeOf(found.without, settings({ scope, settings: [each] }), recipient) === after,
  )
  const byAsked = asked.length > 0 && outcomeOf(found.with, settings(null), recipient) === after
  const names = [...(byAsked ? asked : []), ...alone.map(({ name }) => name)]
  const all = [...asked, ...changed.map(({ name }) => name)]
  return (names.length > 0 ? names : all).slice(0, mostNamed).join(', ')
}
