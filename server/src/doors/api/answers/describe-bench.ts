import type { BenchAnswer } from '@mailkeep/contract'
import type { BenchResult } from '#services/policy/policy-bench.ts'

/**
 * What trying a message came to, as the contract has it. Of levels that he does not reach he hears what came of it, and not
 * what they are called, nor what their rules and lists say.
 * @param reaches whether somebody may know of a level; none: he reaches all of the chain
 */
export async function describeBench(
  { outcomes, findings, rules, notAsked, ms }: BenchResult,
  reaches: (level: string) => Promise<boolean> = async () => true,
): Promise<BenchAnswer> {
  const named = [...rules, ...findings].map(({ level }) => level).filter((level) => level !== null)
  const levels = [...new Set(named)]
  const reached = await Promise.all(levels.map(reaches))
  const seen = new Set(levels.filter((_, n) => reached[n]))
  return {
    outcomes: outcomes.map((each) => ({ ...each })),
    findings: findings.map(({ level, ...each }) =>
      level === null || seen.has(level) ? each : { ...each, text: wordsAbove[each.check] ?? '' },
    ),
    rules: rules
      .filter(({ level }) => seen.has(level))
      .map((each) => ({ ...each, on: [...each.on], recipients: [...each.recipients] })),
    notAsked: [...notAsked],
    ms,
  }
}

const wordsAbove: Readonly<Record<string, string>> = {
  rules: 'A rule of a level above says so.',
  'sender-lists': 'A list of a level above says so.',
}
