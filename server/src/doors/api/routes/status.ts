import { type IncidentView, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { stateOf } from '#services/directory/directory-order.ts'
import { confirmSuspicion } from '#services/incidents/confirm-suspicion.ts'
import { indicatorOf } from '#services/status/indicator.ts'
import { componentOf, endOverride, overrideMeasured, overrideOf } from '#services/status/judge-measured.ts'
import type { Override } from '#services/status/measured.ts'
import { putComponent, removeComponent } from '#services/status/put-component.ts'
import { offeredComponents, putStandardComponents } from '#services/status/standard-components.ts'
import { readState } from '#services/status/status-state.ts'
import { publicComponents, publicIncidents } from '#services/status/status-store.ts'
import { currentProbes } from '#services/watch/current-probes.ts'
import { probedComponents } from '#services/watch/probe-store.ts'
import { describeComponent, describeDays, describeOverride } from '../answers/describe-status.ts'
import type { ApiParts } from '../api-parts.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { incidentOrderOf, readWords, showIncident } from './incidents.ts'

/** `/api/v1/status`: components as the public is told of them, and what people say against the measurement. */
export function statusRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const read = () => readState(parts.readStatus, parts.subscribers.page, parts.clock.now(), true)
  addRoute(app, routes.status, async () => {
    const now = parts.clock.now()
    const state = await read()
    const tried = new Set((await currentProbes(parts.readWatch, now)).map((each) => each.component as string))
    const { components, incidents } = state
    const seen = {
      components: publicComponents(components),
      incidents: publicIncidents(incidents, components),
    }
    return {
      ...indicatorOf({ ...state, ...seen }, now),
      url: state.page.url === '' ? null : state.page.url,
      components: state.components.map((each) => describeComponent(each, state, now)),
      probes: [...probedComponents],
      offered: offeredComponents(state.components, tried).map(({ id, name = id }) => ({ id, name })),
    }
  })
  addRoute(app, routes.statusDays, async () => describeDays(await read(), parts.clock.now()))
  addRoute(app, routes.putStatusComponent, async ({ principal, params, body, ifMatch, isNew }) => {
    const order = incidentOrderOf(parts, principal, ifMatch)
    const component = await putComponent(order, { id: params.component, ...body, isNew })
    await parts.publishStatus()
    return describeComponent(component, await read(), parts.clock.now())
  })
  addRoute(app, routes.removeStatusComponent, async ({ principal, params, ifMatch }) => {
    await removeComponent(incidentOrderOf(parts, principal, ifMatch), params.component)
    await parts.publishStatus()
    return { removed: 1 }
  })
  addRoute(app, routes.addStandardComponents, async ({ principal, body }) => {
    const added = await putStandardComponents(incidentOrderOf(parts, principal), parts.config, body)
    await parts.publishStatus()
    return { added: added.map((each) => each.id) }
  })
  addRoute(app, routes.confirmSuspicion, async ({ principal, params, body }) =>
    confirm(parts, principal, params.component, body),
  )
  addOverrides(app, parts)
}

async function confirm(
  parts: ApiParts,
  principal: Principal,
  component: string,
  { text, name, ...words }: { text: string; name?: string } & Parameters<typeof readWords>[0],
): Promise<IncidentView> {
  const incident = await confirmSuspicion(incidentOrderOf(parts, principal), component, {
    ...{ text, ...readWords(words) },
    ...(name !== undefined && { name }),
  })
  await parts.publishStatus()
  return showIncident(parts, principal, incident)
}

function addOverrides(app: FastifyInstance, parts: ApiParts): void {
  addRoute(app, routes.statusOverride, async ({ params }) => {
    await componentOf({ status: parts.readStatus }, params.component)
    return view(await overrideOf({ status: parts.readStatus, at: parts.clock.now() }, params.component))
  })
  addRoute(app, routes.overrideStatus, async ({ principal, params, body, ifMatch }) => {
    const override = await overrideMeasured(incidentOrderOf(parts, principal, ifMatch), params.component, {
      ...{ state: body.state, forMs: body.minutes * 60_000, why: body.why },
    })
    await parts.publishStatus()
    return view(override)
  })
  addRoute(app, routes.endStatusOverride, async ({ principal, params, ifMatch }) => {
    await endOverride(incidentOrderOf(parts, principal, ifMatch), params.component)
    await parts.publishStatus()
    return view(null)
  })
}

function view(override: Override | null) {
  return { override: override && describeOverride(override), etag: stateOf({ override }) }
}
