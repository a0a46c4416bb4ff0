import { type AlarmLine, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { adviceFor } from '#ground/platform/alarm-advice.ts'
import { kindOf } from '#ground/platform/alarm-kinds.ts'
import type { Principal } from '#services/access/principal.ts'
import { acknowledge } from '#services/alarms/acknowledge.ts'
import { inAlarms } from '#services/alarms/alarm-store.ts'
import { type AlarmInReach, alarmsInReach, countOpen } from '#services/alarms/alarms-in-reach.ts'
import type { IncidentFinder } from '#services/alarms/tell-alarms.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
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
  const { tenancy, clock } = parts
  addRoute(app, routes.alarms, async ({ principal }) => {
    const found = await inReach(parts, principal)
    const incidentOf = await incidentsFor(parts, principal)
    const { kinds, ...open } = countOpen(found, (state) => incidentOf(state)?.id ?? null)
    const shown = found.slice(0, linesShown)
    return {
      lines: await describe(parts, principal, shown, incidentOf),
      advice: adviceFor(shown.map(({ state }) => state.name)),
      count: found.length,
      open: { ...open, kinds: kinds.map((each) => ({ ...each, since: moment(each.since) })) },
    }
  })
  addRoute(app, routes.withdrawAlarm, async ({ principal, body }) => {
    const { name, subject, why } = body
    const found = await inReach(parts, principal, [name])
    const [line] = await describe(
      parts,
      principal,
      found.filter(({ state }) => state.subject === subject),
      await incidentsFor(parts, principal),
    )
    const { who, ip } = principal
    const at = clock.now()
    const told = { what: 'alarm-withdrawn', tenant: line?.tenant ?? null, detail: { name, subject, why } }
    const withdraw = inAlarms.withdraw(name, subject, why, at)
    if (!line || !(await changeRecorded({ directory: tenancy, at, who, ip }, withdraw, told)))
      throw problems.notFound(`There is no alarm ${name} of ${subject} in your reach.`)
    return { ...line, withdrawn: why, clearedAt: line.clearedAt ?? moment(at) }
  })
  addRoute(app, routes.acknowledgeAlarm, async ({ principal, body }) => ({
    acknowledged: await acknowledge(alarmOrderOf(parts, principal), body),
  }))
}

/** Alarms in reach, the worst first. @param names of these kinds alone */
async function inReach(
  { alarmTelling, tenancy, clock }: ApiParts,
  principal: Principal,
  names?: readonly string[],
): Promise<AlarmInReach[]> {
  const states = await alarmTelling.alarms.states(clock.now() - dayMs, mostStates, names)
  return alarmsInReach(states, await tenancy.domains(), principal)
}

/** Which open incident an alarm speaks of; they are the house's. */
async function incidentsFor(parts: ApiParts, { tenants }: Principal): Promise<IncidentFinder> {
  return tenants === null ? await parts.alarmTelling.incidents() : () => null
}

async function describe(
  parts: ApiParts,
  principal: Principal,
  found: readonly AlarmInReach[],
  incidentOf: IncidentFinder,
): Promise<AlarmLine[]> {
  // Where nobody can be told, people come to look here: what is wrong is shown all the same.
  const notices = await noticesInReach(parts, principal).catch((cause: unknown) => {
    parts.log.warn({ cause: String(cause) }, 'who was told of alarms could not be read')
    return []
  })
  const told = acknowledgedOf(notices)
  return found.map(({ state, tenant }) => ({
    ...{ name: state.name, subject: state.subject, text: state.text, withdrawn: state.withdrawn },
    severity: kindOf(state.name).severity,
    since: moment(state.since),
    clearedAt: momentOrNull(state.clearedAt),
    earlier: (state.earlier ?? []).map((each) => ({ text: each.text, until: moment(each.until) })),
    tenant,
    ...told(state),
    incident: incidentOf(state)?.id ?? null,
  }))
}
