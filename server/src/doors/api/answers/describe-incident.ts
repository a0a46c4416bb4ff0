import type { AffectedLine, IncidentLine, IncidentQuestion, IncidentView } from '@mailkeep/contract'
import {
  type Incident,
  isReportedAfterwards,
  type Predicate,
  seenVersion,
} from '#services/incidents/incident.ts'
import type { AffectedLine as Found } from '#services/ledger/ledger-store.ts'
import { nextStep } from '#services/ledger/next-step.ts'
import type { StatusIncident } from '#services/status/status-store.ts'
import type { UpstreamFault } from '#services/upstream/upstream-faults.ts'
import { cutText } from './cut-text.ts'
import { describeUpdate } from './describe-status.ts'
import { describeUpstream } from './describe-upstream.ts'
import { moment, momentOrNull } from './moment.ts'

/** A line of the list; what the house alone knows is left out for others. */
export function describeIncidentLine(incident: Incident, isOfHouse: boolean): IncidentLine {
  const { id, name, state, impact, direction, components, startFrom, isUpstream, isPublic } = incident
  return {
    ...{ id, name, state, impact, direction, startFrom, isUpstream, isPublic },
    components: components.map((each) => ({ ...each })),
    startedAt: moment(incident.startedAt),
    createdAt: moment(incident.createdAt),
    monitoringAt: momentOrNull(incident.monitoringAt),
    resolvedAt: momentOrNull(incident.resolvedAt),
    isReportedAfterwards: isReportedAfterwards(incident),
    cause: isOfHouse ? (incident.cause?.name ?? null) : null,
    affected: isOfHouse ? (incident.figures?.affected ?? null) : null,
    share: isOfHouse ? shareOf(incident) : null,
  }
}

/** Of two counts that were not ended there is no share. */
function shareOf({ figures }: Incident): number | null {
  if (figures === null || figures.isExact === false || figures.all === 0) return null
  return figures.affected / figures.all
}

/** @param missing what has to be done before it can be closed; the house is told */
export function describeIncident(
  incident: Incident,
  face: StatusIncident | null,
  isOfHouse: boolean,
  missing: readonly string[],
  upstream: UpstreamFault | null = null,
): IncidentView {
  return {
    ...describeIncidentLine(incident, isOfHouse),
    updates: (face?.updates ?? []).map(describeUpdate),
    identifiedAt: momentOrNull(isOfHouse ? identifiedAt(incident) : toldAt(face)),
    hasList: incident.predicate !== null,
    postmortem: describePostmortem(face),
    inner: isOfHouse ? innerOf(incident, missing) : null,
    etag: seenVersion(incident),
    upstream: isOfHouse && upstream ? describeUpstream(upstream) : null,
  }
}

function describePostmortem(face: StatusIncident | null): IncidentView['postmortem'] {
  if (!face?.postmortem) return null
  const { text, publishedAt, updatedAt } = face.postmortem
  return { text, publishedAt: moment(publishedAt), updatedAt: moment(updatedAt) }
}

/** When its cause was first named, or somebody said that it is known. */
function identifiedAt({ log, cause }: Incident): number | null {
  const said = log.find((each) => each.kind === 'cause' || each.state === 'identified')
  if (said && cause) return Math.min(said.at, cause.at)
  return said?.at ?? cause?.at ?? null
}

const toldAt = (face: StatusIncident | null) =>
  face?.updates.find((each) => each.state === 'identified')?.at ?? null

function innerOf(incident: Incident, missing: readonly string[]): NonNullable<IncidentView['inner']> {
  const { stage, node, finding, cause, predicate, figures, tasks, postmortem } = incident
  return {
    ...{ stage, node, finding, postmortem, tasks: [...tasks] },
    ...{ causeWords: cause?.words ?? '', causeBy: cause?.who ?? '' },
    evidence: (cause?.evidence ?? []).map(({ what, value, usual = null, at }) => ({
      ...{ what, value, usual, at: moment(at) },
    })),
    missingToClose: [...missing],
    question: predicate && describeQuestion(predicate),
    figures: figures && {
      ...{ at: moment(figures.at), affected: figures.affected, all: figures.all, tenants: figures.tenants },
      states: Object.entries(figures.states).map(([name, count]) => ({ name, count })),
      ...{ firstAt: momentOrNull(figures.firstAt), lastAt: momentOrNull(figures.lastAt) },
      delays: figures.delays ?? null,
      isExact: figures.isExact ?? true,
    },
    changes: incident.changes.map((each) => ({ ...each, at: moment(each.at) })),
    log: incident.log.map((each) => ({ ...each, at: moment(each.at) })),
    promises: incident.promises.map((each) => ({
      ...{ id: each.id, what: each.what, who: each.who, result: each.result },
      ...{ due: moment(each.due), keptAt: momentOrNull(each.keptAt) },
    })),
    repeatedBy: incident.repeatedBy ? { ...incident.repeatedBy, at: moment(incident.repeatedBy.at) } : null,
  }
}

function describeQuestion({ since, until, lateBy, findings, ...conditions }: Predicate): IncidentQuestion {
  return {
    ...conditions,
    ...(findings && { findings: [...findings] }),
    ...(lateBy !== undefined && { lateBySeconds: Math.round(lateBy / 1000) }),
    ...{ since: moment(since), until: momentOrNull(until) },
  } as IncidentQuestion
}

/** The question of a body. */
export function readQuestion({ since, until, lateBySeconds, ...conditions }: IncidentQuestion): Predicate {
  return {
    ...conditions,
    ...(lateBySeconds !== undefined && { lateBy: lateBySeconds * 1000 }),
    ...{ since: Date.parse(since), until: until === null ? null : Date.parse(until) },
  }
}

const textShown = 300

/** A line of the list of affected mail. */
export function describeAffected(line: Found, now: number): AffectedLine {
  const { messageId, n, tenant, mailFrom, rcptTo, subject, happened, happenedAt, reason, reply, state } = line
  return {
    ...{ messageId, n, tenant, mailFrom, rcptTo, happened, reason, state },
    subject: cutText(subject, textShown),
    reply: cutText(reply, textShown),
    happenedAt: moment(happenedAt),
    nextStep: nextStep(line, now),
  }
}
