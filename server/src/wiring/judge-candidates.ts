import { createRules } from '#flow/checks/rules/rules.ts'
import { createSenderLists } from '#flow/checks/sender-lists/sender-lists.ts'
import type { CandidateResult, JudgeCandidates } from '#flow/inspection/candidate-result.ts'
import type { Finding, InspectedMessage, LastCheck } from '#flow/inspection/check.ts'
import { runLast } from '#flow/inspection/run-last.ts'
import type { SettingsLevel } from '#ground/platform/inherit-settings.ts'
import type { CandidateInForce } from '#services/policy/candidate.ts'
import { faultOf } from './candidate-fault.ts'
import { type CandidateBook, candidatesFor, type Reached } from './candidates-for.ts'
import { compareOutcomes, type Worlds } from './compare-outcomes.ts'
import { forRecipients } from './for-recipients.ts'
import { ProposedBook } from './proposed-book.ts'
import { ownFindings } from './try-message.ts'
import { WorkPace } from './work-pace.ts'

export interface CandidateJudgeOptions {
  readonly book: CandidateBook
  /** Time of lists and of rules for one candidate. */
  readonly budgetMs: number
  /** Whether an open DMARC result keeps mail waiting; see inspection.temperror. */
  readonly defers: () => boolean
}

/** Candidates that one message is judged by; recipients of many levels may have more. */
const mostAMessage = 10
/** Time that comparing what recipients get may compute, for one candidate (ms of this thread). */
const comparingMs = 50

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
    const results: CandidateResult[] = []
    try {
      if (book.candidates().size === 0) return results
      const tools = { ...options, checksOf, levelOf: rememberLevels(book) }
      for (const reached of candidatesFor(message.arrival, book).slice(0, mostAMessage))
        results.push(await judgeOne(reached, message, { before, all }, tools))
    } catch {
      // What is on trial keeps no message from its verdict: of what could not even be begun nothing is counted.
    }
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

/** Levels of one message, each read once. */
function rememberLevels(book: CandidateBook): CandidateBook['levelOf'] {
  const levels = new Map<string, SettingsLevel | null>()
  return (scope) => {
    const known = levels.get(scope)
    if (known !== undefined) return known
    const level = book.levelOf(scope)
    levels.set(scope, level)
    return level
  }
}

interface Found {
  readonly before: readonly Finding[]
  readonly all: readonly Finding[]
}

interface JudgingTools extends CandidateJudgeOptions {
  readonly checksOf: (candidate: CandidateInForce) => readonly LastCheck[]
  readonly levelOf: CandidateBook['levelOf']
}

async function judgeOne(
  reached: Reached,
  message: InspectedMessage,
  { before, all }: Found,
  { book, budgetMs, defers, checksOf, levelOf }: JudgingTools,
): Promise<CandidateResult> {
  const { candidate, scope, tenant, recipients } = reached
  const empty = {
    ...{ id: candidate.id, stage: candidate.stage, since: candidate.since, scope, tenant },
    ...{ deliveries: 0, heldBefore: 0, heldAfter: 0, freedBad: 0, changes: [] },
  }
  try {
    const checks = checksOf(candidate)
    const addresses = recipients.map((each) => each.address)
    const asked = await runLast(checks, forRecipients(message, addresses), before, budgetMs, {})
    const anew = asked.flatMap(({ findings }) => findings)
    const fault = faultOf(candidate, anew, all)
    if (fault !== null) return fault.isItsFault ? { ...empty, failed: fault.why } : empty
    const names = checks.map(({ name }) => name)
    const last = ['sender-lists', 'rules'].flatMap((name) => lastOf(name, names, anew, all))
    const other = [...ownFindings(all), ...last]
    const worlds: Worlds =
      candidate.stage === 'shadow' ? { without: all, with: other } : { without: other, with: all }
    const levels = { levelsOf: (address: string) => book.levelsOf(address), levelOf }
    const tools = { book: levels, defers: defers(), pace: new WorkPace(comparingMs) }
    return { ...empty, ...(await compareOutcomes(reached, worlds, tools)) }
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
