import {
  affectedWords,
  drillWords,
  evidenceWords,
  type Incident,
  isReportedAfterwards,
} from '#services/incidents/incident.ts'
import type { UpstreamFault } from '#services/upstream/upstream-faults.ts'
import { clip } from './clip.ts'
import { counted } from './counted.ts'
import { localTime } from './local-time.ts'
import { table } from './table.ts'
import { theirWords } from './upstream.ts'

/** All of an incident as text for a terminal. */
export function describeIncident(incident: Incident, upstream: UpstreamFault | null = null): string {
  const { name, state, cause, figures, changes, log, promises, tasks } = incident
  return [
    `${name} (${state}${incident.isPublic ? ', public' : ''})`,
    table(['', ''], facts(incident)),
    ...(cause ? [`Cause: ${cause.name}. ${cause.words} (${cause.who})`] : ['Cause: not named yet.']),
    ...(cause?.evidence ?? []).map((each) => `  ${localTime(each.at)}  ${evidenceWords(each)}`),
    ...(upstream ? [`Upstream: ${upstream.provider ?? upstream.hop}. It says: ${theirWords(upstream)}`] : []),
    ...(figures ? [describeFigures(figures)] : []),
    ...section(
      'Changed beside it',
      changes.map((each) => [localTime(each.at), each.id, each.what, each.who]),
    ),
    ...section(
      'Log',
      log.map((each) => [localTime(each.at), each.who, each.state, clip(each.text, 70)]),
    ),
    ...section(
      'Promised',
      promises.map((each) => [
        each.id,
        localTime(each.due),
        each.keptAt === null ? 'due' : 'held',
        clip(each.what, 60),
      ]),
    ),
    ...(incident.repeatedBy ? [drillWords(incident.repeatedBy)] : []),
    ...(incident.postmortem === null ? [] : [`Postmortem: ${postmortemWords(incident)}`]),
    ...(tasks.length > 0 ? [`Repairs: ${tasks.join(', ')}`] : []),
  ].join('\n')
}

function postmortemWords({ id, state }: Incident): string {
  return `${state === 'postmortem' ? 'its last word' : 'kept, not published'}; mailkeep incident postmortem ${id} prints it.`
}

function facts(incident: Incident): string[][] {
  const { direction, stage, node, startedAt, startFrom, monitoringAt, resolvedAt, createdAt } = incident
  const at = (moment: number | null) => (moment === null ? '-' : localTime(moment))
  return [
    ['began', `${at(startedAt)} (${startFrom === 'telemetry' ? 'measured' : 'told'})`],
    ['opened', `${at(createdAt)}${isReportedAfterwards(incident) ? ', reported afterwards' : ''}`],
    ['watched since', at(monitoringAt)],
    ['over', at(resolvedAt)],
    ['direction', direction ?? '-'],
    ['stage', stage ?? '-'],
    ['node', node ?? '-'],
    ['next hop', incident.hop ?? '-'],
  ]
}

function describeFigures(figures: NonNullable<Incident['figures']>): string {
  const { affected, all, tenants, isExact } = figures
  // Of two counts that were not ended there is no share.
  const share = isExact === false ? '' : ` (${(all === 0 ? 0 : (100 * affected) / all).toFixed(1)} %)`
  const touched = `Affected: ${affectedWords(figures)} deliveries and refusals${share}, ${counted(tenants, 'tenant')}.`
  if (!figures.delays) return touched
  const { p50, p95, p99, max } = figures.delays
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  return `${touched}\nThey took ${seconds(p50)} (half of them), ${seconds(p95)} (95 %), ${seconds(p99)} (99 %), ${seconds(max)} at most.`
}

function section(title: string, rows: readonly string[][]): string[] {
  return rows.length === 0 ? [] : [`${title}:`, table(rows[0]?.map(() => '') ?? [], rows)]
}
