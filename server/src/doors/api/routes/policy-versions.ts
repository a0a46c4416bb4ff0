import { routes, type PolicyVersion as Shown } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import type { PolicyEdit, PolicyVersion, PolicyVersionLine } from '#services/policy/policy-version.ts'
import type { Scope } from '#services/policy/scope.ts'
import { undoVersion } from '#services/policy/undo-version.ts'
import { guardUndo, leavingByUndo, sumOf } from '#services/retention/guard-retention.ts'
import { describeEdits } from '../answers/describe-edits.ts'
import { moment } from '../answers/moment.ts'
import { problems } from '../api-problem.ts'
import { PolicyDoor } from '../policy-door.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const pageSize = 25
const mostEdits = 500

/** `/api/v1/policy/versions`: what was changed, by whom, what would leave by taking it back, and taking it back. */
export function policyVersionRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const door = new PolicyDoor(parts)
  const { store, reader } = parts.policy

  const find = async (principal: Principal, number: string): Promise<PolicyVersion> => {
    const version = await store.version(Number(number))
    if (version === null || !(await door.reaches(principal, version)))
      throw problems.notFound(`There is no version ${number} in your reach.`)
    return version
  }
  /** The level that a version has changed and would change again: as it is now, since it may have gone to others. */
  const levelOf = async (principal: Principal, { version, scope: name }: PolicyVersion): Promise<Scope> => {
    const scope = await door.level(principal, name).catch(() => null)
    // The name of a person may lead to somebody else by now, as an alias of his.
    if (scope?.name !== name)
      throw problems.notFound(
        `What version ${version} has changed is not there any more, or not in your reach.`,
      )
    return scope
  }

  addRoute(app, routes.policyVersions, async ({ principal, query }) => {
    const { level, after, limit = pageSize } = query
    const levels =
      level === undefined
        ? await door.all(principal)
        : { scopes: [(await door.level(principal, level)).name] }
    const before = after === undefined ? null : Number(after)
    const tenants = principal.tenants && [...principal.tenants]
    const found = await reader.versions({ ...levels, tenants, before, limit: limit + 1 })
    const lines = found.slice(0, limit)
    return {
      lines: lines.map(({ first, count, ...each }) => describe(each, first, count, principal)),
      next: found.length > limit ? String(lines.at(-1)?.version) : null,
    }
  })
  addRoute(app, routes.policyVersion, async ({ principal, params }) =>
    showWhole(await find(principal, params.version), principal),
  )
  addRoute(app, routes.policyVersionLeaving, async ({ principal, params }) => {
    const version = await find(principal, params.version)
    await levelOf(principal, version)
    const settings = await leavingByUndo(door.guard, version)
    return { leaving: sumOf(settings), settings }
  })
  addRoute(app, routes.undoPolicyVersion, async ({ principal, params, query }) => {
    const version = await find(principal, params.version)
    const needed = version.edits.every(({ what }) => what === 'sender') ? 'lists.write' : 'policy.write'
    if (!principal.rights.has(needed)) throw problems.forbidden()
    const level = await levelOf(principal, version)
    await guardUndo(door.guard, version, query.leaving ?? 0)
    const made = await undoVersion(door.order(principal), version, level)
    await parts.publish()
    return showWhole(await find(principal, String(made)), principal)
  })
}

function showWhole({ edits, ...version }: PolicyVersion, principal: Principal): Shown {
  return describe(version, edits.slice(0, mostEdits), edits.length, principal)
}

function describe(
  { version, at, who, what, scope, tenant, undoes, undoneBy }: Omit<PolicyVersionLine, 'first' | 'count'>,
  edits: readonly PolicyEdit[],
  count: number,
  principal: Principal,
): Shown {
  return {
    version,
    at: moment(at),
    who,
    what,
    level: scope,
    tenant,
    undoes,
    undoneBy,
    count,
    edits: describeEdits(edits, principal),
  }
}
