import { createHash } from 'node:crypto'
import {
  type LevelLine,
  type LevelSettings,
  type PolicySetting,
  routes,
  type ValueSource,
} from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { Principal } from '#services/access/principal.ts'
import type { Tenant } from '#services/directory/directory-store.ts'
import { type ExplainedSetting, explainSettings } from '#services/policy/explain-settings.ts'
import type { LevelSettings as Kept } from '#services/policy/policy-store.ts'
import type { Scope } from '#services/policy/scope.ts'
import { setLevelSettings } from '#services/policy/set-level-setting.ts'
import { guardRetention } from '#services/retention/guard-retention.ts'
import { dayMs } from '#services/retention/kept-for.ts'
import { isKeptSetting, siteKeepsMs } from '#services/retention/kept-settings.ts'
import { orChanged } from '../answers/or-changed.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { kindOf, PolicyDoor, peopleOf } from '../policy-door.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const pageSize = 25
/** People and groups that are looked through for those right below a domain. */
const mostBelow = 50
/** Groups, and people, of whoever looks after these: of more he asks by name. */
const mostOfPeople = 50

/** `/api/v1/policy/levels` and `/settings`: what is set at a level, and where the rest comes from. */
export function policyLevelRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const door = new PolicyDoor(parts)
  const { policy } = parts
  const { widest, below, named } = levelNames(parts, door)

  const show = async (principal: Principal, scope: Scope, version: number | null): Promise<LevelSettings> => {
    const chain = await Promise.all(
      scope.chain.map(async (name) => ({
        name,
        ...((await policy.store.settingsOf(name)) ?? { settings: {}, locked: [] }),
      })),
    )
    const lines = await door.lines(principal, scope.chain)
    const level = lines.at(-1)
    if (!level) throw problems.notFound(`There is no ${scope.name} in your reach.`)
    const [tenants] = await door.tree()
    const source = sourceIn(lines, tenants)
    const settings = explainSettings(chain, policy.findings).map((each) =>
      describe(withinSite(each, parts.config), source),
    )
    return { level, chain: lines, etag: etagOf(chain.at(-1)), settings, version }
  }

  addRoute(app, routes.policySettings, async ({ principal, query }) =>
    show(principal, await door.level(principal, query.level), null),
  )
  addRoute(app, routes.changePolicySettings, async ({ principal, query, body, ifMatch }) => {
    const scope = await door.level(principal, query.level)
    const now = await policy.store.settingsOf(scope.name)
    if (ifMatch !== null && ifMatch !== etagOf(now ?? undefined))
      throw problems.changedMeanwhile(
        `The settings of ${scope.name} are no longer as you have seen them. Look again.`,
      )
    await guardRetention(door.guard, scope.name, body.changes, body.leaving ?? 0)
    const set = (seen?: Kept) => setLevelSettings(door.order(principal), scope, body.changes, seen)
    const version = await (ifMatch === null || now === null ? set() : orChanged(set(now)))
    if (version !== null) await parts.publish()
    return show(principal, scope, version)
  })
  addRoute(app, routes.policyLevels, async ({ principal, query }) => {
    const { of, find, after = '', limit = pageSize } = query
    const scope = of === undefined ? null : await door.level(principal, of)
    const names =
      find !== undefined
        ? await named(principal, find.toLowerCase())
        : scope === null
          ? await widest(principal)
          : await below(scope, after, limit)
    const known = await door.lines(principal, names)
    const from = scope?.name.startsWith('domain:') ? 0 : known.findIndex((each) => each.level === after) + 1
    const lines = known.slice(from, from + limit)
    return {
      chain: scope === null ? [] : await door.lines(principal, scope.chain),
      lines,
      next: known.length > from + limit || lines.length === limit ? (lines.at(-1)?.level ?? null) : null,
    }
  })
}

/** Names of levels: the widest in reach, those right below one, those of a name. */
function levelNames(parts: ApiParts, door: PolicyDoor) {
  const { tenancy } = parts

  /** The widest levels in reach: his own tenant, or his domains, groups and people. */
  async function widest(principal: Principal): Promise<string[]> {
    const { tenant, domains } = principal
    if (domains !== null)
      return [
        ...[...domains]
          .filter((name) => !isOfPeople(name))
          .sort()
          .map((name) => `domain:${name}`),
        ...(await peopleNamed(principal, '')),
      ]
    if (tenant !== '') return [`tenant:${tenant}`]
    return (await tenancy.tenants()).filter(({ parent }) => parent === null).map(({ id }) => `tenant:${id}`)
  }

  async function below({ name }: Scope, after: string, limit: number): Promise<string[]> {
    const [tenants, domains] = await door.tree()
    if (name.startsWith('tenant:')) {
      const id = name.slice('tenant:'.length)
      const children = tenants.filter(({ parent }) => parent === id).map((each) => `tenant:${each.id}`)
      return [
        ...children,
        ...domains.filter(({ tenant }) => tenant === id).map((each) => `domain:${each.name}`),
      ]
    }
    if (!name.startsWith('domain:')) return []
    const domain = name.slice('domain:'.length)
    const groups = after.startsWith('user:')
      ? []
      : (await tenancy.groups(domain)).map(({ id }) => `group:${id}`).filter((each) => each > after)
    const last = after.startsWith('user:') ? after.slice('user:'.length) : ''
    const users = await tenancy.users(domain, last, Math.min(mostBelow, limit) + 1)
    return [...groups, ...users.filter(({ kind }) => kind === 'user').map(({ address }) => `user:${address}`)]
  }

  /** Groups and people that he is limited to, and those of these groups, whose name has a text. */
  async function peopleNamed(principal: Principal, text: string): Promise<string[]> {
    const domains = peopleOf(principal)
    if (domains.length === 0) return []
    const within = { tenants: [...(principal.tenants ?? [])], domains }
    const found = await parts.directoryViews.peopleScopes(text, within, mostOfPeople)
    return found.map(({ scope }) => scope)
  }

  async function named(principal: Principal, text: string): Promise<string[]> {
    const [tenants, domains] = await door.tree()
    const user = text.includes('@') ? await tenancy.user(text) : null
    const found = [
      ...new Set([...(user ? [`user:${user.owner}`] : []), ...(await peopleNamed(principal, text))]),
      ...tenants
        .filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(text))
        .map(({ id }) => `tenant:${id}`),
      ...domains.filter(({ name }) => name.includes(text)).map(({ name }) => `domain:${name}`),
    ]
    return (await door.lines(principal, found)).map(({ level }) => level)
  }

  return { widest, below, named }
}

/** Levels above one's reach are told by their kind alone. */
function sourceIn(lines: readonly LevelLine[], tenants: readonly Tenant[]) {
  return (name: string | null): ValueSource => {
    if (name === null) return { kind: 'default', level: null }
    const isSeen = lines.some(({ level }) => level === name)
    return { kind: kindOf(name, tenants), level: isSeen ? name : null }
  }
}

/** What the site says itself is told beside what a level may say. */
function withinSite(setting: ExplainedSetting, config: ApiParts['config']): ExplainedSetting {
  if (!isKeptSetting(setting.name)) return setting
  const most = Math.floor(siteKeepsMs(config, setting.name) / dayMs)
  const takes = `site, or a whole number from 1 to ${most}`
  const help = `${setting.about.help} The site keeps it for ${most} days.`
  return { ...setting, about: { ...setting.about, takes, help } }
}

function describe(
  { name, about, value, from, own, inherited, inheritedFrom, locked, lockedBy }: ExplainedSetting,
  source: (name: string | null) => ValueSource,
): PolicySetting {
  return {
    name,
    value,
    from: source(from),
    own,
    inherited,
    inheritedFrom: source(inheritedFrom),
    locked,
    lockedBy: lockedBy === null ? null : source(lockedBy),
    default: about.default,
    takes: about.takes,
    choices: about.choices ? [...about.choices] : null,
    least: about.range?.[0] ?? null,
    most: about.range?.[1] ?? null,
    help: about.help,
  }
}

/** Another one as soon as anything is set otherwise at the level itself. */
function etagOf(level: Kept | undefined): string {
  const settings = Object.entries(level?.settings ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const text = JSON.stringify([settings, [...(level?.locked ?? [])].sort()])
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
