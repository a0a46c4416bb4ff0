import { type EndedRuns, latelyMs, oftenFrom } from './words.ts'

/**
 * Why a server was started again, in words for people; null: it was not. What began it is told first, then the last of
 * those that came after it and ended too.
 * @param upAt when it had started whole (ms since 1970)
 */
export function describeRestart({ runs, lately }: EndedRuns, upAt: number): string | null {
  const [first, ...later] = runs
  if (!first) return null
  const last = later.at(-1)
  const lastWords = last?.lastWords || first.lastWords
  const away = Math.max(0, Math.round((upAt - first.awayFrom) / 1000))
  return [
    `process ${first.pid} ${first.why} (${new Date(first.awayFrom).toISOString()})`,
    ...(last ? [`${later.length} after it ended too, the last one, process ${last.pid}, ${last.why}`] : []),
    `it was away for ${away} s`,
    ...(lastWords === '' ? [] : [`its last words: ${lastWords}`]),
    ...(lately >= oftenFrom ? [`${lately} ends within ${latelyMs / 60_000} minutes`] : []),
  ].join('; ')
}
