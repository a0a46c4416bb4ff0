import type { CauseName, Impact, IncidentLine, IncidentState, IncidentView } from '@mailkeep/contract'
import { countOf, formatShare } from '../../ui/format-number.ts'
import { formatDuration } from '../../ui/format-time.ts'
import type { Tone } from '../../ui/state-mark.tsx'
import { delaysSentence } from './delays-sentence.ts'

/** How each state of an incident looks. */
export const stateLooks: Readonly<Record<IncidentState, { readonly tone: Tone; readonly word: string }>> = {
  suspected: { tone: 'aside', word: 'suspected' },
  investigating: { tone: 'bad', word: 'investigating' },
  identified: { tone: 'bad', word: 'identified' },
  monitoring: { tone: 'wait', word: 'monitoring' },
  resolved: { tone: 'good', word: 'resolved' },
  postmortem: { tone: 'good', word: 'postmortem' },
}

export const causeWords: Readonly<Record<CauseName, string>> = {
  tls: 'TLS',
  dns: 'DNS',
  'next-hop': 'a next hop',
  scanner: 'a scanner',
  definitions: 'definitions',
  node: 'a node of ours',
  load: 'load',
  disk: 'a disk',
  database: 'the database',
  directory: 'the directory',
  upstream: 'another provider',
  change: 'a change',
  probe: 'the probe itself',
  unknown: 'unknown',
}

export const impactWords: Readonly<Record<Impact, string>> = {
  none: 'no impact',
  minor: 'minor',
  major: 'major',
  critical: 'critical',
}

/** How long it lasts, or lasted. */
export function lastedWords({ startedAt, resolvedAt }: IncidentLine, now: number): string {
  return formatDuration((resolvedAt === null ? now : Date.parse(resolvedAt)) - Date.parse(startedAt))
}

/** What it is, in sentences: state, cause, whom it hit, who knows. */
export function sentenceOf(incident: IncidentView, now: number): string {
  const { state, resolvedAt, isUpstream, inner, isReportedAfterwards } = incident
  const lasted = lastedWords(incident, now)
  const first =
    resolvedAt !== null
      ? `It lasted ${lasted} and is over${isReportedAfterwards ? '; it was told afterwards' : ''}.`
      : state === 'suspected'
        ? `Our own measurements have suspected it for ${lasted}; nobody has confirmed it yet.`
        : state === 'monitoring'
          ? `It began ${lasted} ago, is good again, and is watched.`
          : `It has lasted ${lasted} so far.`
  return [
    first,
    isUpstream && 'It is the fault of another provider.',
    inner && causeSentence(incident),
    inner && whomSentence(incident),
    inner && (incident.isPublic ? 'The public is told.' : 'The public is not told.'),
  ]
    .filter(Boolean)
    .join(' ')
}

function causeSentence({ cause, inner, resolvedAt }: IncidentView): string {
  if (cause === null) return resolvedAt === null ? 'Nobody has named a cause yet.' : 'No cause was named.'
  if (cause === 'unknown') return 'The cause was looked for and stays unknown.'
  return inner?.causeBy === 'mailkeep'
    ? `Measurements speak for ${causeWords[cause]} as the cause.`
    : `The cause is ${causeWords[cause]}.`
}

function whomSentence({ hasList, inner, resolvedAt }: IncidentView): string {
  const figures = inner?.figures ?? null
  if (figures === null)
    return hasList ? 'Whom it hit is not counted yet.' : 'Nobody has said yet which mail it touched.'
  const { affected, all, tenants, isExact, delays } = figures
  if (affected === 0) return 'It touched no mail that is known of.'
  const share = isExact && all > 0 ? ` (${formatShare(affected / all)} of all)` : ''
  const many = `It touched ${isExact ? '' : 'at least '}${countOf(affected, 'delivery', 'deliveries')}${share} of ${countOf(tenants, 'tenant')}.`
  return delays === null ? many : `${many} ${delaysSentence(delays, resolvedAt !== null)}`
}
