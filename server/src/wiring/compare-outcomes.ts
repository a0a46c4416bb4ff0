import { asOutbound, readOutboundPolicy } from '#flow/gateway/outbound-policy.ts'
import type { CandidateChange, CandidateResult } from '#flow/inspection/candidate-result.ts'
import type { Finding } from '#flow/inspection/check.ts'
import { type Decision, type Disposition, decide } from '#flow/inspection/verdict.ts'
import { readVerdictPolicy } from '#flow/inspection/verdict-policy.ts'
import type { PolicyProposal } from '#services/policy/policy-bench.ts'
import { type AlikeRecipients, alikeRecipients } from './alike-recipients.ts'
import type { CandidateBook, Reached } from './candidates-for.ts'
import { settingsAt } from './proposed-book.ts'
import type { WorkPace } from './work-pace.ts'

/** What was found in a message without a change of policy, and with it. */
export interface Worlds {
  readonly without: readonly Finding[]
  readonly with: readonly Finding[]
}

interface ComparingTools {
  readonly book: Pick<CandidateBook, 'levelsOf' | 'levelOf'>
  /** Whether an open DMARC result keeps mail waiting; see inspection.temperror. */
  readonly defers: boolean
  readonly pace: WorkPace
}

type Settings = Readonly<Record<string, string>>
type SettingsOf = (of: Pick<PolicyProposal, 'scope' | 'settings'> | null) => Settings
type Counts = Pick<CandidateResult, 'deliveries' | 'heldBefore' | 'heldAfter' | 'freedBad' | 'changes'>

/** Names of what makes a difference that are told. */
const mostNamed = 5

/**
 * What each recipient of a message gets without a change of policy, and with it; by findings that are there already.
 * Recipients for whom all is the same are looked at once, and what makes a difference is looked for once a difference.
 * @throws Error where it takes too long
 */
export async function compareOutcomes(
  { candidate: { proposal }, recipients }: Reached,
  worlds: Worlds,
  { book, defers, pace }: ComparingTools,
): Promise<Counts> {
  const counts = { deliveries: 0, heldBefore: 0, heldAfter: 0, freedBad: 0 }
  const changes = new Map<string, CandidateChange>()
  const told = (all: readonly Finding[]) =>
    defers ? all : all.filter(({ proposal: wants }) => wants !== 'defer')
  const found = { without: told(worlds.without), with: told(worlds.with) }
  const findings = [...found.without, ...found.with]
  for (const alike of await alikeRecipients(recipients, findings, book, proposal.scope, pace)) {
    await pace.breathe()
    const settings: SettingsOf = (of) => settingsAt(alike.levels, (scope) => book.levelOf(scope), of)
    const { disposition: before, verdict } = decisionOf(found.without, settings(null), alike)
    const after = outcomeOf(found.with, settings(proposal), alike)
    // What waits for DNS or a scanner is looked at once more, and counted then.
    if (before === 'defer' || before === 'wait') continue
    const { count } = alike
    counts.deliveries += count
    counts.heldBefore += before === 'deliver' ? 0 : count
    counts.heldAfter += isHeld(after) ? count : 0
    if (before === after) continue
    if (after === 'deliver' && (verdict === 'virus' || verdict === 'phishing')) counts.freedBad += count
    const key = `${before} ${after}`
    const known = changes.get(key)
    const because = known?.because ?? (await causesOf(proposal, found, settings, alike, after, pace))
    changes.set(key, { before, after, because, recipients: (known?.recipients ?? 0) + count })
  }
  return { ...counts, changes: [...changes.values()] }
}

function isHeld(disposition: Disposition): boolean {
  return disposition !== 'deliver' && disposition !== 'wait'
}

function outcomeOf(...of: Parameters<typeof decisionOf>): Disposition {
  return decisionOf(...of).disposition
}

function decisionOf(
  findings: readonly Finding[],
  settings: Settings,
  { address, isOutbound }: AlikeRecipients,
): Decision {
  if (!isOutbound) return decide(findings, readVerdictPolicy(settings), address)
  const outbound = readOutboundPolicy(settings)
  return asOutbound(decide(findings, outbound.policy, address), outbound)
}

/** What of a change is enough for the other outcome, each taken by itself; all of it where only all together is. */
async function causesOf(
  { scope, settings: changed, rule, senders }: PolicyProposal,
  found: Worlds,
  settings: SettingsOf,
  alike: AlikeRecipients,
  after: Disposition,
  pace: WorkPace,
): Promise<string> {
  const asked = [
    ...(rule === null ? [] : [`rule ${rule.id}`]),
    ...senders.map(({ kind, entry }) => `${kind} ${entry}`),
  ]
  const byAsked = asked.length > 0 && outcomeOf(found.with, settings(null), alike) === after
  const names = byAsked ? [...asked] : []
  for (const each of changed) {
    if (names.length >= mostNamed) break
    await pace.breathe()
    if (outcomeOf(found.without, settings({ scope, settings: [each] }), alike) === after)
      names.push(each.name)
  }
  const all = [...asked, ...changed.map(({ name }) => name)]
  return (names.length > 0 ? names : all).slice(0, mostNamed).join(', ')
}
