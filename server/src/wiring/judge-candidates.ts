import { createRules } from '#flow/checks/rules/rules.ts'
import { createSenderLists } from '#flow/checks/sender-lists/sender-lists.ts'
import type { CandidateResult, JudgeCandidates } from '#flow/inspection/candidate-result.ts'
import type { Finding, InspectedMessage, LastCheck } from '#flow/inspection/check.ts'
import { runLast } from '#flow/inspection/run-last.ts'
import type { CandidateInForce } from '#services/policy/candidate.ts'
import { type CandidateBook, candidatesFor, type Reached } from './candidates-for.ts'
import { compareOutcomes, type Worlds } from './compare-outcomes.ts'
import { ProposedBook } from './proposed-book.ts'
import { ownFindings } from './try-message.ts'

export interface CandidateJudgeOptions {
  readonly book: CandidateBook
  /** Time of lists and of rules for one candidate. */
  readonly budgetMs: number
  /** Whether an open DMARC result keeps mail waiting; see inspection.temperror. */
  readonly defers: () => boolean
}

/** Candidates that one message is judged by; recipients of many levels may have more. */
const mostAMessage = 10

/**
 * Judges messages by changes of policy on trial, in the inspection that they have anyway: the message is parsed, and the
 * checks have spoken; lists and rules alone are asked once more, where the change is about them. A change that throws or is
 * too slow is counted as failed, and the message knows nothing of it.
 */
export function createCandidateJudge(options: CandidateJudgeOptions): JudgeCandidates {
  const { book } = options
  // What was made of a candidate is kept as long as it stays the same: patterns, and how often it was too slow.
  const checks = new WeakMap<CandidateInForce, readonly LastCheck[]>()
  const checksOf = (candidate: CandidateInForce): readonly LastCheck[] => {
    const known = checks.get(candidate) ?? checksBeside(candidate, book)
    checks.set(candidate, known)
    return known
  }
  return async (message, before, all) => {
    if (book.candidates().size === 0) return []
    const results: CandidateResult[] = []
    for (const reached of candidatesFor(message.arrival, book).slice(0, mostAMessage))
      results.push(await judgeOne(reached, checksOf(reached.candidate), message, { before, all }, options))
    return results
  }
}

/** Lists and rules as they are on the other side: with the change where it is not in force, else without. */
function checksBeside({ proposal, stage }: CandidateInForce, book: CandidateBook): LastCheck[] {
  const other = new ProposedBook(book, stage === 'shadow' ? proposal : nothingOf(proposal.scope))
  return [
    ...(proposal.senders.length > 0 ? [createSenderLists(other)] : []),
    ...(proposal.rule === null ? [] : [createRules(other)]),
  ]
}

function nothingOf(scope: string) {
  return { scope, settings: [], senders: [], rule: null }
}

interface Found {
  readonly before: readonly Finding[]
  readonly all: readonly Finding[]
}

async function judgeOne(
  reached: Reached,
  checks: readonly LastCheck[],
  message: InspectedMessage,
  { before, all }: Found,
  { book, budgetMs, defers }: CandidateJudgeOptions,
): Promise<CandidateResult> {
  const { candidate, recipients } = reached
  const empty = {
    id: candidate.id,
    stage: candidate.stage,
    deliveries: 0,
    heldBefore: 0,
    heldAfter: 0,
    changes: [],
  }
  try {
    const rcptTo = recipients.map((each) => each.address)
    const { ours } = message.arrival
    const mine = {
      ...message,
      arrival: {
        ...message.arrival,
        rcptTo,
        ...(ours && { ours: ours.filter((each) => rcptTo.includes(each)) }),
      },
    }
    const asked = await runLast(checks, mine, before, budgetMs, {})
    const names = checks.map(({ name }) => name)
    const other = [
      ...ownFindings(all),
      ...lastOf(
        'sender-lists',
        names,
        asked.flatMap(({ findings }) => findings),
        all,
      ),
      ...lastOf(
        'rules',
        names,
        asked.flatMap(({ findings }) => findings),
        all,
      ),
    ]
    const worlds: Worlds =
      candidate.stage === 'shadow' ? { without: all, with: other } : { without: other, with: all }
    const failed = faultOf(candidate, worlds.with)
    if (failed !== null) return { ...empty, failed }
    return { ...empty, ...compareOutcomes(reached, worlds, book, defers()) }
  } catch (cause) {
    return { ...empty, failed: String((cause as Error).message).slice(0, 200) }
  }
}

/** What a check of lists or rules says on the other side: anew where it was asked, else as in force. */
function lastOf(
  name: string,
  asked: readonly string[],
  anew: readonly Finding[],
  all: readonly Finding[],
): readonly Finding[] {
  return (asked.includes(name) ? anew : all).filter(({ check }) => check === name)
}

/** Why the change could not be asked; null: it could. */
function faultOf({ proposal }: CandidateInForce, found: readonly Finding[]): string | null {
  const fault = found.find(
    ({ code, rule }) =>
      (code === 'rule-skipped' && rule === proposal.rule?.id) ||
      (proposal.rule !== null && code === 'rules-unavailable') ||
      (proposal.senders.length > 0 && code === 'sender-lists-unavailable'),
  )
  return fault?.text ?? null
}
