import { type EndedRuns, latelyMs, oftenFrom } from './words.ts'

/** Why a server was started again, in words for people; null: it was not. @param upAt when it had started whole (ms since 1970) */
export function describeRestart({ runs, lately }: EndedRuns, upAt: number): string | null {
  const last = runs.at(-1)
  const first = runs[0]
  if (!last || !first) return null
  const away = Math.max(0, Math.round((upAt - first.awayFrom) / 1000))
  const { pid, why, awayFrom, lastWords } = last
  return [
    `process ${pid} ${why} (${new Date(awayFrom).toISOString()})`,
    ...(runs.length > 1 ? [`${runs.length - 1} of its starts before that ended early`] : []),
    `it was away for ${away} s`,
    ...(lastWords === '' ? [] : [`its last words: ${lastWords}`]),
    ...(lately >= oftenFrom ? [`that was end ${lately} within ${latelyMs / 60_000} minutes`] : []),
  ].join('; ')
}
