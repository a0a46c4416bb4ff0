import { OrderError } from '#services/ledger/order-error.ts'
import { newStatusId, type StatusOrder } from '#services/status/status-order.ts'
import type { StatusIncident } from '#services/status/status-store.ts'
import { type Incident, incidentLimits, type LogLine, seenVersion } from './incident.ts'
import type { IncidentStore } from './incident-store.ts'
import { publicName } from './public-name.ts'

/** An order about an incident: what goes wrong, and what the public is told of it. */
export interface IncidentOrder extends StatusOrder {
  readonly incidents: IncidentStore
}

/** @throws OrderError not-found; changed where it is not any more what was seen (`seen` is of `seenVersion`) */
export async function incidentOf({ incidents, seen }: IncidentOrder, id: string): Promise<Incident> {
  const found = await incidents.read(id)
  if (!found) throw new OrderError('not-found', `there is no incident ${id}`)
  if (seen !== undefined && seen !== null && seen !== seenVersion(found))
    throw new OrderError('changed', 'this incident is not as you have seen it; look again, then change it')
  return found
}

/** What the public sees of it; null: nothing. */
export async function faceOf(
  { status }: IncidentOrder,
  { id, isPublic }: Incident,
): Promise<StatusIncident | null> {
  return isPublic ? status.incident(id) : null
}

/** Whether the public sees it as not over. One that measurements opened again is over for it until a person confirms. */
export async function isToldOpen(order: IncidentOrder, incident: Incident): Promise<boolean> {
  const face = await faceOf(order, incident)
  return face !== null && face.resolvedAt === null
}

/** What an order does to an incident. */
export interface Step {
  /** As in the audit log, such as `incident-cause-named`; null: it has no line, since it says nothing but a count. */
  readonly what: string | null
  /** What is not as it was. */
  readonly now: Partial<Incident>
  /** What the public sees from now on; absent: as it was. */
  readonly face?: StatusIncident
  readonly log?: Pick<LogLine, 'kind' | 'text'> & { readonly isTold?: boolean }
  /** For the audit log: what was, and what is. */
  readonly before?: unknown
  readonly after?: unknown
}

/**
 * Writes a step of an incident with its line of the audit log. What the public sees is called by its public name, also where it
 * was told under another one before. @throws OrderError changed where somebody was faster
 */
export async function takeStep(order: IncidentOrder, before: Incident, step: Step): Promise<Incident> {
  const next: Incident = { ...before, ...step.now, version: before.version + 1 }
  const incident = step.log ? { ...next, log: addLine(order, next, step.log) } : next
  const { at, who, ip = '' } = order
  const { what } = step
  const face = step.face ? await namedForAll(order, incident, step.face) : null
  const detail = {
    incident: before.id,
    name: incident.name,
    before: step.before ?? null,
    after: step.after ?? null,
  }
  if (!(await order.incidents.put(incident, face, what === null ? null : { at, who, ip, what, detail })))
    throw new OrderError('changed', 'somebody has changed this incident at the same time; look again')
  return incident
}

/** Another process with the same job, or a person, was faster: the next round looks again. */
export async function unlessChanged(step: Promise<void>): Promise<void> {
  try {
    await step
  } catch (cause) {
    if (!(cause instanceof OrderError && cause.code === 'changed')) throw cause
  }
}

async function namedForAll(
  order: IncidentOrder,
  { finding, components }: Incident,
  face: StatusIncident,
): Promise<StatusIncident> {
  return { ...face, name: await publicName(order, { name: face.name, finding, components }) }
}

/** The log with one more line; the first one stays where it grows too long. */
function addLine(
  { at, who }: IncidentOrder,
  { log, state }: Incident,
  { kind, text, isTold = false }: NonNullable<Step['log']>,
): LogLine[] {
  const line: LogLine = { id: newStatusId(), at, who, kind, state, text, isTold }
  const kept = log.length < incidentLimits.log ? log : [...log.slice(0, 1), ...log.slice(2)]
  return [...kept, line]
}
