import type { Domain, Tenant } from '#services/directory/directory-store.ts'
import { listUsers } from '#services/directory/list-users.ts'
import { chainOf } from '#services/directory/publish-snapshot.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { exportRules } from '#services/policy/copy-rules.ts'
import {
  type ConfigurationDocument,
  type ConfigurationParts,
  configurationFormat,
  type GroupEntry,
  isLevelOf,
  type LevelEntry,
  type PersonEntry,
  partsOfLevel,
  type TenantEntry,
} from './configuration-document.ts'

const page = 1000

export interface ExportWish {
  /** A tenant with all below it; null: the whole site. */
  readonly tenant: string | null
  /** With people, who is in which group, and what is set for single people. */
  readonly people: boolean
}

/** What has been set up for a tenant, or for all, as a document. @throws OrderError there is no such tenant */
export async function exportConfiguration(
  parts: ConfigurationParts,
  { tenant, people }: ExportWish,
): Promise<ConfigurationDocument> {
  const tenants = await tenantsOf(parts, tenant)
  const ids = new Set(tenants.map(({ id }) => id))
  const domains = (await parts.directory.domains()).filter((each) => ids.has(each.tenant))
  const names = new Set(domains.map(({ name }) => name))
  const isMeant = (level: string) => {
    if (partsOfLevel(level).kind === 'user' && !people) return false
    return isLevelOf({ tenants: ids, domains: names }, level)
  }
  const found = people ? await peopleOf(parts, domains) : { people: [], levels: [] }
  const groups = await groupsOf(parts, domains, people)
  const senders = await parts.policy.senders(null)
  const { rules } = await exportRules(parts.policy, null)
  return {
    format: configurationFormat,
    version: 1,
    tenants: tenants.map((each) => entryOf(each, ids)),
    domains: domains.map(({ name, tenant: owner, nextHop }) => ({ name, tenant: owner, nextHop })),
    groups: groups.entries,
    people: found.people,
    levels: [
      ...(await levelsOf(parts, [...tenants.map(({ id }) => `tenant:${id}`), ...groups.levels])),
      ...found.levels,
    ],
    senders: senders
      .filter(({ scope }) => isMeant(scope))
      .map(({ scope, kind, entry }) => ({ level: scope, kind, entry })),
    rules: rules.filter(({ scope }) => isMeant(scope)),
  }
}

/** Those above stand first. */
async function tenantsOf({ directory }: ConfigurationParts, id: string | null): Promise<Tenant[]> {
  const all = await directory.tenants()
  if (id !== null && !all.some((each) => each.id === id))
    throw new OrderError('not-found', `there is no tenant ${id}`)
  const chains = new Map(all.map((each) => [each.id, chainOf(each.id, all)]))
  const depth = ({ id: mine }: Tenant) => chains.get(mine)?.length ?? 0
  return all
    .filter((each) => id === null || chains.get(each.id)?.some((above) => above.id === id))
    .toSorted((one, other) => depth(one) - depth(other) || (one.id < other.id ? -1 : 1))
}

function entryOf({ id, parent, level, name }: Tenant, ids: ReadonlySet<string>): TenantEntry {
  return { id, parent: parent !== null && ids.has(parent) ? parent : null, level, name }
}

/** Groups, and the levels of domains and groups. */
async function groupsOf(
  { directory, views }: ConfigurationParts,
  domains: readonly Domain[],
  people: boolean,
): Promise<{ readonly entries: GroupEntry[]; readonly levels: string[] }> {
  const entries: GroupEntry[] = []
  const levels: string[] = []
  for (const { name: domain } of domains) {
    levels.push(`domain:${domain}`)
    for (const { id, name } of await directory.groups(domain)) {
      levels.push(`group:${id}`)
      entries.push({ domain, name, members: people ? await membersOf(views, id) : [] })
    }
  }
  return { entries, levels }
}

async function membersOf(views: ConfigurationParts['views'], group: string): Promise<string[]> {
  const members: string[] = []
  for (;;) {
    const lines = await views.personLines(
      { within: null, after: members.at(-1) ?? '', limit: page },
      { group },
    )
    members.push(...lines.map(({ address }) => address))
    if (lines.length < page) return members
  }
}

async function peopleOf(
  { directory }: ConfigurationParts,
  domains: readonly Domain[],
): Promise<{ readonly people: PersonEntry[]; readonly levels: LevelEntry[] }> {
  const people: PersonEntry[] = []
  const levels: LevelEntry[] = []
  for (const { name } of domains)
    for await (const { address, kind, owner, displayName, settings } of listUsers(directory, name)) {
      people.push({ address, aliasOf: kind === 'alias' ? owner : null, displayName })
      if (Object.keys(settings).length > 0) levels.push({ level: `user:${address}`, settings, locked: [] })
    }
  return { people, levels }
}

/** Of these levels those at which something is set. */
async function levelsOf({ policy }: ConfigurationParts, levels: readonly string[]): Promise<LevelEntry[]> {
  const entries: LevelEntry[] = []
  for (const level of levels) {
    const { settings = {}, locked = [] } = (await policy.settingsOf(level)) ?? {}
    if (Object.keys(settings).length + locked.length > 0) entries.push({ level, settings, locked })
  }
  return entries
}
