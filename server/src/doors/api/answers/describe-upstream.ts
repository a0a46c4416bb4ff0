import type { UpstreamView } from '@mailkeep/contract'
import type { UpstreamFault } from '#services/upstream/upstream-faults.ts'
import type { UpstreamIncident } from '#services/upstream/upstream-store.ts'
import { moment, momentOrNull } from './moment.ts'

const mostTheirs = 20

/** A fault of others, with what the provider says of it. */
export function describeUpstream(fault: UpstreamFault): UpstreamView['faults'][number] {
  const { incident, name, hop, provider, startedAt, endedAt, theirs, silentSince } = fault
  return {
    ...{ incident, name, hop, provider, startedAt: moment(startedAt) },
    ...{ endedAt: momentOrNull(endedAt), silentSince: momentOrNull(silentSince) },
    theirs: theirs.slice(0, mostTheirs).map(describeTheirs),
  }
}

/** An incident as a provider tells it. */
export function describeTheirs(told: UpstreamIncident): UpstreamView['feeds'][number]['incidents'][number] {
  const { id, name, severity, state, startedAt, endedAt, firstPostAt, link } = told
  return {
    ...{ id, name, severity, state, link, startedAt: moment(startedAt) },
    ...{ endedAt: momentOrNull(endedAt), firstPostAt: momentOrNull(firstPostAt) },
  }
}
