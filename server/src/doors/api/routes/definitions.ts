import { type DefinitionSet, type DefinitionTrial, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { activateDefinitions, takeBackDefinitions } from '#services/definitions/change-definitions.ts'
import type { DefinitionRecord } from '#services/definitions/definition-store.ts'
import { compare } from '#services/definitions/judge-trial.ts'
import { readStanding, type Standing } from '#services/definitions/stages.ts'
import { momentOrNull } from '../answers/moment.ts'
import type { ApiParts } from '../api-parts.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/definitions` and `/api/v1/feeds`: what decides about all mail, and how it changes. */
export function definitionRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { detection } = parts
  const { definitions, readDefinitions } = detection
  const reading = { ...definitions, store: readDefinitions }
  addRoute(app, routes.definitions, async ({ query: { after, limit = 25 } }) => {
    const [standing, kept] = [await readStanding(reading), await readDefinitions.list()]
    const all = kept.some((each) => each.stage === 'active') ? kept : [...kept, standing.active]
    const rest = all.slice(after === undefined ? 0 : 1 + all.findIndex((each) => each.version === after))
    const lines = rest.slice(0, limit)
    return {
      lines: lines.map(describe),
      next: rest.length > limit ? (lines.at(-1)?.version ?? null) : null,
      active: standing.active.version,
      canGoBack: standing.former !== null,
      trial: await describeTrial(parts, standing),
    }
  })
  addRoute(app, routes.activateDefinitions, async ({ principal, body: { version, why } }) => {
    await activateDefinitions(definitions, version, `activated early: ${why}`)
    await record(parts, principal, 'definitions-activated', { version, why })
    return { done: 1 }
  })
  addRoute(app, routes.takeBackDefinitions, async ({ principal, body: { version, why } }) => {
    await takeBackDefinitions(definitions, version, `taken back: ${why}`)
    await record(parts, principal, 'definitions-taken-back', { version, why })
    return { done: 1 }
  })
  addRoute(app, routes.feeds, async () => {
    const { active } = await readStanding(reading)
    const lines = detection.feeds().map(({ made, ...each }) => ({
      ...each,
      // Of definitions the store knows what is in force.
      version: each.kind === 'definitions' ? active.version : each.version,
      madeAt: momentOrNull(each.kind === 'definitions' ? active.addedAt || null : made),
    }))
    return { lines, next: null }
  })
}

function record(parts: ApiParts, principal: Principal, what: string, detail: object): Promise<unknown> {
  const { who, ip } = principal
  return parts.access.record({ at: parts.clock.now(), what, who, ip, tenant: null, detail: { ...detail } })
}

function describe(set: DefinitionRecord): DefinitionSet {
  const { version, stage, share, since, addedAt, addedBy, why, golden = null } = set
  return {
    version,
    stage,
    share,
    since: momentOrNull(since || null),
    addedAt: momentOrNull(addedAt || null),
    addedBy,
    why,
    golden: golden && { ...golden },
  }
}

/** The trial, or the active set beside the one before it; null: nothing is compared now. */
async function describeTrial(
  { detection: { definitions, readDefinitions } }: ApiParts,
  { active, trial, former }: Standing,
): Promise<DefinitionTrial | null> {
  const beside = trial ?? former
  if (beside === null) return null
  const [newer, older] = trial ? [trial, active] : [active, beside]
  const counts = await readDefinitions.counts(active.version, beside.version)
  const found = counts && compare(counts, newer.version)
  const { messages: enough, timeMs } = definitions.limits()
  const each = (ms: number) => (found && found.messages > 0 ? ms / found.messages : 0)
  return {
    newer: newer.version,
    older: older.version,
    messages: found?.messages ?? 0,
    newerHits: found?.newHits ?? 0,
    olderHits: found?.oldHits ?? 0,
    gained: found ? found.newHits - (found.oldHits - found.missed) : 0,
    lost: found?.missed ?? 0,
    newerMs: each(found?.newMs ?? 0),
    olderMs: each(found?.oldMs ?? 0),
    enough: { messages: enough, ms: timeMs },
  }
}
