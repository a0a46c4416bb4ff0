import { type AlarmLine, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { kindOf } from '#ground/platform/alarm-kinds.ts'
import { mayReach, type Principal } from '#services/access/principal.ts'
import { acknowledge } from '#services/alarms/acknowledge.ts'
import { isOfDomain } from '#services/alarms/alarm-scopes.ts'
import type { AlarmState } from '#services/alarms/alarm-store.ts'
import { acknowledgedOf, noticesInReach } from '../answers/describe-alarms.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import { alarmOrderOf } from './alarm-subscriptions.ts'
import type { ApiContext } from './api-context.ts'

const dayMs = 86_400_000
const linesShown = 200
const mostStates = 5000

/** `/api/v1/alarms`: what is wrong. */
export function alarmRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { alarmTelling, tenancy, clock } = parts
  addRoute(app, routes.alarms, async ({ principal }) => ({ lines: await linesOf(parts, principal) }))
  addRoute(app, routes.withdrawAlarm, async ({ principal, body }) => {
    const { name, subject, why } = body
    const line = (await linesOf(parts, principal)).find(
      (each) => each.name === name && each.subject === subject,
    )
    if (!line || !(await alarmTelling.alarms.withdraw(name, subject, why, clock.now())))
      throw problems.notFound(`There is no alarm ${name} of ${subject} in your reach.`)
    const { who, ip } = principal
    const of = { tenant: line.tenant, ip }
    await tenancy.recordChange(clock.now(), 'alarm-withdrawn', who, { name, subject, why }, of)
    return { ...line, withdrawn: why, clearedAt: line.clearedAt ?? moment(clock.now()) }
  })
  addRoute(app, routes.acknowledgeAlarm, async ({ principal, body }) => ({
    acknowledged: await acknowledge(alarmOrderOf(parts, principal), body),
  }))
}

async function linesOf(parts: ApiParts, principal: Principal): Promise<AlarmLine[]> {
  const { alarmTelling, tenancy, clock } = parts
  const states = await alarmTelling.alarms.states(clock.now() - dayMs, mostStates)
  const domains = new Map((await tenancy.domains()).map((each) => [each.name, each.tenant]))
  const tenantOf = (state: AlarmState) => (isOfDomain(state) ? (domains.get(state.subject) ?? null) : null)
  const incidentOf = isWhole(principal) ? await alarmTelling.incidents() : () => null
  const told = acknowledgedOf(await noticesInReach(parts, principal))
  return states
    .filter((each) => {
      const tenant = tenantOf(each)
      return tenant === null
        ? principal.rights.has('site.read') && isWhole(principal)
        : mayReach(principal, tenant, each.subject)
    })
    .slice(0, linesShown)
    .map((each) => ({
      ...{ name: each.name, subject: each.subject, text: each.text, withdrawn: each.withdrawn },
      severity: kindOf(each.name).severity,
      since: moment(each.since),
      clearedAt: momentOrNull(each.clearedAt),
      tenant: tenantOf(each),
      ...told(each),
      incident: incidentOf(each)?.id ?? null,
    }))
}

/** The house is seen where nothing is left out, and not in the part of one tenant. */
const isWhole = ({ tenants }: Principal) => tenants === null
