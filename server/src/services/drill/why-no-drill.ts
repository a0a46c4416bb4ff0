import { readMaintenance } from '#ground/platform/maintenance-file.ts'
import type { AlarmStore } from '#services/alarms/alarm-store.ts'
import type { IncidentStore } from '#services/incidents/incident-store.ts'
import type { StatusStore } from '#services/status/status-store.ts'
import type { FindingStore } from '#services/watch/finding.ts'

/** What speaks against a drill beside people's mail. */
export interface DrillGuards {
  readonly incidents: Pick<IncidentStore, 'list'>
  readonly findings: Pick<FindingStore, 'findings'>
  readonly alarms: Pick<AlarmStore, 'states'>
  readonly status: Pick<StatusStore, 'incidents'>
  /** Folder of all data. */
  readonly folder: string
}

/** Mail waits for us, or the disk gets short. */
const behind = [
  ...['drain-behind', 'own-hop-waiting', 'waiting-10-percent', 'waiting-50-percent', 'waiting-90-percent'],
  ...['disk-filling', 'disk-full', 'load-high', 'settlement-waits'],
]

/** Why no drill may begin or go on; null: nothing speaks against it. */
export async function whyNoDrill(guards: DrillGuards, now: number): Promise<string | null> {
  const { incidents, findings, alarms, status, folder } = guards
  const [incident] = await incidents.list({ open: true }, 1)
  if (incident) return `an incident is open (${incident.name}); close it first`
  const finding = (await findings.findings(now, 20)).find(({ endedAt }) => endedAt === null)
  if (finding) return `measurements are bad (${finding.kind} ${finding.subject}); wait until they are good`
  const alarm = (await alarms.states(now, 20, behind)).find(({ clearedAt }) => clearedAt === null)
  if (alarm) return `mail waits or runs short of room (alarm ${alarm.name}); wait until it is over`
  if ((await readMaintenance(folder)) !== null) return 'the console is closed for maintenance; open it first'
  const work = (await status.incidents(now, 20)).find(
    ({ kind, state }) => kind === 'maintenance' && (state === 'in_progress' || state === 'verifying'),
  )
  return work ? `planned work is under way (${work.name}); wait until it is done` : null
}
