import type { Finding } from '#flow/inspection/check.ts'
import type { CandidateBook, ReachedRecipient } from './candidates-for.ts'
import type { WorkPace } from './work-pace.ts'

/** Recipients of a message for whom it is decided by the same levels and findings: one stands for all. */
export interface AlikeRecipients {
  readonly address: string
  readonly isOutbound: boolean
  readonly levels: readonly string[]
  /** How many they are. */
  count: number
}

/**
 * Puts recipients together whose outcome cannot differ.
 * @param scope level that a change is for
 * @throws Error where it takes too long
 */
export async function alikeRecipients(
  recipients: readonly ReachedRecipient[],
  findings: readonly Finding[],
  book: Pick<CandidateBook, 'levelsOf' | 'levelOf'>,
  scope: string,
  pace: WorkPace,
): Promise<AlikeRecipients[]> {
  const marks = await marksOf(findings, pace)
  const groups = new Map<string, AlikeRecipients>()
  for (const { address, person, isOutbound } of recipients) {
    await pace.breathe()
    // Where nothing is set, nothing is decided: everybody may have a level of his own that is empty.
    const levels = book.levelsOf(person).filter((each) => each === scope || book.levelOf(each) !== null)
    const key = [...levels, isOutbound, marks.get(address) ?? ''].join('\n')
    const known = groups.get(key)
    if (known) known.count++
    else groups.set(key, { address, isOutbound, levels, count: 1 })
  }
  return [...groups.values()]
}

/** Which findings that count for some recipients only count for an address: the same text for the same ones. */
async function marksOf(findings: readonly Finding[], pace: WorkPace): Promise<Map<string, string>> {
  const marks = new Map<string, string>()
  const lists = new Set(findings.flatMap(({ only }) => (only ? [only] : [])))
  for (const [n, only] of [...lists].entries()) {
    await pace.breathe()
    for (const address of new Set(only)) marks.set(address, `${marks.get(address) ?? ''} ${n}`)
  }
  return marks
}
