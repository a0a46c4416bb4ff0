import { createHash } from 'node:crypto'
import { domainOfLevel } from '#services/policy/scope.ts'
import type { CheckRule } from '#services/policy/write-rule.ts'
import { type ComparedDirectory, compareDirectory } from './compare-directory.ts'
import { type ComparedPolicy, comparePolicy } from './compare-policy.ts'
import type { Compared, Fate } from './compared.ts'
import type { ConfigurationDocument, ConfigurationParts } from './configuration-document.ts'
import { PlannedDirectory } from './planned-directory.ts'

export interface Comparison extends ComparedDirectory, ComparedPolicy {
  /** SHA-256 of the document, in hex: by it an import is known that is ordered once more. */
  readonly digest: string
  /** The directory as it will be with the document in it. */
  readonly planned: PlannedDirectory
}

/** Where a document is to be taken to, and how it is looked at. */
export interface Taking {
  /** Tenant below which those go whose parent is no part of the document; null: the operator. */
  readonly below: string | null
  /** What is here otherwise becomes as the document has it; else it stays. */
  readonly change: boolean
  readonly checkNextHop: (text: string) => void
  readonly checkRule: CheckRule
}

/** What of a document is here already, what is here otherwise, and what cannot be taken. Nothing is changed. */
export async function compareConfiguration(
  parts: ConfigurationParts,
  document: ConfigurationDocument,
  { below, change, checkNextHop, checkRule }: Taking,
): Promise<Comparison> {
  const planned = await PlannedDirectory.make(parts.directory, document, { below, change })
  const directory = await compareDirectory({ ...parts, planned, below, checkNextHop }, document)
  const policy = await comparePolicy({ policy: parts.policy, planned, checkRule }, document)
  return {
    ...directory,
    ...policy,
    planned,
    digest: createHash('sha256').update(JSON.stringify(document)).digest('hex'),
  }
}

/** All entries in the order in which they are taken. */
export function linesOf(comparison: Comparison): Compared<unknown>[] {
  const { tenants, domains, groups, people, settings, senders, rules } = comparison
  return [tenants, domains, people, groups, settings, senders, rules].flat()
}

/** How many entries are new, tenant by tenant and domain by domain, groups and people with their domains. */
export function countNew({ tenants, domains, groups, people, settings, senders, rules }: Comparison) {
  const levels = [
    ...newAt(tenants, ({ id }) => `tenant:${id}`),
    ...newAt(domains, ({ name }) => `domain:${name}`),
    ...newAt(groups, ({ domain }) => `domain:${domain}`),
    ...newAt(people, ({ address }) => `user:${address}`),
    ...newAt(settings, ({ level }) => level),
    ...newAt(senders, ({ level }) => level),
    ...newAt(rules, ({ scope }) => scope),
  ]
  return [...Map.groupBy(levels.map(placeOfLevel), (level) => level)].map(([level, all]) => ({
    level,
    entries: all.length,
  }))
}

function newAt<Entry>(lines: readonly Compared<Entry>[], levelOf: (entry: Entry) => string): string[] {
  return lines.filter(({ fate }) => fate === 'new').map(({ entry }) => levelOf(entry))
}

/** The tenant or the domain that a level is, or belongs to. */
function placeOfLevel(level: string): string {
  const domain = domainOfLevel(level)
  return domain === null ? level : `domain:${domain}`
}

/** How many entries fare how. */
export function countFates(lines: readonly Compared<unknown>[]): Readonly<Record<Fate, number>> {
  const count = (fate: Fate) => lines.filter((each) => each.fate === fate).length
  return { new: count('new'), same: count('same'), different: count('different'), refused: count('refused') }
}
