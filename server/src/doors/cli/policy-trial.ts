import { type Candidate, isOpen } from '#services/policy/candidate.ts'
import { lastStage, sumHours } from '#services/policy/candidate-counts.ts'
import { describeNext, describeShare, mostSteps } from '#services/policy/candidate-steps.ts'
import type { CandidateCounts, CandidateEndedStep } from '#services/policy/candidate-store.ts'
import { findCandidate } from '#services/policy/end-candidate.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { describeEdit } from './describe-edit.ts'
import { localTime } from './local-time.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const mostDifferences = 50

export const trialCommand: SiteCommand = {
  name: 'trial',
  summary: 'shows what a change on trial would do',
  help: `Usage: mailkeep policy trial ID
Shows a change on trial: what it changes, what each step has measured, and the latest messages that fare
otherwise by it.`,
  options: {},
  async run(site, given, out) {
    const candidate = await findCandidate(site.candidates, trialIdOf(given))
    const hours = await site.candidates.hours(candidate.id)
    const ended = await site.candidates.steps(candidate.id, mostSteps)
    const counts = sumHours(hours, lastStage(candidate.stage, hours))
    const differences = await site.candidates.differences(candidate.id, mostDifferences)
    const step = await site.candidates.stepCounts(candidate.id, candidate.stage)
    const shown = { stage: sumHours(hours, candidate.stage), step }
    const next = describeNext(candidate, site.stepLimits(), shown)
    const rows = differences.map((each) => [
      ...[each.messageId, localTime(each.at), each.before, each.after],
      ...[String(each.recipients), clip(each.because, 60)],
    ])
    const text = [
      `${candidate.id} of ${candidate.scope}: ${candidate.stage} since ${localTime(candidate.since)}, ${candidate.why}.`,
      ...candidate.edits.map((each) => `  ${describeEdit(each)}`),
      `${counts.deliveries} deliveries judged, ${counts.changed} fare otherwise; held ${counts.heldBefore} without it, ${counts.heldAfter} with it; ${counts.freedBad} held as virus or phishing go through; ${counts.failed} messages could not be asked.`,
      ...(next === null ? [] : [`It ${next}.`]),
      ...stepLines(candidate, step, ended),
      ...(rows.length === 0
        ? []
        : ['', table(['message', 'when', 'without', 'with', 'recipients', 'because'], rows)]),
    ]
    out.answer({ ...candidate, counts, next, steps: ended, hours, differences }, text.join('\n'))
    return 0
  },
}

/** Its steps with what each has measured; none where the first one is under way, whose figures stand above. */
function stepLines(
  candidate: Candidate,
  counts: CandidateCounts,
  ended: readonly CandidateEndedStep[],
): string[] {
  if (ended.length === 0) return []
  const now = { ...candidate, ...counts, why: '' }
  const open = isOpen(candidate) ? [{ ...now, people: candidate.people.length }] : []
  const rows = [...ended, ...open].map((each) => [
    each.stage === 'shadow' ? 'shadow' : `${describeShare(each.share)} and ${each.people} by name`,
    ...[localTime(each.since), String(each.messages), String(each.deliveries), String(each.changed)],
    ...[`${each.heldBefore} → ${each.heldAfter}`, clip(each.why, 70)],
  ])
  return ['', table(['step', 'since', 'messages', 'deliveries', 'differ', 'held', 'then'], rows)]
}

/** The trial that a command is about. @throws UseError */
export function trialIdOf({ words: [id, ...more] }: Arguments): Candidate['id'] {
  if (id === undefined || more.length > 0)
    throw new UseError('name one trial; "mailkeep policy trials" lists them')
  return id
}
