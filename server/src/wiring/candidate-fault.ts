import type { Finding } from '#flow/inspection/check.ts'
import type { CandidateInForce } from '#services/policy/candidate.ts'

/** Why nothing can be said of a change about a message; `isItsFault` false: others had used up the time. */
interface CandidateFault {
  readonly why: string
  readonly isItsFault: boolean
}

/**
 * Whether a change on trial could be asked; null: it could. Of a canary only what names its trial is its fault: the rule in
 * force under the same id speaks beside it.
 * @param anew what lists and rules say on the other side
 * @param all what was found in the message
 */
export function faultOf(
  { id, stage, proposal }: CandidateInForce,
  anew: readonly Finding[],
  all: readonly Finding[],
): CandidateFault | null {
  const unavailable = new Set([
    ...(proposal.rule === null ? [] : ['rules-unavailable']),
    ...(proposal.senders.length === 0 ? [] : ['sender-lists-unavailable']),
  ])
  const isOwn = ({ code, rule, evidence }: Finding) =>
    stage === 'shadow'
      ? unavailable.has(code) || (code === 'rule-skipped' && rule === proposal.rule?.id)
      : evidence?.trial === id && (unavailable.has(code) || code === 'rule-skipped')
  const own = (stage === 'shadow' ? anew : all).filter(isOwn)
  const broken = own.find(({ evidence }) => evidence?.why !== 'time-used-up')
  if (broken) return { why: broken.text, isItsFault: true }
  // Where what is in force without it could not be asked there is nothing to compare with.
  const isUnasked = ({ code, evidence }: Finding) => unavailable.has(code) && evidence?.trial === undefined
  const other = own[0] ?? (stage === 'canary' ? [...anew, ...all].find(isUnasked) : undefined)
  return other ? { why: other.text, isItsFault: false } : null
}
