import type { IncidentView } from '@mailkeep/contract'

type Course = Pick<
  IncidentView,
  'startedAt' | 'createdAt' | 'identifiedAt' | 'monitoringAt' | 'resolvedAt' | 'isReportedAfterwards'
>

interface Phase {
  readonly label: string
  readonly tone: 'bad' | 'aside' | 'wait' | 'good'
  readonly from: number
  readonly to: number
}

/** Shorter ones are nothing to speak of. */
const shortestMs = 1000

/**
 * Stretches of time one after the other; what nobody said, or what came in another order, has none. That a cause is known
 * says nothing of whether somebody mends it: measurements name causes too.
 */
export function phasesOf(incident: Course, now: number): Phase[] {
  const at = (moment: string | null) => (moment === null ? null : Date.parse(moment))
  const { startedAt, createdAt, identifiedAt, monitoringAt, resolvedAt, isReportedAfterwards } = incident
  const end = at(resolvedAt) ?? now
  const marks: [string, Phase['tone'], number | null][] = [
    ['not noticed', 'bad', at(startedAt)],
    ['looked into', 'aside', isReportedAfterwards ? null : at(createdAt)],
    ['cause known', 'wait', at(identifiedAt)],
    ['good, and watched', 'good', at(monitoringAt)],
  ]
  if (isReportedAfterwards) marks[0] = ['lasted', 'bad', at(startedAt)]
  const known = marks.flatMap(([label, tone, from]) =>
    from === null || from >= end ? [] : [{ label, tone, from }],
  )
  const phases: Phase[] = []
  for (const { label, tone, from } of known.toReversed()) {
    const to = phases[0]?.from ?? end
    if (to - from >= shortestMs) phases.unshift({ label, tone, from, to })
  }
  return phases
}
