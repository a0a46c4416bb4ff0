import type { MessageRule } from '#flow/inspection/message-rule.ts'
import type { ListedSender, TenantBook } from '#flow/inspection/tenant-book.ts'
import type { VerdictPolicy } from '#flow/inspection/verdict.ts'
import { readVerdictPolicy } from '#flow/inspection/verdict-policy.ts'
import { changeLevel } from '#ground/platform/change-level.ts'
import { inheritSettings, type SettingsLevel } from '#ground/platform/inherit-settings.ts'
import type { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import type { PolicyProposal } from '#services/policy/policy-bench.ts'

/** Recipient that stands for anybody of a level, where nobody is named. */
export const anybody = 'anybody@level.invalid'

type Beneath = Pick<SnapshotBook, 'version' | 'levelsOf' | 'rulesOf' | 'listed'>

/** What tenants want as it would be with changes that are not made yet. */
export class ProposedBook implements TenantBook {
  readonly #book: Beneath
  readonly #proposal: PolicyProposal
  readonly #chain: readonly string[]

  /** @param chain levels of `anybody`; empty: nobody is asked for him */
  constructor(book: Beneath, proposal: PolicyProposal, chain: readonly string[] = []) {
    this.#book = book
    this.#proposal = proposal
    this.#chain = chain
  }

  version(): number {
    return this.#book.version()
  }

  scopesOf(address: string): readonly string[] {
    return address === anybody ? this.#chain : this.#book.levelsOf(address)
  }

  rulesOf(scope: string): readonly MessageRule[] {
    const { rule } = this.#proposal
    if (rule === null || this.#proposal.scope !== scope) return this.#book.rulesOf(scope)
    const others = this.#book.rulesOf(scope).filter(({ id }) => id !== rule.id)
    const mine = rule.rule?.enabled ? [rule.rule] : []
    return [...others, ...mine].sort((a, b) => a.position - b.position)
  }

  listed(scopes: readonly string[], entries: readonly string[]): readonly ListedSender[] {
    const { scope, senders } = this.#proposal
    const here = senders.filter(({ entry }) => entries.includes(entry))
    const isMeant = (listed: ListedSender) =>
      listed.scope === scope && here.some(({ kind, entry }) => kind === listed.kind && entry === listed.entry)
    const others = this.#book.listed(scopes, entries).filter((each) => !isMeant(each))
    const mine = scopes.includes(scope) ? here.filter(({ on }) => on) : []
    return [...others, ...mine.map(({ kind, entry }): ListedSender => ({ scope, kind, entry }))]
  }
}

/** The policy at the end of a chain of levels, as it is, or with what a proposal changes. */
export function policyAt(
  levels: readonly string[],
  settingsOf: (scope: string) => SettingsLevel | null,
  proposal: PolicyProposal | null,
): VerdictPolicy {
  return readVerdictPolicy(settingsAt(levels, settingsOf, proposal))
}

/** The same as settings. */
export function settingsAt(
  levels: readonly string[],
  settingsOf: (scope: string) => SettingsLevel | null,
  proposal: Pick<PolicyProposal, 'scope' | 'settings'> | null,
): Record<string, string> {
  const chain = levels.map((scope) => {
    const level = settingsOf(scope) ?? { settings: {}, locked: [] }
    if (scope !== proposal?.scope) return level
    return changeLevel(level, proposal.settings)
  })
  return inheritSettings(chain)
}
