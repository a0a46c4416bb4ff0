import type { CheckRule } from '#services/policy/write-rule.ts'
import { type ComparedDirectory, compareDirectory, type Taking } from './compare-directory.ts'
import { type ComparedPolicy, comparePolicy } from './compare-policy.ts'
import type { Compared, Fate } from './compared.ts'
import type { ConfigurationDocument, ConfigurationParts } from './configuration-document.ts'
import { partsOfLevel } from './configuration-document.ts'

export interface Comparison extends ComparedDirectory, ComparedPolicy {}

/** What of a document is here already, what is here otherwise, and what cannot be taken. Nothing is changed. */
export async function compareConfiguration(
  parts: ConfigurationParts,
  document: ConfigurationDocument,
  taking: Taking & { readonly checkRule: CheckRule },
): Promise<Comparison> {
  const directory = await compareDirectory(parts, document, taking)
  const isLevel = await levelsOf(parts, document)
  return { ...directory, ...(await comparePolicy(parts, document, isLevel, taking.checkRule)) }
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

/** Whether a level is here, or comes with the document. */
async function levelsOf(
  { directory }: ConfigurationParts,
  document: ConfigurationDocument,
): Promise<(level: string) => boolean> {
  const domains = new Set([...(await directory.domains()), ...document.domains].map(({ name }) => name))
  const levels = new Set([
    ...[...(await directory.tenants()), ...document.tenants].map(({ id }) => `tenant:${id}`),
    ...[...domains].map((name) => `domain:${name}`),
    ...document.groups.map(({ domain, name }) => `group:${domain}/${name.toLowerCase()}`),
    ...document.people.map(({ address }) => `user:${address}`),
  ])
  for (const name of new Set(namedDomains(document)))
    if (domains.has(name)) for (const { id } of await directory.groups(name)) levels.add(`group:${id}`)
  for (const level of namedLevels(document)) {
    const { kind, id } = partsOfLevel(level)
    if (kind === 'user' && !levels.has(level) && (await directory.user(id))) levels.add(level)
  }
  return (level) => levels.has(level)
}

function namedLevels({ levels, senders, rules }: ConfigurationDocument): Set<string> {
  return new Set([
    ...levels.map(({ level }) => level),
    ...senders.map(({ level }) => level),
    ...rules.map(({ scope }) => scope),
  ])
}

/** Domains of groups that something is said of. */
function namedDomains(document: ConfigurationDocument): string[] {
  return [...namedLevels(document)]
    .filter((level) => partsOfLevel(level).kind === 'group')
    .map((level) => partsOfLevel(level).id.split('/', 1)[0] ?? '')
}
