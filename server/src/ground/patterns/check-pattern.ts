import { compilePattern, SearchedText } from './pattern.ts'
import { PatternError } from './pattern-error.ts'
import { SearchMemory } from './search.ts'

export interface PatternQuestion {
  readonly pattern: string
  /** Null: only whether the pattern can be taken is asked. */
  readonly text: string | null
  /** Time for the search, in milliseconds. */
  readonly timeMs: number
}

/** `reason` says why a pattern is refused; the other three stand where a text was given and the pattern taken. */
export interface PatternAnswer {
  readonly ok: boolean
  readonly reason: string | null
  readonly matched?: boolean
  readonly ms?: number
  /** The time was over before the search was: whether the pattern matches is not known. */
  readonly stopped?: boolean
}

/** Whether a pattern can be taken, and what it finds in a text. */
export function checkPattern({ pattern, text, timeMs }: PatternQuestion): PatternAnswer {
  try {
    const compiled = compilePattern(pattern, new SearchMemory())
    if (text === null) return { ok: true, reason: null }
    const started = performance.now()
    const end = compiled.find(new SearchedText(text), () => performance.now() > started + timeMs)
    const ms = Math.round((performance.now() - started) * 1000) / 1000
    return { ok: true, reason: null, matched: end === 'found', ms, stopped: end === 'stopped' }
  } catch (cause) {
    if (!(cause instanceof PatternError)) throw cause
    return { ok: false, reason: cause.message }
  }
}
