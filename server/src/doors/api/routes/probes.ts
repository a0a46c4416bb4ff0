import { type FindingLine, type ProbeLine, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { isOfHouse, type Principal } from '#services/access/principal.ts'
import { faultOf } from '#services/incidents/fault-of.ts'
import { currentProbes } from '#services/watch/current-probes.ts'
import type { FindingState } from '#services/watch/finding.ts'
import {
  type PastTry,
  type Probe,
  type ProbedComponent,
  probedComponents,
} from '#services/watch/probe-store.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const dayMs = 86_400_000
/** Beyond so many days a line stands for a whole day. */
const daysByHour = 7

/** `/api/v1/probes` and `/api/v1/findings`: what is tried, and what measurements say; of the house, not of a tenant. */
export function probeRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { readWatch, clock } = parts
  addRoute(app, routes.probes, async ({ principal }) => {
    assertOfHouse(principal)
    return { lines: (await currentProbes(readWatch, clock.now())).map(showProbe) }
  })
  addRoute(app, routes.probeTries, async ({ principal, query }) => {
    assertOfHouse(principal)
    const { component, path, limit = 240 } = query
    if (!isProbed(component)) throw problems.notFound(`Nothing is tried for ${component}.`)
    return { lines: (await readWatch.tries(component, path, limit)).map(showTry) }
  })
  addRoute(app, routes.probeSums, async ({ principal, query }) => {
    assertOfHouse(principal)
    const { days = 7 } = query
    const step: 'hour' | 'day' = days <= daysByHour ? 'hour' : 'day'
    const sums = await readWatch.probeSums(clock.now() - days * dayMs, step)
    return { step, lines: sums.map((each) => ({ ...each, at: moment(each.at) })) }
  })
  addRoute(app, routes.findings, async ({ principal, query }) => {
    assertOfHouse(principal)
    const { open = false, days = 7, limit = 50 } = query
    const now = clock.now()
    const found = await readWatch.findings(open ? now : now - days * dayMs, limit + 1)
    const kept = found.filter((each) => !open || each.endedAt === null)
    return { lines: await withIncidents(kept.slice(0, limit), parts), isCut: kept.length > limit }
  })
}

function assertOfHouse(principal: Principal): void {
  if (!isOfHouse(principal)) throw problems.forbidden()
}

const isProbed = (word: string): word is ProbedComponent =>
  (probedComponents as readonly string[]).includes(word)

function showTry({ at, stage, steps, ...each }: PastTry) {
  const { result, tookMs, words } = each
  return { result, tookMs, words, at: moment(at), stage: stage ?? null, steps: [...(steps ?? [])] }
}

function showProbe(probe: Probe): ProbeLine {
  const { component, path, node, since, inRow, everyMs } = probe
  return {
    ...{ component, path, node: node ?? null, inRow, everySeconds: everyMs / 1000 },
    ...showTry(probe),
    since: moment(since),
  }
}

/** Each with the incident of its fault. */
async function withIncidents(
  found: readonly FindingState[],
  { readIncidents }: Pick<ApiParts, 'readIncidents'>,
): Promise<FindingLine[]> {
  const ids = new Map<string, string | null>()
  for (const fault of new Set(found.map(faultOf)))
    ids.set(fault, (await readIncidents.ofFinding(fault))?.id ?? null)
  return found.map(({ since, foundAt, seenAt, endedAt, evidence, ...each }) => ({
    ...each,
    ...{ since: moment(since), foundAt: moment(foundAt), seenAt: moment(seenAt) },
    endedAt: momentOrNull(endedAt),
    evidence: [...evidence],
    incident: ids.get(faultOf({ ...each, since, foundAt, seenAt, endedAt, evidence })) ?? null,
  }))
}
