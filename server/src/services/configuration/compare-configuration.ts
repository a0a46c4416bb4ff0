import type { CheckRule } from '#services/policy/write-rule.ts'
import { type ComparedDirectory, compareDirectory } from './compare-directory.ts'
import { type ComparedPolicy, comparePolicy } from './compare-policy.ts'
import type { Compared, Fate } from './compared.ts'
import type { ConfigurationDocument, ConfigurationParts } from './configuration-document.ts'
import { PlannedDirectory } from './planned-directory.ts'

export interface Comparison extends ComparedDirectory, ComparedPolicy {}

/** Where a document is to be taken to, and how it is looked at. */
export interface Taking {
  /** Tenant below which those go whose parent is no part of the document; null: the operator. */
  readonly below: string | null
  readonly checkNextHop: (text: string) => void
  readonly checkRule: CheckRule
}

/** What of a document is here already, what is here otherwise, and what cannot be taken. Nothing is changed. */
export async function compareConfiguration(
  parts: ConfigurationParts,
  document: ConfigurationDocument,
  { below, checkNextHop, checkRule }: Taking,
): Promise<Comparison> {
  const planned = await PlannedDirectory.make(parts.directory, document, below)
  const directory = await compareDirectory({ ...parts, planned, checkNextHop }, document)
  return { ...directory, ...(await comparePolicy({ policy: parts.policy, planned, checkRule }, document)) }
}

/** All entries in the order in which they are taken. */
export function linesOf(comparison: Comparison): Compared<unknown>[] {
  const { tenants, domains, groups, people, settings, senders, rules } = comparison
  return [tenants, domains, people, groups, settings, senders, rules].flat()
}

/** How many entries fare how. */
export function countFates(lines: readonly Compared<unknown>[]): Readonly<Record<Fate, number>> {
  const count = (fate: Fate) => lines.filter((each) => each.fate === fate).length
  return { new: count('new'), same: count('same'), different: count('different'), refused: count('refused') }
}
