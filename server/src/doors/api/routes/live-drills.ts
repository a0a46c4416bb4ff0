import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { isOfHouse, type Principal } from '#services/access/principal.ts'
import { shortestDrillMs } from '#services/drill/live-drill.ts'
import { type DrillOrder, startLiveDrill, stopLiveDrill } from '#services/drill/order-live-drill.ts'
import { whyNoDrill } from '#services/drill/why-no-drill.ts'
import { describeLiveDrill } from '../answers/describe-live-drill.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const mostShown = 20

/** `/api/v1/live-drills`: faults on purpose beside live mail; by the operator of the house alone. */
export function liveDrillRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { access, tenancy, clock, liveDrills, drillGuards, config } = parts
  const periodMs = config['watch.period']
  const orderOf = (principal: Principal): DrillOrder => {
    assertOfHouse(principal)
    const { who, ip } = principal
    return {
      ...{ access, directory: tenancy, at: clock.now(), who, ip },
      ...{ drills: liveDrills, guards: drillGuards, periodMs },
    }
  }
  addRoute(app, routes.liveDrills, async ({ principal }) => {
    assertOfHouse(principal)
    const drills = await liveDrills.list(mostShown)
    const isOpen = drills.some(({ endedAt }) => endedAt === null)
    return {
      lines: drills.map(describeLiveDrill),
      whyNot: isOpen ? 'a drill is under way' : await whyNoDrill(drillGuards, clock.now()),
      shortestSeconds: shortestDrillMs(periodMs) / 1000,
    }
  })
  addRoute(app, routes.startLiveDrill, async ({ principal, body: { forSeconds, ...wanted } }) => {
    const forMs = forSeconds === undefined ? {} : { forMs: forSeconds * 1000 }
    const drill = await startLiveDrill(orderOf(principal), { ...wanted, ...forMs })
    return describeLiveDrill({ ...drill, stoppedBy: null })
  })
  addRoute(app, routes.stopLiveDrill, async ({ principal }) =>
    describeLiveDrill(await stopLiveDrill(orderOf(principal))),
  )
}

function assertOfHouse(principal: Principal): void {
  if (!isOfHouse(principal)) throw problems.forbidden()
}
