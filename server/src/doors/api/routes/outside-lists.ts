import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { switchListOff, switchListOn } from '#services/lists/switch-list.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const dayMs = 86_400_000
/** Tests ask other people's servers: not more often than this, however many look. */
const testedForMs = 10_000

/** `/api/v1/outside-lists`: lists of others that are asked about mail. */
export function outsideListRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { detection, clock, access } = parts
  const { lists, readDefinitions } = detection
  addRoute(app, routes.outsideLists, async () => {
    const now = clock.now()
    const zones = lists.zones()
    const outcomes = zones.length === 0 ? [] : await readDefinitions.listOutcomes(now - dayMs, now)
    const count = (zone: string, outcome: 'kept' | 'released') =>
      outcomes.find((each) => each.zone === zone && each.outcome === outcome)?.messages ?? 0
    const switches = lists.switches()
    return {
      lines: zones.map((zone) => {
        const off = switches.find((each) => each.zone === zone)
        const offBySettings = lists.offBySettings().includes(zone)
        return {
          zone,
          asked: lists.kindOf(zone),
          isOff: off !== undefined || offBySettings,
          offBySettings,
          offSince: momentOrNull(off?.since ?? null),
          offBy: off?.who ?? '',
          offWhy: off?.why ?? '',
          kept: count(zone, 'kept'),
          released: count(zone, 'released'),
        }
      }),
      next: null,
    }
  })
  let latest: { readonly at: number; readonly tests: ReturnType<typeof lists.test> } | null = null
  addRoute(app, routes.testOutsideLists, async () => {
    const now = clock.now()
    if (latest === null || now - latest.at > testedForMs) latest = { at: now, tests: lists.test() }
    const { at, tests } = latest
    return {
      testedAt: moment(at),
      tests: (await tests).map(({ zone, why, ms }) => ({ zone, why, ms: Math.round(ms) })),
    }
  })
  addRoute(app, routes.switchOutsideList, async ({ principal: { who, ip }, body: { zone, isOff, why } }) => {
    if (isOff) switchListOff(lists, zone.toLowerCase(), who, why)
    else switchListOn(lists, zone.toLowerCase())
    const what = isOff ? 'list-off' : 'list-on'
    await access.record({ at: clock.now(), what, who, ip, tenant: null, detail: { zone, why } })
    return { done: 1 }
  })
}
